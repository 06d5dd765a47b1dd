"""What is read out of Go: tests, what they demand, skips, doubles, handled errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.code import Assertion, Code, MarkKind, Strength
from guards.facts import Kind
from guards.languages import code_of

HOLLOW, EXISTS, TRUTHY = Strength.HOLLOW, Strength.EXISTS, Strength.TRUTHY
ORDER, PART, EXACT = Strength.ORDER, Strength.PART, Strength.EXACT
SKIP, ONLY = MarkKind.SKIP, MarkKind.ONLY
RETRY, FAILURE = MarkKind.RETRY, MarkKind.EXPECTED_FAILURE


def read(source: str) -> Code:
    code = code_of("a_test.go", f"package a\n{source}\n".encode())
    assert code is not None
    return code


def asserted(statements: str) -> list[Assertion]:
    """What a test with some statements asserts."""
    (case,) = read(f"func TestIt(t *testing.T) {{\n{statements}\n}}").cases
    return list(case.assertions)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("func TestAdd(t *testing.T) {}", ["TestAdd"]),
        ("func Test_add(tt *testing.T) {}", ["Test_add"]),
        ("func Testify(t *testing.T) {}", []),
        ("func TestHelper(t *testing.T, n int) {}", []),
        ("func FuzzParse(f *testing.F) { f.Fuzz(func(t *testing.T, s string) {}) }", ["FuzzParse"]),
        ("func BenchmarkAdd(b *testing.B) { b.Run(`x`, func(b *testing.B) {}) }", []),
        ("func ExampleAdd() {}", ["ExampleAdd"]),
        (
            'func TestA(t *testing.T) { t.Run("one", func(t *testing.T) {}) }',
            ["TestA", "TestA > one"],
        ),
        ("func TestA(t *testing.T) { t.Run(tt.name, func(t *testing.T) {}) }", ["TestA"]),
        ("func (s *Suite) TestFoo() {}", ["Suite.TestFoo"]),
        ("func (s *S) TestFoo(c *C) {}", ["S.TestFoo"]),
        ("func (s *S) SetupTest() {}\nfunc TestMain(m *testing.M) {}", []),
        (
            'var _ = Describe("a", func() { Context("b", func() { It("c", func() {}) }) })',
            ["a > b > c"],
        ),
        ('var _ = Describe("a", func() { PIt("c", func() {}) })', ["a > c"]),
        (
            'func TestA(t *testing.T) { Convey("a", t, func() { So(1, ShouldEqual, x) }) }',
            ["TestA", "TestA > a"],
        ),
    ],
)
def test_cases(source: str, names: list[str]) -> None:
    assert [case.name for case in read(source).cases] == names


def test_hooks_are_told_from_tests() -> None:
    code = read(
        'func TestMain(m *testing.M) {}\nvar _ = Describe("a", func() { BeforeEach(func() {}) })'
    )
    assert [item.kind for item in code.definitions] == [Kind.HOOK, Kind.SUITE, Kind.HOOK]


def test_methods_of_two_suites_do_not_shadow_each_other() -> None:
    code = read("func (s *A) TestX() {}\nfunc (s *B) TestX() {}\nfunc (s *B) TestX() {}")
    assert code.shadowed == {"B.TestX"}


@pytest.mark.parametrize(
    ("statement", "strength", "matcher", "subject", "expected"),
    [
        ('if got := F(1); got != 3 { t.Errorf("x") }', EXACT, "==", "F ( 1 )", "3"),
        ("if got == 3 { t.Fatal() }", ORDER, "!=", "got", "3"),
        ("if n < 3 { t.Fatal() }", ORDER, ">=", "n", "3"),
        ("if got != got { t.Fatal() }", HOLLOW, "==", "got", "got"),
        ("if 1 != 1 { t.Fatal() }", HOLLOW, "==", "1", "1"),
        ("if got != 3 && false { t.Fatal() }", HOLLOW, "true", "", ""),
        ("if err != nil { t.Fatal(err) }", EXISTS, "==", "err", "nil"),
        ("if err == nil { t.Fatal() }", TRUTHY, "!=", "err", "nil"),
        (
            "if (err != nil) != tt.wantErr { t.Fatal() }",
            TRUTHY,
            "==",
            "( err != nil )",
            "tt . wantErr",
        ),
        ("if err != nil || got != 3 { t.Fatal() }", EXACT, "==", "got", "3"),
        ("if !ok { t.Fatal() }", TRUTHY, "true", "ok", ""),
        (
            "if !reflect.DeepEqual(got, want) { t.Fatal() }",
            EXACT,
            "reflect.DeepEqual",
            "got",
            "want",
        ),
        ('if !strings.Contains(got, "x") { t.Fatal() }', PART, "strings.Contains", "got", '"x"'),
        ("if !errors.Is(err, ErrX) { t.Fatal() }", PART, "errors.Is", "err", "ErrX"),
        ('if d := cmp.Diff(want, got); d != "" { t.Error(d) }', EXACT, "cmp.Diff", "got", "want"),
        ("switch { case got != 3: t.Fatal() }", EXACT, "==", "got", "3"),
        ('t.Fatal("never")', TRUTHY, "fail", "", ""),
        ('assert.Equal(t, 3, F(1), "why %d", 1)', EXACT, "Equal", "F ( 1 )", "3"),
        ("assert.Equalf(t, want, got, `x`)", EXACT, "Equal", "got", "want"),
        ("assert.Equal(t, got, got)", HOLLOW, "Equal", "got", "got"),
        ("assert.True(t, true)", HOLLOW, "True", "true", ""),
        ("assert.True(t, got == 3)", EXACT, "==", "got", "3"),
        ("assert.False(t, got == 3)", ORDER, "!=", "got", "3"),
        ("require.NoError(t, err)", EXISTS, "NoError", "err", ""),
        ("require.NoError(t, nil)", HOLLOW, "NoError", "nil", ""),
        ("assert.NotNil(t, got)", EXISTS, "NotNil", "got", ""),
        ("assert.Error(t, err)", TRUTHY, "Error", "err", ""),
        ("assert.ErrorIs(t, err, ErrX)", PART, "ErrorIs", "ErrX", "err"),
        ("s.Require().Len(got, 3)", PART, "Len", "got", "3"),
        ("is.Equal(got, 3)", EXACT, "Equal", "got", "3"),
        ("Expect(got).To(Equal(3))", EXACT, "Equal", "got", "3"),
        ("Expect(got).NotTo(Equal(3))", ORDER, "NotEqual", "got", "3"),
        ("Expect(got).To(Not(BeNil()))", EXISTS, "NotBeNil", "got", ""),
        ("Expect(err).ToNot(HaveOccurred())", EXISTS, "NotHaveOccurred", "err", ""),
        ("g.Expect(got).Should(ContainElement(3))", PART, "ContainElement", "got", "3"),
        ("Expect(got)", HOLLOW, "Expect", "got", ""),
        ("Expect(true).To(BeTrue())", HOLLOW, "BeTrue", "true", ""),
        ("Eventually(f).Should(BeTrue())", TRUTHY, "BeTrue", "f", ""),
        ("So(got, ShouldEqual, 3)", EXACT, "ShouldEqual", "got", "3"),
        ("c.Assert(got, Equals, 3)", EXACT, "Equals", "got", "3"),
        ("c.Check(err, IsNil)", EXISTS, "IsNil", "err", ""),
        ("assertPrice(t, got, 3)", PART, "assertPrice", "", ""),
        ("store.EXPECT().Get(3)", PART, "EXPECT", "", ""),
    ],
)
def test_assertions(
    statement: str, strength: Strength, matcher: str, subject: str, expected: str
) -> None:
    (found,) = asserted(statement)
    assert (found.strength, found.matcher) == (strength, matcher)
    if strength is not HOLLOW:
        assert (found.subject, found.expected) == (subject, expected)


@pytest.mark.parametrize(
    ("statement", "tolerance"),
    [
        ("assert.InDelta(t, 1.5, got, 0.01)", 0.01),
        ("if math.Abs(got-1.5) > 1e-9 { t.Fatal() }", 1e-9),
        ('Expect(got).To(BeNumerically("~", 1.5, 0.1))', 0.1),
    ],
)
def test_tolerances(statement: str, tolerance: float) -> None:
    (found,) = asserted(statement)
    assert (found.strength, found.tolerance) == (PART, tolerance)


def test_what_cannot_be_reached_asserts_nothing() -> None:
    assert asserted("if false { if got != 3 { t.Fatal() } }") == []
    assert asserted("return\nif got != 3 { t.Fatal() }") == []


def test_a_message_is_no_part_of_an_assertion() -> None:
    (first,) = asserted('if got != 3 { t.Errorf("got %d", got) }')
    (second,) = asserted('if got != 3 { t.Fatalf("another text: %v", got) }')
    assert first.text == second.text


def test_helpers_of_the_file_assert() -> None:
    code = read(
        "func same(t *testing.T, a int) { if a != 3 { t.Fatal() } }\n"
        "func TestA(t *testing.T) { same(t, F()); check := func(a int) { if a != 3 { t.Fatal() } }\ncheck(4) }"
    )
    assert [each.matcher for each in code.cases[0].assertions] == ["same", "==", "check"]


def test_examples_state_their_output() -> None:
    (case,) = read("func ExampleA() {\n\tA()\n\t// Output:\n\t// 3\n}").cases
    assert [(each.strength, each.expected) for each in case.assertions] == [
        (EXACT, "// Output:\n// 3")
    ]


def test_tables() -> None:
    (case,) = read(
        "func TestA(t *testing.T) {\n for _, tt := range []row{{1, 2}, {3, 4}} { t.Run(tt.n, func(t *testing.T) {}) } }"
    ).cases
    assert case.parametrized
    assert {"{ 1 , 2 }", "{ 3 , 4 }"} <= set(case.rows)


@pytest.mark.parametrize(
    ("source", "marks"),
    [
        ("func TestA(t *testing.T) { t.Skip() }", [(SKIP, False)]),
        ('func TestA(t *testing.T) { t.Skipf("x %d", 1) }', [(SKIP, False)]),
        ("func (s *S) TestA() { s.T().SkipNow() }", [(SKIP, False)]),
        ("func TestA(t *testing.T) { q.Skip(3) }", []),
        ('var _ = XDescribe("a", func() { FIt("b", func() {}) })', [(SKIP, False), (ONLY, False)]),
        ('var _ = It("a", Pending, func() {})', [(SKIP, False)]),
        ('var _ = It("a", Focus, FlakeAttempts(3), func() {})', [(ONLY, False), (RETRY, False)]),
        ("func (s *S) TestA(c *C) { c.ExpectFailure(`x`) }", [(FAILURE, False)]),
        ("//go:build integration\n", [(SKIP, False)]),
        ("// +build ignore\n", [(SKIP, False)]),
        ("//go:build linux && !arm64 && go1.21\n", [(SKIP, True)]),
    ],
)
def test_marks(source: str, marks: list[tuple[MarkKind, bool]]) -> None:
    assert [(mark.kind, mark.platform) for mark in read(source).marks] == marks


@pytest.mark.parametrize(
    ("call", "target"),
    [
        ("NewMockStore(ctrl)", "Store"),
        ("store.EXPECT().Get(1)", "store.Get"),
        ('store.On("Get", 1)', "store.Get"),
        ("monkey.Patch(time.Now, f)", "time.Now"),
        ('gomonkey.ApplyMethod(x, "Get", f)', "x.Get"),
        ("new(MockStore)", "MockStore"),
    ],
)
def test_doubles(call: str, target: str) -> None:
    assert [item.target for item in read(f"func f() {{ {call} }}").doubles] == [target]


@pytest.mark.parametrize(
    ("body", "statements", "raises"),
    [
        ("if err != nil { return nil, err }", ("return nil , err",), True),
        ("if err != nil { return nil }", ("return nil",), False),
        ("if err := g(); err != nil { log.Print(err) }", ("log . Print ( err )",), False),
        ("if err != nil { panic(err) }", ("panic ( err )",), True),
        ("if err != nil {}", (), False),
        ("defer func() { recover() }()", ("recover ( )",), False),
        ("_ = err", (), False),
    ],
)
def test_handled_errors(body: str, statements: tuple[str, ...], raises: bool) -> None:
    (handler,) = read(f"func f() error {{\n{body}\n}}").handlers
    assert (handler.statements, handler.raises) == (statements, raises)


@given(st.text(alphabet='func Test(){}"`/*nil=!:;,\n t.Run', max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    code_of("a_test.go", text.encode())


def test_deep_nesting_is_read() -> None:
    code_of("a_test.go", b"package a\nfunc TestA(t *testing.T) {" + b"if (!(a && !(b" * 4000)


def test_a_case_of_zero_is_not_dead() -> None:
    assert read("func f(n int) int { switch n { case 0: return -1 }; return n }").dead == ()
