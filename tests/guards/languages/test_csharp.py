"""What is read out of C#: tests, what they demand, skips, doubles, caught errors, silenced tools."""

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
    code = code_of("ATests.cs", source.encode())
    assert code is not None
    return code


@pytest.mark.parametrize(
    ("statement", "strength", "matcher", "subject", "expected", "tolerance"),
    [
        ("Assert.Equal(3, p.Of(1));", EXACT, "Equal", "p . Of ( 1 )", "3", None),
        ("Assert.Equal(3.14, x, 2);", EXACT, "Equal", "x", "3.14", 0.01),
        ("Assert.Equal(3.14, x, precision: 3);", EXACT, "Equal", "x", "3.14", 0.001),
        ("Assert.Equal(x, x);", HOLLOW, "Equal", "x", "x", None),
        ("Assert.Equal(3, 3);", HOLLOW, "Equal", "3", "3", None),
        ("Assert.True(true);", HOLLOW, "True", "true", "", None),
        ('Assert.True(x == 3, "message");', EXACT, "True", "x", "3", None),
        ("Assert.False(list.Contains(3));", PART, "False", "list", "3", None),
        ("Assert.True(x is null);", EXISTS, "True", "x", "null", None),
        ("Assert.NotNull(x);", EXISTS, "NotNull", "x", "", None),
        ("Assert.NotNull(new X());", HOLLOW, "NotNull", "new X ( )", "", None),
        ("Assert.Throws<X>(() => p.Run());", PART, "Throws", "", "X", None),
        ("Assert.Throws<Exception>(() => p.Run());", TRUTHY, "Throws", "", "Exception", None),
        ("Assert.ThrowsAny<Exception>(() => p.Run());", TRUTHY, "ThrowsAny", "", "Exception", None),
        ("await Assert.ThrowsAsync<X>(() => p.Run());", PART, "ThrowsAsync", "", "X", None),
        ("Assert.IsType<Foo>(x);", EXISTS, "IsType", "x", "", None),
        ('Assert.Contains("a", x);', PART, "Contains", "x", '"a"', None),
        ('Assert.Fail("m");', TRUTHY, "fail", "", "", None),
        ('Assert.AreEqual(3.0, x, 0.1, "message");', EXACT, "AreEqual", "x", "3.0", 0.1),
        ("CollectionAssert.AreEqual(a, b);", EXACT, "AreEqual", "b", "a", None),
        ("Assert.ThrowsException<X>(() => p.Run());", PART, "ThrowsException", "", "X", None),
        ("Assert.That(x, Is.EqualTo(3).Within(0.1));", EXACT, "EqualTo", "x", "3", 0.1),
        ("Assert.That(x, Is.Not.Null);", EXISTS, "Not", "x", "Null", None),
        ("Assert.That(x, Is.Not.EqualTo(3));", ORDER, "EqualTo", "x", "3", None),
        ("Assert.That(true, Is.True);", HOLLOW, "True", "true", "True", None),
        ("Assert.That(x == 3);", EXACT, "That", "x", "3", None),
        (
            "Assert.That(() => p.Run(), Throws.TypeOf<X>());",
            PART,
            "Throws",
            "",
            "Throws . TypeOf < X > ( )",
            None,
        ),
        (
            "Assert.That(() => p.Run(), Throws.Exception);",
            TRUTHY,
            "Throws",
            "",
            "Throws . Exception",
            None,
        ),
        (
            "Assert.That(list.Count, Is.GreaterThanOrEqualTo(0));",
            HOLLOW,
            "GreaterThanOrEqualTo",
            "list . Count",
            "0",
            None,
        ),
        ('x.Should().Be(3, "because").And.NotBeNull();', EXACT, "Be", "x", "3", None),
        ("x.Should().BeApproximately(3.0, 0.1);", PART, "BeApproximately", "x", "3.0", 0.1),
        ("x.Should();", HOLLOW, "Should", "x", "", None),
        ("true.Should().BeTrue();", HOLLOW, "BeTrue", "true", "", None),
        ("x.Should().Be(x);", HOLLOW, "Be", "x", "x", None),
        ('act.Should().Throw<X>().WithMessage("y");', PART, "Throw", "", "X", None),
        ("act.Should().Throw<Exception>();", TRUTHY, "Throw", "", "Exception", None),
        ("await act.Should().ThrowAsync<X>();", PART, "ThrowAsync", "", "X", None),
        ("act.Should().ThrowAsync<X>();x.Run();", HOLLOW, "ThrowAsync", "act", "", None),
        ("x.ShouldBe(3);", EXACT, "ShouldBe", "x", "3", None),
        ("x.ShouldBe(3.0, 0.1);", EXACT, "ShouldBe", "x", "3.0", 0.1),
        ("x.ShouldBe(x);", HOLLOW, "ShouldBe", "x", "x", None),
        ("x.ShouldNotBeNull();", EXISTS, "ShouldNotBeNull", "x", "", None),
        ("Should.Throw<X>(() => p.Run());", PART, "Throw", "", "X", None),
        (
            "m.Verify(g => g.Charge(3), Times.Once());",
            EXACT,
            "Verify",
            "g => g . Charge ( 3 )",
            "",
            None,
        ),
        (
            "m.Verify(g => g.Charge(It.IsAny<int>()));",
            PART,
            "Verify",
            "g => g . Charge ( It . IsAny < int > ( ) )",
            "",
            None,
        ),
        (
            "m.Verify(g => g.Charge(3), Times.AtMost(9));",
            HOLLOW,
            "Verify",
            "g => g . Charge ( 3 )",
            "",
            None,
        ),
        ("s.Received(1).Charge(3);", EXACT, "Received", "", "", None),
        ("s.DidNotReceive().Charge(Arg.Any<int>());", EXACT, "DidNotReceive", "", "", None),
        ('if (x != 3) Assert.Fail("m");', EXACT, "==", "x", "3", None),
        ('if (x != 3) throw new XunitException("m");', EXACT, "==", "x", "3", None),
        ("CheckAll(x);", PART, "CheckAll", "x", "", None),
        ("new ShouldRun();Assert.Equal(3, x);", EXACT, "Equal", "x", "3", None),
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
    (case,) = read(f"class ATests {{ [Fact] public async Task A() {{ {statement} }} }}").cases
    (found,) = case.assertions
    told = (found.strength, found.matcher, found.subject, found.expected, found.tolerance)
    assert told == (strength, matcher, subject, expected, tolerance)


@pytest.mark.parametrize(
    ("members", "names"),
    [
        ("[Fact] public void A() {}", ["ATests.A"]),
        ('[Test, Category("x")] public void A() => F();', ["ATests.A"]),
        (
            "[TestMethod] public async Task A() {} [SkippableFact] public void B() {}",
            ["ATests.A", "ATests.B"],
        ),
        ("public class Inner { [Xunit.Fact] public void A() {} }", ["ATests.Inner.A"]),
        ("[SetUp] public void A() {} public void Helper() {}", []),
    ],
)
def test_names(members: str, names: list[str]) -> None:
    assert [case.name for case in read(f"class ATests {{ {members} }}").cases] == names


def test_rows() -> None:
    source = """class ATests {
      [Theory] [InlineData(1, "a")] [InlineData(2, "b")] public void A(int x, string y) {}
      [TestCase(1, ExpectedResult = 2)] public int B(int x) { return F(x); }
    }"""
    first, second = read(source).cases
    assert first.rows == ('InlineData ( 1 , "a" )', 'InlineData ( 2 , "b" )')
    assert first.parametrized
    assert [(each.strength, each.expected) for each in second.assertions] == [(EXACT, "2")]


@pytest.mark.parametrize(
    ("members", "kinds"),
    [
        ('[Fact(Skip = "later")] public void A() {}', [SKIP]),
        ('[Test, Ignore("later")] public void A() {}', [SKIP]),
        ("[Test, Explicit] public void A() {}", [SKIP]),
        ('[TestCase(1, Ignore = "x")] public void A(int x) {}', [SKIP]),
        ("[Test] public void A() { Assert.Inconclusive(); }", [SKIP]),
        ("[SkippableFact] public void A() { Skip.If(true); }", [SKIP]),
        ("[Test, Retry(3)] public void A() {}", [RETRY]),
        (
            "[TestMethod, ExpectedException(typeof(AssertFailedException))] public void A() {}",
            [FAILURE],
        ),
        ("[Fact] public void A() {}", []),
    ],
)
def test_marks(members: str, kinds: list[MarkKind]) -> None:
    assert [mark.kind for mark in read(f"class ATests {{ {members} }}").marks] == kinds


@pytest.mark.parametrize(
    ("caught", "swallowed"),
    [
        ("try { Assert.Equal(1, F()); } catch { }", 1),
        ("try { Assert.Equal(1, F()); } catch (Exception e) { Log(e); }", 1),
        ("try { Assert.Equal(1, F()); } catch (XunitException) { }", 1),
        ("try { Assert.Equal(1, F()); } catch (Exception) { throw; }", 0),
        ("try { Assert.Equal(1, F()); } catch (IOException) { }", 0),
    ],
)
def test_swallowed(caught: str, swallowed: int) -> None:
    (case,) = read(f"class ATests {{ [Fact] public void A() {{ {caught} }} }}").cases
    assert case.swallowed == swallowed


@pytest.mark.parametrize(
    ("statement", "targets"),
    [
        ("var m = new Mock<IGateway>();", ["IGateway"]),
        ("var m = new Mock<Prices>(rates) { CallBase = true };", ["Prices"]),
        ("m.Setup(g => g.Charge(It.IsAny<int>())).Returns(3);", ["m.Charge"]),
        ("var s = Substitute.For<IGateway>();", ["IGateway"]),
        ("s.Charge(3).Returns(4);", ["s.Charge"]),
    ],
)
def test_doubles(statement: str, targets: list[str]) -> None:
    code = read(f"class ATests {{ [Fact] public void A() {{ {statement} }} }}")
    assert [double.target for double in code.doubles] == targets


def test_a_test_that_the_preprocessor_leaves_out_is_none() -> None:
    source = "class ATests {\n#if false\n[Fact] public void A() { }\n#endif\n[Fact] public void B() { }\n}\n"
    assert [case.name for case in read(source).cases] == ["ATests.B"]


def test_branches_and_short_bodies() -> None:
    code = read(
        'class A { int F(string x) { if (x == "a") return 3; return G(x); } int H() => 4; }'
    )
    assert [(each.returns, each.leaves) for each in code.branches] == [("3", True)]
    assert [leave.constant for leave in code.leaves] == [True, False, True]
    assert [item.kind for item in code.definitions] == [Kind.CLASS, Kind.FUNCTION, Kind.FUNCTION]


@given(st.text(alphabet="{}()<>[];:\"'@#!?$&|=.,ab \n", max_size=200))
def test_nothing_raises(text: str) -> None:
    for around in ("_", "class A { [Fact] public void B() { _ } }"):
        read(around.replace("_", text))
