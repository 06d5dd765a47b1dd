"""What is read out of Rust: tests, what they demand, attributes, doubles, handled errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.code import Assertion, Code, MarkKind, Strength
from guards.facts import Kind
from guards.languages import code_of

HOLLOW, EXISTS, TRUTHY = Strength.HOLLOW, Strength.EXISTS, Strength.TRUTHY
ORDER, PART, EXACT = Strength.ORDER, Strength.PART, Strength.EXACT
SKIP, FAILURE = MarkKind.SKIP, MarkKind.EXPECTED_FAILURE


def read(source: str) -> Code:
    code = code_of("a.rs", source.encode())
    assert code is not None
    return code


def asserted(statements: str) -> list[Assertion]:
    """What a test with some statements asserts."""
    (case,) = read(f"#[test]\nfn it() {{\n{statements}\n}}").cases
    return list(case.assertions)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("#[test] fn adds() {}", ["adds"]),
        ("fn adds() {}", []),
        (
            "#[cfg(test)] mod tests { #[test] fn adds() {} mod deep { #[test] fn a() {} } }",
            ["tests.adds", "tests.deep.a"],
        ),
        ('#[tokio::test(flavor = "multi_thread")] async fn a() -> Result<(), E> { Ok(()) }', ["a"]),
        ("#[rstest] #[case(1, 2)] fn a(#[case] x: i32) {}", ["a"]),
        ("#[test_case(1 => 2)] fn a(x: i32) -> i32 { x }", ["a"]),
        ("#[wasm_bindgen_test] fn a() {}", ["a"]),
        ("#[bench] fn a(b: &mut Bencher) {}", []),
        (
            "proptest! {\n #[test]\n fn a(x in 0..10, y in any::<u8>()) { prop_assert!(x < y); }\n}",
            ["ptest.a"],
        ),
        ("#[test]\n// why\n/// what\n#[ignore]\nfn a() {}", ["a"]),
    ],
)
def test_cases(source: str, names: list[str]) -> None:
    assert [case.name for case in read(source).cases] == names


def test_kinds() -> None:
    code = read(
        "#[cfg(test)] mod unit { #[fixture] fn db() {} #[test] fn a() {} } impl Foo { fn new() {} }"
    )
    kinds = [(item.kind, item.name) for item in code.definitions]
    assert kinds == [
        (Kind.SUITE, "unit"),
        (Kind.HOOK, "unit.db"),
        (Kind.TEST, "unit.a"),
        (Kind.CLASS, "Foo"),
        (Kind.FUNCTION, "Foo.new"),
    ]


@pytest.mark.parametrize(
    ("statement", "strength", "matcher", "subject", "expected"),
    [
        ("assert_eq!(f(1), 3);", EXACT, "assert_eq", "f ( 1 )", "3"),
        ('assert_eq!(f(1), 3, "why {}", x);', EXACT, "assert_eq", "f ( 1 )", "3"),
        ("assert_eq!(3, f(1));", EXACT, "assert_eq", "f ( 1 )", "3"),
        ("assert_eq!(x, x);", HOLLOW, "assert_eq", "x", "x"),
        ("assert_eq!(1, 1);", HOLLOW, "assert_eq", "1", "1"),
        ("assert_ne!(f(1), 3);", ORDER, "assert_ne", "f ( 1 )", "3"),
        ("pretty_assertions::assert_eq!(a, b);", EXACT, "assert_eq", "a", "b"),
        ("assert!(f(1) == 3);", EXACT, "==", "f ( 1 )", "3"),
        ("assert!(!(f(1) == 3));", ORDER, "!=", "f ( 1 )", "3"),
        ("assert!(x > 3);", ORDER, ">", "x", "3"),
        ("assert!(x > 3 && y == 4);", EXACT, "==", "y", "4"),
        ("assert!(true);", HOLLOW, "true", "true", ""),
        ("assert!(ok(x) || true);", HOLLOW, "true", "", ""),
        ("assert!(x == x);", HOLLOW, "==", "x", "x"),
        ("assert!(ready);", TRUTHY, "true", "ready", ""),
        ("assert!(x.is_ok());", EXISTS, "is_ok", "x", ""),
        ("assert!(x.is_err());", TRUTHY, "is_err", "x", ""),
        ('assert!(x.contains("a"));', PART, "contains", "x", '"a"'),
        ("assert!(matches!(x, Some(3)));", PART, "matches", "x", "Some ( 3 )"),
        ("assert!(matches!(x, _));", HOLLOW, "matches", "x", "_"),
        ("assert_matches!(x, Err(E::Bad));", PART, "assert_matches", "x", "Err ( E :: Bad )"),
        ("insta::assert_snapshot!(x);", EXACT, "assert_snapshot", "x", ""),
        ('expect!["3"].assert_eq(&x);', EXACT, "assert_eq", "& x", ""),
        ("x.unwrap_err();", TRUTHY, "unwrap_err", "", ""),
        ('if got != 3 { panic!("no") }', EXACT, "==", "got", "3"),
        ("match x { Ok(3) => {} , other => panic!() }", PART, "match", "other", ""),
        ("let Some(x) = y else { panic!() };", TRUTHY, "fail", "", ""),
        ("check_price(x);", PART, "check_price", "", ""),
        ("store.expect_save().times(1).returning(|_| 3);", PART, "expect", "", ""),
    ],
)
def test_assertions(
    statement: str, strength: Strength, matcher: str, subject: str, expected: str
) -> None:
    found = asserted(statement)[0]
    assert (found.strength, found.matcher) == (strength, matcher)
    if strength is not HOLLOW:
        assert (found.subject, found.expected) == (subject, expected)


@pytest.mark.parametrize(
    ("statement", "tolerance"),
    [
        ("assert_relative_eq!(x, 1.5, epsilon = 1e-6);", 1e-6),
        ("assert_approx_eq!(x, 1.5, 0.01);", 0.01),
        ("assert!((x - 1.5).abs() < 1e-9);", 1e-9),
    ],
)
def test_tolerances(statement: str, tolerance: float) -> None:
    (found,) = asserted(statement)
    assert (found.strength, found.tolerance) == (PART, tolerance)


def test_a_message_is_no_part_of_an_assertion() -> None:
    assert asserted('assert_eq!(a, b, "x");')[0].text == asserted("assert_eq!(a, b);")[0].text


def test_rows() -> None:
    (case,) = read("#[rstest]\n#[case(1, 2)]\n#[case::big(3, 4)]\nfn a(#[case] x: i32) {}").cases
    assert case.parametrized
    assert case.rows == ("# [ case ( 1 , 2 ) ]", "# [ case :: big ( 3 , 4 ) ]")
    (case,) = read("#[test] fn a() { for (x, y) in [(1, 2), (3, 4)] { assert_eq!(x, y) } }").cases
    assert case.parametrized
    assert case.rows == ("( 1 , 2 )", "( 3 , 4 )")


@pytest.mark.parametrize(
    ("attribute", "marks"),
    [
        ("#[ignore]", [(SKIP, False)]),
        ('#[ignore = "slow"]', [(SKIP, False)]),
        ('#[should_panic(expected = "x")]', [(FAILURE, False)]),
        ("#[cfg(any())]", [(SKIP, False)]),
        ("#[cfg(FALSE)]", [(SKIP, False)]),
        ('#[cfg(feature = "slow")]', [(SKIP, False)]),
        ("#[cfg(unix)]", [(SKIP, True)]),
        ('#[cfg(not(target_os = "macos"))]', [(SKIP, True)]),
        ("#[cfg_attr(miri, ignore)]", [(SKIP, True)]),
        ("#[cfg_attr(all(), ignore)]", [(SKIP, False)]),
        ("#[cfg(test)]", []),
        ("#[derive(Debug)]", []),
    ],
)
def test_marks(attribute: str, marks: list[tuple[MarkKind, bool]]) -> None:
    code = read(f"{attribute}\n#[test]\nfn a() {{}}")
    assert [(mark.kind, mark.platform) for mark in code.marks] == marks
    assert code.cases[0].marks == code.marks


def test_documentation_tests_can_be_skipped() -> None:
    code = read("/// ```ignore\n/// f();\n/// ```\npub fn f() {}")
    assert [mark.kind for mark in code.marks] == [SKIP]


@pytest.mark.parametrize(
    ("call", "target"),
    [
        ("MockStore::new()", "Store"),
        ("MockStore::default()", "Store"),
        ("store.expect_save()", "store.save"),
    ],
)
def test_doubles(call: str, target: str) -> None:
    assert [item.target for item in read(f"fn f() {{ let a = {call}; }}").doubles] == [target]


@pytest.mark.parametrize(
    ("body", "catches", "statements", "raises"),
    [
        ("match g() { Ok(v) => v, Err(_) => 0 }", "_", ("0",), False),
        ("match g() { Ok(v) => v, Err(e) => return Err(e) }", "e", ("return Err ( e )",), True),
        ('if let Err(e) = g() { eprintln!("{e}"); }', "e", ('eprintln ! ( "{e}" )',), False),
        ("if let Err(_) = g() {}", "_", (), False),
    ],
)
def test_handled_errors(body: str, catches: str, statements: tuple[str, ...], raises: bool) -> None:
    (handler,) = read(f"fn f() {{ {body} }}").handlers
    assert (handler.catches, handler.statements, handler.raises) == (catches, statements, raises)


def test_constant_branches() -> None:
    code = read("fn f(a: i32) -> i32 { if a == 3 { return 4; } match a { 7 => 8, _ => g(a) } }")
    assert [(each.condition, each.returns) for each in code.branches] == [
        ("a == 3", "4"),
        ("7", "8"),
        ("_", None),
    ]


@given(st.text(alphabet="fn test(){}#[]!\"'=/*|&;,\n in proptest", max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    code_of("a.rs", text.encode())


def test_deep_nesting_is_read() -> None:
    code_of("a.rs", b"#[test] fn a() { assert!(" + b"!(a && " * 8000)


def test_code_for_other_targets_is_not_dead() -> None:
    code = read("fn f() -> i32 {\n#[cfg(unix)]\nreturn 1;\n#[cfg(windows)]\nreturn 2;\n}")
    assert code.dead == ()
    assert read("fn f() -> i32 {\nreturn 1;\ng();\n}").dead


def test_tests_of_other_targets_do_not_shadow_each_other() -> None:
    assert not read("#[test] #[cfg(unix)] fn a() {}\n#[test] #[cfg(windows)] fn a() {}").shadowed
    assert read("#[test] fn a() {}\n#[test] fn a() {}").shadowed == {"a"}
