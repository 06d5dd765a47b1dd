"""What is read out of C and C++: GoogleTest, Catch2, doctest, Boost, cmocka, plain assert()."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.code import Assertion, Case, Code, MarkKind, Strength
from guards.languages import code_of


def read(source: str, path: str = "test/a_test.cpp") -> Code:
    """The facts of a file."""
    code = code_of(path, source.encode())
    assert code is not None
    return code


def case_of(body: str) -> Case:
    """The only test around a body."""
    (case,) = read(f"TEST(A, B) {{ {body} }}").cases
    return case


def assertion_of(body: str) -> Assertion:
    """The only assertion of a body."""
    (assertion,) = case_of(body).assertions
    return assertion


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("TEST(Foo, Bar) {}\nTEST_F(FooTest, Baz) {}\nTEST_P(P, Q) {}", ["Foo.Bar", "FooTest.Baz", "P.Q"]),
        ('TEST_CASE("a" * doctest::may_fail()) {}', ["a"]),
        ("namespace { TYPED_TEST(X, Y) {} }", ["X.Y"]),
        ('TEST_CASE("adds", "[math]") { SECTION("a") { CHECK(x); } }', ["adds"]),
        ('TEST_CASE_METHOD(Fix, "b") {}\nSCENARIO("c") {}', ["b", "c"]),
        ('TEST_SUITE("s") { TEST_CASE("a") { CHECK(x); } }', ["s > a"]),
        ("BOOST_AUTO_TEST_SUITE(s)\nBOOST_AUTO_TEST_CASE(a) { BOOST_TEST(x); }\nBOOST_AUTO_TEST_SUITE_END()", ["a"]),
        ("START_TEST(a) { ck_assert(x); }\nEND_TEST\nSTART_TEST(b) { }\nEND_TEST", ["a", "b"]),
        ("Test(suite, name) { cr_assert(x); }", ["suite.name"]),
        ("static void test_a(void **state) {}\nstatic int helper(int a) { return a; }", ["test_a"]),
        ("void test_a(int n, int m) {}", []),
        ("static void test_a(void) {}\nint main(void) { test_a(); }", ["test_a"]),
        ("static void test_a(void) {}\nstatic void test_b(void) {}\nint main(void) { test_a(); }", ["test_a"]),
        ("TEST(A, B) {}\nint main() { return RUN_ALL_TESTS(); }", ["A.B"]),
        ("int main(void) { assert(f(1) == 2); }", ["main"]),
        ("#if 0\nTEST(A, B) {}\n#endif\nTEST(A, C) {}", ["A.C"]),
        ("#if 1\nTEST(A, B) {}\n#else\nTEST(A, C) {}\n#endif", ["A.B"]),
        ("class T : public CppUnit::TestFixture { void testA() {} void other() {} };", ["T.testA"]),
        ("void TestFoo::testA() {}", ["TestFoo.testA"]),
    ],
)  # fmt: skip
def test_finds_the_tests(source: str, names: list[str]) -> None:
    assert [case.name for case in read(source).cases] == names


@pytest.mark.parametrize(
    ("body", "strength", "matcher", "subject", "expected"),
    [
        ('EXPECT_EQ(f(1), 3) << "why";', Strength.EXACT, "EXPECT_EQ", "f ( 1 )", "3"),
        ("EXPECT_EQ(3, f(1));", Strength.EXACT, "EXPECT_EQ", "f ( 1 )", "3"),
        ("ASSERT_STREQ(a, \"x\");", Strength.EXACT, "ASSERT_STREQ", "a", '"x"'),
        ("EXPECT_NE(a, 3);", Strength.ORDER, "EXPECT_NE", "a", "3"),
        ("EXPECT_GT(a, 3);", Strength.ORDER, "EXPECT_GT", "a", "3"),
        ("EXPECT_TRUE(a);", Strength.TRUTHY, "true", "a", ""),
        ("EXPECT_TRUE(a == 3);", Strength.EXACT, "==", "a", "3"),
        ("EXPECT_FALSE(a == 3);", Strength.ORDER, "!=", "a", "3"),
        ("EXPECT_TRUE(true);", Strength.HOLLOW, "true", "true", ""),
        ("EXPECT_EQ(1, 1);", Strength.HOLLOW, "EXPECT_EQ", "1", "1"),
        ("EXPECT_EQ(a, a);", Strength.HOLLOW, "EXPECT_EQ", "a", "a"),
        ("EXPECT_THROW(f(), std::out_of_range);", Strength.PART, "EXPECT_THROW", "f ( )", "std :: out_of_range"),
        ("EXPECT_THROW(f(), std::exception);", Strength.TRUTHY, "EXPECT_THROW", "f ( )", "std :: exception"),
        ("EXPECT_ANY_THROW(f());", Strength.TRUTHY, "EXPECT_ANY_THROW", "f ( )", ""),
        ("EXPECT_NO_THROW(f());", Strength.EXISTS, "EXPECT_NO_THROW", "f ( )", ""),
        ("EXPECT_THAT(a, HasSubstr(\"x\"));", Strength.PART, "EXPECT_THAT", "a", 'HasSubstr ( "x" )'),
        ("EXPECT_THAT(a, ElementsAre(1, 2));", Strength.EXACT, "EXPECT_THAT", "a", "ElementsAre ( 1 , 2 )"),
        ("REQUIRE(a == 3);", Strength.EXACT, "==", "a", "3"),
        ("CHECK_FALSE(a);", Strength.TRUTHY, "true", "a", ""),
        ("REQUIRE_THROWS_AS(f(), E);", Strength.PART, "REQUIRE_THROWS_AS", "f ( )", "E"),
        ("BOOST_CHECK_EQUAL(a, 3);", Strength.EXACT, "BOOST_CHECK_EQUAL", "a", "3"),
        ("BOOST_TEST(a == 3);", Strength.EXACT, "==", "a", "3"),
        ("assert(f(1) == 2);", Strength.EXACT, "==", "f ( 1 )", "2"),
        ("assert(1);", Strength.HOLLOW, "true", "1", ""),
        ("assert_int_equal(f(), 3);", Strength.EXACT, "ASSERT_INT_EQUAL", "f ( )", "3"),
        ("TEST_ASSERT_EQUAL_INT(3, a);", Strength.EXACT, "TEST_ASSERT_EQUAL_INT", "a", "3"),
        ("ck_assert_int_eq(a, 3);", Strength.EXACT, "CK_ASSERT_INT_EQ", "a", "3"),
        ("cr_assert_str_eq(a, \"x\");", Strength.EXACT, "CR_ASSERT_STR_EQ", "a", '"x"'),
        ("FAIL() << 1;", Strength.TRUTHY, "fail", "", ""),
        ("EXPECT_CALL(m, F(_)).Times(1);", Strength.PART, "EXPECT_CALL", "m", "F ( _ )"),
        ("if (f(1) != 2) { abort(); }", Strength.EXACT, "==", "f ( 1 )", "2"),
    ],
)  # fmt: skip
def test_weighs_assertions(
    body: str, strength: Strength, matcher: str, subject: str, expected: str
) -> None:
    found = assertion_of(body)
    assert (found.strength, found.matcher, found.subject, found.expected) == (
        strength,
        matcher,
        subject,
        expected,
    )


@pytest.mark.parametrize(
    ("body", "tolerance"),
    [
        ("EXPECT_NEAR(a, 3, 0.5);", 0.5),
        ("REQUIRE_THAT(a, WithinAbs(3.0, 0.25));", 0.25),
        ("REQUIRE(a == Approx(3).margin(0.1));", 0.1),
        ("BOOST_CHECK_CLOSE(a, 3.0, 0.01);", 0.01),
        ("TEST_ASSERT_FLOAT_WITHIN(0.2, 3, a);", 0.2),
        ("ASSERT_LT(1, 2 );ASSERT_TRUE(std::fabs(a - b) < 0.3);", 0.3),
        ("assert(fabs(a - 3) < 1e-3);", 1e-3),
    ],
)
def test_reads_tolerances(body: str, tolerance: float) -> None:
    found = case_of(body).assertions[-1]
    assert (found.strength, found.tolerance) == (Strength.PART, tolerance)


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("TEST(A, DISABLED_B) {}", [MarkKind.SKIP]),
        ("TEST_F(DISABLED_A, B) {}", [MarkKind.SKIP]),
        ('TEST(A, B) { GTEST_SKIP() << "x"; }', [MarkKind.SKIP]),
        ('TEST_CASE("a", "[.]") { }', [MarkKind.SKIP]),
        ('TEST_CASE("a", "[slow][!mayfail]") { }', [MarkKind.EXPECTED_FAILURE]),
        ('TEST_CASE("a" * doctest::skip()) { }', [MarkKind.SKIP]),
        ('TEST_CASE("a" * doctest::should_fail()) { }', [MarkKind.EXPECTED_FAILURE]),
        ("BOOST_AUTO_TEST_CASE(a, * boost::unit_test::disabled()) { }", [MarkKind.SKIP]),
        ("Test(s, a, .disabled = true) { }", [MarkKind.SKIP]),
        ("void test_a(void) { TEST_IGNORE(); }", [MarkKind.SKIP]),
        ("void test_a(void **state) { skip(); }", [MarkKind.SKIP]),
        ("void f(S *s) { skip(s, 3); }", []),
        ('int main() { GTEST_FLAG(filter) = "-Slow.*"; }', [MarkKind.SKIP]),
        ('TEST_CASE("a", "[math]") { }', []),
    ],
)
def test_finds_marks(source: str, kinds: list[MarkKind]) -> None:
    assert [mark.kind for mark in read(source).marks] == kinds


def test_tells_skips_of_a_platform() -> None:
    source = "TEST(A, B) {\n#ifdef _WIN32\nGTEST_SKIP();\n#endif\nif (slow) { GTEST_SKIP(); }\n}"
    assert [mark.platform for mark in read(source).marks] == [True, False]


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ("EXPECT_CALL(clock, Now()).WillOnce(Return(3));", "clock.Now"),
        ("ON_CALL(clock, Now).WillByDefault(Return(3));", "clock.Now"),
        ("will_return(__wrap_read, 3);", "__wrap_read"),
    ],
)
def test_finds_doubles(body: str, target: str) -> None:
    assert [each.target for each in read(f"TEST(A, B) {{ {body} }}").doubles] == [target]


@pytest.mark.parametrize(
    ("body", "swallowed"),
    [
        ("try { REQUIRE(f() == 1); } catch (...) {}", 1),
        ("try { REQUIRE(f() == 1); } catch (...) { throw; }", 0),
        ("try { REQUIRE(f() == 1); } catch (const KeyError& e) {}", 0),
        ("try { f(); FAIL(); } catch (const std::exception& e) { EXPECT_EQ(x, 1); }", 0),
    ],
)
def test_sees_what_is_swallowed(body: str, swallowed: int) -> None:
    assert case_of(body).swallowed == swallowed


def test_reads_branches_and_what_is_left() -> None:
    code = read(
        'int f(const char *x) { if (strcmp(x, "a") == 0) return 3; switch (*x) { case 1: return 5; }'
        " goto out; out: g(); abort(); }",
        "src/a.c",
    )
    assert [(each.condition, each.returns) for each in code.branches] == [
        ('( strcmp ( x , "a" ) == 0 )', "3"),
        ("1", "5"),
    ]
    assert code.dead == ()
    assert [each.raises for each in code.leaves] == [False, False, True]


def test_reads_no_assertion_that_is_compiled_out() -> None:
    assert case_of("\n#if 0\nEXPECT_EQ(a, 1);\n#endif\n").assertions == ()


def test_finds_helpers_that_assert() -> None:
    code = read("static void same(int a) { EXPECT_EQ(a, 1); }\nTEST(A, B) { same(f()); }")
    assert [each.matcher for each in code.cases[0].assertions] == ["same"]


def test_takes_macros_before_a_block_for_whole() -> None:
    assert not read('TEST_CASE("a") { CHECK(x); }\nBOOST_AUTO_TEST_CASE(b) { }').damaged
    assert read("@" * 100).damaged


@given(st.text(alphabet="TEST(A,b){}#if0endif\n;\"'<>:=*&x", max_size=300))
def test_never_raises(source: str) -> None:
    code_of("a_test.cc", source.encode())
