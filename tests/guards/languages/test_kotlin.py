"""What is read out of Kotlin: tests, what they demand, skips, doubles, caught errors, silenced tools."""

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
    code = code_of("ATest.kt", source.encode())
    assert code is not None
    return code


@pytest.mark.parametrize(
    ("statement", "strength", "matcher", "subject", "expected", "tolerance"),
    [
        ('assertEquals(3, p.of(1), "message")', EXACT, "assertEquals", "p . of ( 1 )", "3", None),
        ("assertEquals(3.0, x, absoluteTolerance = 0.1)", EXACT, "assertEquals", "x", "3.0", 0.1),
        ('assertTrue(x == 3, "message")', EXACT, "assertTrue", "x", "3", None),
        ("assertTrue { x }", TRUTHY, "assertTrue", "x", "", None),
        ("assertTrue(true)", HOLLOW, "assertTrue", "true", "", None),
        ("expect(3) { p.of(1) }", EXACT, "expect", "p . of ( 1 )", "3", None),
        ("assertIs<Foo>(x)", EXISTS, "assertIs", "x", "Foo", None),
        ("assertContains(list, 3)", PART, "assertContains", "list", "3", None),
        (
            "assertFailsWith<IllegalStateException> { f() }",
            PART,
            "assertFailsWith",
            "",
            "IllegalStateException",
            None,
        ),
        ("assertFailsWith<Exception> { f() }", TRUTHY, "assertFailsWith", "", "Exception", None),
        ("assertFails { f() }", TRUTHY, "assertFails", "", "", None),
        ("val e = assertThrows<X> { f() }", PART, "assertThrows", "", "X", None),
        ("x shouldBe 3", EXACT, "shouldBe", "x", "3", None),
        ("x.shouldBe(3)", EXACT, "shouldBe", "x", "3", None),
        ("x shouldBe x", HOLLOW, "shouldBe", "x", "x", None),
        ("3 shouldBe 3", HOLLOW, "shouldBe", "3", "3", None),
        ("x shouldBe true", TRUTHY, "shouldBe", "x", "true", None),
        ("x shouldNotBe null", EXISTS, "shouldNotBe", "x", "null", None),
        ("x shouldNotBe 3", ORDER, "shouldNotBe", "x", "3", None),
        (
            "x shouldBe (3.0 plusOrMinus 0.1)",
            EXACT,
            "shouldBe",
            "x",
            "( 3.0 plusOrMinus 0.1 )",
            0.1,
        ),
        ("list shouldContain 3", PART, "shouldContain", "list", "3", None),
        ('name should startWith("x")', PART, "should", "name", 'startWith ( "x" )', None),
        ("x.shouldBeGreaterThan(3)", ORDER, "shouldBeGreaterThan", "x", "3", None),
        ("x.shouldNotBeNull()", EXISTS, "shouldNotBeNull", "x", "", None),
        ("shouldThrow<X> { f() }", PART, "shouldThrow", "", "X", None),
        ("shouldThrow<Exception> { f() }", TRUTHY, "shouldThrow", "", "Exception", None),
        ("shouldThrowAny { f() }", TRUTHY, "shouldThrowAny", "", "", None),
        ('"$x" shouldBe "3"', EXACT, "shouldBe", '"$x"', '"3"', None),
        ("assertThat(x).isEqualTo(3)", EXACT, "isEqualTo", "x", "3", None),
        ("expectThat(x).isEqualTo(3)", EXACT, "isEqualTo", "x", "3", None),
        ("expectThat(x) { isEqualTo(3) }", PART, "expectThat", "x", "", None),
        ("check(x == 3)", EXACT, "check", "x", "3", None),
        (
            "verify(exactly = 1) { g.charge(3) }",
            EXACT,
            "verify",
            "g . charge",
            "g . charge ( 3 )",
            None,
        ),
        (
            "verify { g.charge(any()) }",
            PART,
            "verify",
            "g . charge",
            "g . charge ( any ( ) )",
            None,
        ),
        (
            "verify(atLeast = 0) { g.charge(3) }",
            HOLLOW,
            "verify",
            "g . charge",
            "g . charge ( 3 )",
            None,
        ),
        (
            "coVerify(exactly = 0) { g.charge(any()) }",
            EXACT,
            "coVerify",
            "g . charge",
            "g . charge ( any ( ) )",
            None,
        ),
        ("verify(g).charge(3)", EXACT, "verify", "g.charge", "3", None),
        ('if (x != 3) fail("m")', EXACT, "==", "x", "3", None),
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
    (case,) = read(f"class ATest {{\n @Test fun a() {{\n {statement}\n }}\n}}\n").cases
    (found,) = case.assertions
    told = (found.strength, found.matcher, found.subject, found.expected, found.tolerance)
    assert told == (strength, matcher, subject, expected, tolerance)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("class ATest {\n @Test fun `adds two`() = runTest { x() }\n}", ["ATest.adds two"]),
        ('class A : FunSpec({ context("c") { test("t") { } } })', ["A > c > t"]),
        (
            'class A : StringSpec({ "one" { }\n "two".config(enabled = false) { } })',
            ["A > one", "A > two"],
        ),
        (
            'class A : BehaviorSpec({ given("g") { `when`("w") { then("t") { } } } })',
            ["A > g > w > t"],
        ),
        ('class A : ShouldSpec({ context("c") { should("s") { } } })', ["A > c > s"]),
        ('class A : WordSpec({ "thing" should { "work" { } } })', ["A > thing > work"]),
        ('class A : DescribeSpec() { init { describe("d") { it("i") { } } } }', ["A > d > i"]),
        ("class ATest {\n @BeforeEach fun a() { }\n fun b() { }\n}", []),
    ],
)
def test_names(source: str, names: list[str]) -> None:
    assert [case.name for case in read(source).cases] == names


