"""What is read out of Java: tests, what they demand, skips, doubles, caught errors, silenced tools."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.code import Code, MarkKind, Strength
from guards.facts import Kind
from guards.languages import code_of

HOLLOW, EXISTS, TRUTHY = Strength.HOLLOW, Strength.EXISTS, Strength.TRUTHY
ORDER, PART, EXACT = Strength.ORDER, Strength.PART, Strength.EXACT
SKIP, ONLY = MarkKind.SKIP, MarkKind.ONLY
RETRY, FAILURE = MarkKind.RETRY, MarkKind.EXPECTED_FAILURE


def read(source: str) -> Code:
    code = code_of("ATest.java", source.encode())
    assert code is not None
    return code


@pytest.mark.parametrize(
    ("statement", "strength", "matcher", "subject", "expected", "tolerance"),
    [
        ("assertEquals(3, p.of(1));", EXACT, "assertEquals", "p . of ( 1 )", "3", None),
        ('assertEquals("message", 3, p.of(1));', EXACT, "assertEquals", "p . of ( 1 )", "3", None),
        ('assertEquals(3, p.of(1), "message");', EXACT, "assertEquals", "p . of ( 1 )", "3", None),
        ("assertEquals(3.0, p.of(1), 0.1);", EXACT, "assertEquals", "p . of ( 1 )", "3.0", 0.1),
        ("Assert.assertEquals(p.of(1), 3);", EXACT, "assertEquals", "p . of ( 1 )", "3", None),
        ("assertTrue(p.of(1) == 3);", EXACT, "assertTrue", "p . of ( 1 )", "3", None),
        (
            'assertTrue("message", p.of(1).equals(3));',
            EXACT,
            "assertTrue",
            "p . of ( 1 )",
            "3",
            None,
        ),
        ("assertFalse(list.contains(3));", PART, "assertFalse", "list", "3", None),
        ("assertTrue(true);", HOLLOW, "assertTrue", "true", "", None),
        ("assertFalse(false);", HOLLOW, "assertFalse", "false", "", None),
        ("assertTrue(x || true);", HOLLOW, "assertTrue", "x", "", None),
        ("assertTrue(x >= x);", HOLLOW, "assertTrue", "x", "x", None),
        ("assertTrue(list.size() >= 0);", HOLLOW, "assertTrue", "list . size ( )", "0", None),
        ("assertEquals(x, x);", HOLLOW, "assertEquals", "x", "x", None),
        ("assertEquals(3, 3);", HOLLOW, "assertEquals", "3", "3", None),
        ("assertNotNull(p);", EXISTS, "assertNotNull", "p", "", None),
        ("assertNotNull(new X());", HOLLOW, "assertNotNull", "new X ( )", "", None),
        (
            'assertThat(p.of(1)).as("m").isEqualTo(3).isNotNull();',
            EXACT,
            "isEqualTo",
            "p . of ( 1 )",
            "3",
            None,
        ),
        ("assertThat(x).isCloseTo(3.0, within(0.5));", PART, "isCloseTo", "x", "3.0", 0.5),
        ("assertThat(x).isWithin(0.1).of(3.0);", PART, "isCloseTo", "x", "3.0", 0.1),
        ("assertThat(p);", HOLLOW, "assertThat", "", "", None),
        ("assertThat(x).isEqualTo(x);", HOLLOW, "isEqualTo", "x", "x", None),
        ("assertThat(true).isTrue();", HOLLOW, "isTrue", "true", "", None),
        (
            "assertThat(list).hasSizeGreaterThanOrEqualTo(0);",
            HOLLOW,
            "hasSizeGreaterThanOrEqualTo",
            "list",
            "0",
            None,
        ),
        ("assertThat(x == 3).isTrue();", EXACT, "isTrue", "x == 3", "", None),
        ("assertThat(x, is(equalTo(3)));", EXACT, "is", "x", "3", None),
        ('assertThat("m", x, closeTo(3, 0.1));', PART, "closeTo", "x", "3", 0.1),
        ("assertThat(x, is(notNullValue()));", EXISTS, "is", "x", "notNullValue ( )", None),
        ("assertThat(x, not(equalTo(3)));", ORDER, "not", "x", "3", None),
        ('assertWithMessage("m").that(x).contains("y");', PART, "contains", "x", '"y"', None),
        ("softly.assertThat(x).isEqualTo(3);", EXACT, "isEqualTo", "x", "3", None),
        (
            "assertThrows(Exception.class, () -> p.run());",
            TRUTHY,
            "assertThrows",
            "",
            "Exception",
            None,
        ),
        (
            "assertThrows(IllegalStateException.class, () -> p.run());",
            PART,
            "assertThrows",
            "",
            "IllegalStateException",
            None,
        ),
        (
            'assertThatThrownBy(() -> p.run()).isInstanceOf(X.class).hasMessage("y");',
            PART,
            "assertThatThrownBy",
            "",
            "X",
            None,
        ),
        (
            "assertThatThrownBy(() -> p.run()).isInstanceOf(Exception.class);",
            TRUTHY,
            "assertThatThrownBy",
            "",
            "Exception",
            None,
        ),
        ("assertThatExceptionOfType(X.class);", HOLLOW, "assertThatExceptionOfType", "", "", None),
        ("verify(g).charge(3);", EXACT, "verify", "g.charge", "3", None),
        ("verify(g).charge(any());", TRUTHY, "verify", "g.charge", "any ( )", None),
        ("verify(g, never()).charge(any());", EXACT, "verify", "g.charge", "any ( )", None),
        ("verify(g, atLeast(0)).charge(3);", HOLLOW, "verify", "g.charge", "3", None),
        (
            'mvc.perform(get("/x")).andExpect(status().isOk());',
            PART,
            "andExpect",
            "",
            "status ( ) . isOk ( )",
            None,
        ),
        ("StepVerifier.create(f).expectNext(1);", HOLLOW, "expectNext", "", "", None),
        (
            "StepVerifier.create(f).expectNext(1).verifyComplete();",
            EXACT,
            "verifyComplete",
            "",
            "",
            None,
        ),
        ("thrown.expect(X.class);", PART, "expect", "", "X", None),
        ('if (x != 3) fail("m");', EXACT, "==", "x", "3", None),
        ("assert x == 3;", EXACT, "==", "x", "3", None),
        ("checkAll(x);", PART, "checkAll", "x", "", None),
    ],
)
def test_assertions(
    statement: str,
    strength: Strength,
    matcher: str,
    subject: str,
    expected: str,
    tolerance: float | None,
) -> None:
    (case,) = read(f"class ATest {{ @Test void a() {{ {statement} }} }}").cases
    (found,) = case.assertions
    told = (found.strength, found.matcher, found.subject, found.expected, found.tolerance)
    assert told == (strength, matcher, subject, expected, tolerance)


@pytest.mark.parametrize(
    ("members", "names"),
    [
        ("@Test void a() {}", ["ATest.a"]),
        (
            "public void testOld() {} void test(int x) {} @Override public void testNo() {}",
            ["ATest.testOld"],
        ),
        ("@Nested class B { @org.junit.jupiter.api.Test void c() {} }", ["ATest.B.c"]),
        (
            "@RepeatedTest(3) void a() {} @TestFactory Stream<DynamicTest> b() { return s; }",
            ["ATest.a", "ATest.b"],
        ),
        (
            "@BeforeEach void a() {} @DataProvider Object[][] rows() { return x; } void helper() {}",
            [],
        ),
    ],
)
def test_names(members: str, names: list[str]) -> None:
    assert [case.name for case in read(f"class ATest {{ {members} }}").cases] == names


def test_rows() -> None:
    source = """class ATest {
      @ParameterizedTest @CsvSource({"1,2", "3,4"}) void a(int x, int y) {}
      static Stream<Arguments> rows() { return Stream.of(arguments(1, 2), arguments(3, 4)); }
      @Test(dataProvider = "rows") void b(int x) {}
    }"""
    code = read(source)
    assert [case.parametrized for case in code.cases] == [True, True]
    assert {'"1,2"', '"3,4"'} <= set(code.cases[0].rows)
    assert ("arguments ( 1 , 2 )", "arguments ( 3 , 4 )") in [table.rows for table in code.tables]


@pytest.mark.parametrize(
    ("marker", "strength"),
    [
        ("@Test(expected = IllegalStateException.class)", PART),
        ("@Test(expected = Exception.class)", TRUTHY),
        ("@Test(expectedExceptions = RuntimeException.class)", TRUTHY),
        (
            '@Test(expectedExceptions = Exception.class, expectedExceptionsMessageRegExp = "x")',
            PART,
        ),
    ],
)
def test_expected_exceptions(marker: str, strength: Strength) -> None:
    (case,) = read(f"class ATest {{ {marker} public void a() {{ f(); }} }}").cases
    assert [each.strength for each in case.assertions] == [strength]


@pytest.mark.parametrize(
    ("members", "kinds"),
    [
        ('@Disabled("later") @Test void a() {}', [SKIP]),
        ("@Ignore @Test public void a() {}", [SKIP]),
        ("@Test(enabled = false) public void a() {}", [SKIP]),
        ("@Test void a() { Assume.assumeTrue(false); }", [SKIP]),
        ('@Test void a() { throw new SkipException("x"); }', [SKIP]),
        ("@RetryingTest(3) void a() {}", [RETRY]),
        ("@Test(retryAnalyzer = Again.class) public void a() {}", [RETRY]),
        ("@Test(expected = AssertionError.class) public void a() {}", [FAILURE]),
        ("@ExpectedToFail @Test void a() {}", [FAILURE]),
        ("@RepeatedTest(3) void a() {}", []),
    ],
)
def test_marks(members: str, kinds: list[MarkKind]) -> None:
    assert [mark.kind for mark in read(f"class ATest {{ {members} }}").marks] == kinds


def test_a_skip_on_one_system_is_told_apart() -> None:
    (mark,) = read("class ATest { @Test @DisabledOnOs(OS.WINDOWS) void a() {} }").marks
    assert mark.platform


@pytest.mark.parametrize(
    ("caught", "swallowed"),
    [
        ("try { assertEquals(1, f()); } catch (AssertionError e) { print(e); }", 1),
        ("try { assertEquals(1, f()); } catch (Throwable t) { }", 1),
        ("try { assertEquals(1, f()); } catch (Exception e) { }", 1),
        ("try { assertEquals(1, f()); } catch (AssertionError e) { throw e; }", 0),
        ("try { assertEquals(1, f()); } catch (IOException e) { }", 0),
        ("try { f(); fail(); } catch (Exception e) { }", 0),
    ],
)
def test_swallowed(caught: str, swallowed: int) -> None:
    (case,) = read(f"class ATest {{ @Test void a() {{ {caught} }} }}").cases
    assert case.swallowed == swallowed


@pytest.mark.parametrize(
    ("statement", "targets"),
    [
        ("when(gateway.charge(any())).thenReturn(3);", ["gateway.charge"]),
        ("Gateway g = mock(Gateway.class);", ["Gateway"]),
        ("doReturn(3).when(prices).total();", ["prices.total"]),
        ("try (var s = mockStatic(Clock.class)) { }", ["Clock"]),
    ],
)
def test_doubles(statement: str, targets: list[str]) -> None:
    code = read(f"class ATest {{ @Test void a() {{ {statement} }} }}")
    assert [double.target for double in code.doubles] == targets


def test_branches_leaves_and_dead_code() -> None:
    code = read(
        "class A { int f(int x) { if (x == 3) { return 7; } return g(x); } void h() { return; g(); } }"
    )
    (branch,) = code.branches
    assert (branch.returns, branch.leaves) == ("7", True)
    assert [leave.value for leave in code.leaves] == ["7", "g ( x )", ""]
    assert len(code.dead) == 1


def test_helpers_assert_for_their_tests() -> None:
    code = read(
        "class ATest { @Test void a() { same(3); } void same(int x) { assertEquals(x, f()); } }"
    )
    assert [each.matcher for each in code.cases[0].assertions] == ["same"]
    assert [item.kind for item in code.definitions] == [Kind.SUITE, Kind.TEST, Kind.FUNCTION]


@given(st.text(alphabet="{}()<>[];:\"'@#!?$&|=.,ab \n", max_size=200))
def test_nothing_raises(text: str) -> None:
    for around in ("_", "class ATest { @Test void a() { _ } }"):
        read(around.replace("_", text))