def test_rows() -> None:
    code = read("class A : FunSpec({ withData(1 to 2, 3 to 4) { (a, b) -> f(a) shouldBe b } })")
    (case,) = code.cases
    assert case.parametrized
    assert {"1 to 2", "3 to 4"} <= set(case.rows)


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ('class ATest {\n @Test @Disabled("x") fun a() { }\n}', [SKIP]),
        ('class A : FunSpec({ xtest("a") { } })', [SKIP]),
        ('class A : FunSpec({ test("!a") { } })', [SKIP]),
        ('class A : FunSpec({ test("f:a") { } })', [ONLY]),
        ('class A : FunSpec({ test("a").config(enabled = false) { } })', [SKIP]),
        ('class A : StringSpec({ "a".config(enabledIf = { false }) { } })', [SKIP]),
        ("class ATest {\n @Test fun a() { assumeTrue(false) }\n}", [SKIP]),
        ('class A : FunSpec({ test("a") { } })', []),
    ],
)
def test_marks(source: str, kinds: list[MarkKind]) -> None:
    assert [mark.kind for mark in read(source).marks] == kinds


@pytest.mark.parametrize(
    ("caught", "swallowed"),
    [
        ("try { assertEquals(1, f()) } catch (e: AssertionError) { println(e) }", 1),
        ("runCatching { assertEquals(1, f()) }", 1),
        ("runCatching { assertEquals(1, f()) }.onFailure { throw it }", 0),
        ("runCatching { assertEquals(1, f()) }.getOrThrow()", 0),
        ("try { assertEquals(1, f()) } catch (e: IOException) { }", 0),
    ],
)
def test_swallowed(caught: str, swallowed: int) -> None:
    (case,) = read(f"class ATest {{\n @Test fun a() {{\n {caught}\n }}\n}}\n").cases
    assert case.swallowed == swallowed


@pytest.mark.parametrize(
    ("statement", "targets"),
    [
        ("every { gateway.charge(any()) } returns 3", ["gateway.charge"]),
        ("val g = mockk<Gateway>(relaxed = true)", ["Gateway"]),
        ("mockkObject(Prices)", ["Prices"]),
        ("whenever(gateway.charge(3)).thenReturn(4)", ["gateway.charge"]),
    ],
)
def test_doubles(statement: str, targets: list[str]) -> None:
    code = read(f"class ATest {{\n @Test fun a() {{\n {statement}\n }}\n}}\n")
    assert [double.target for double in code.doubles] == targets


def test_branches_and_constants() -> None:
    code = read(
        'fun f(x: String) = if (x == "a") 3 else g(x)\nfun h(): Boolean {\n return true\n}\n'
    )
    assert [(each.returns, each.comparisons[0].right) for each in code.branches] == [("3", '"a"')]
    assert [leave.constant for leave in code.leaves] == [True]


def test_what_the_grammar_does_not_know_is_mended() -> None:
    source = """fun interface Plan {
    fun run()
}

class A {
    companion object { const val ONE = 1 }

    fun b() {
        load<Int?>(3)
        in1.close()
        work<Foo> { it }
    }
}
"""
    code = read(source)
    assert not code.damaged
    assert [item.name for item in code.definitions if item.kind is Kind.FUNCTION] == ["A.b"]
    assert [call.callee for call in code.calls if call.arguments and not call.inner] == [
        "load",
        "work",
    ]


@given(st.text(alphabet="{}()<>[];:\"'@#!?$&|=.,ab \n", max_size=200))
def test_nothing_raises(text: str) -> None:
    for around in ("_", 'class A : FunSpec({\n test("a") {\n _\n }\n})\n'):
        read(around.replace("_", text))
