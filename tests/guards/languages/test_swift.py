"""What is read out of Swift: tests, what they demand, skips, doubles, handled errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.code import Assertion, Code, MarkKind, Strength
from guards.facts import Kind
from guards.languages import code_of

HOLLOW, EXISTS, TRUTHY = Strength.HOLLOW, Strength.EXISTS, Strength.TRUTHY
ORDER, PART, EXACT = Strength.ORDER, Strength.PART, Strength.EXACT
SKIP, ONLY, FAILURE = MarkKind.SKIP, MarkKind.ONLY, MarkKind.EXPECTED_FAILURE


def read(source: str) -> Code:
    code = code_of("Tests/ATests.swift", source.encode())
    assert code is not None
    return code


def asserted(statements: str) -> list[Assertion]:
    """What a test with some statements asserts."""
    (case,) = read(f"@Test func it() async throws {{\n{statements}\n}}").cases
    return list(case.assertions)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("class A: XCTestCase { func testOne() throws {} }", ["A.testOne"]),
        ("class A: BaseTestCase { func testOne() async {} }", ["A.testOne"]),
        ("extension PriceTests { func testOne() {} }", ["PriceTests.testOne"]),
        ("class A: XCTestCase { func testHelper(of n: Int) {} func helper() {} }", []),
        ("class Model { func testOne() {} }", []),
        ('@Test("adds") func adds() {}', ["adds"]),
        (
            '@Suite("S") struct S { @Test func a() {} @MainActor @Test func b() async {} }',
            ["S.a", "S.b"],
        ),
        (
            'class A: QuickSpec { override class func spec() {\n describe("d") {\n it("i") { f() }\n }\n } }',
            ["A.spec > d > i"],
        ),
    ],
)
def test_cases(source: str, names: list[str]) -> None:
    assert [case.name for case in read(source).cases] == names


def test_hooks() -> None:
    code = read(
        "class A: XCTestCase { override func setUpWithError() throws {} override func tearDown() {} }"
    )
    assert [item.kind for item in code.definitions] == [Kind.SUITE, Kind.HOOK, Kind.HOOK]


@pytest.mark.parametrize(
    ("statement", "strength", "matcher", "subject", "expected"),
    [
        ("XCTAssertEqual(f(1), 3)", EXACT, "XCTAssertEqual", "f ( 1 )", "3"),
        ('XCTAssertEqual(f(1), 3, "why")', EXACT, "XCTAssertEqual", "f ( 1 )", "3"),
        ("XCTAssertEqual(3, f(1))", EXACT, "XCTAssertEqual", "f ( 1 )", "3"),
        ("XCTAssertEqual(x, x)", HOLLOW, "XCTAssertEqual", "x", "x"),
        ("XCTAssertEqual(1, 1)", HOLLOW, "XCTAssertEqual", "1", "1"),
        ("XCTAssertNotEqual(x, 3)", ORDER, "XCTAssertNotEqual", "x", "3"),
        ("XCTAssertTrue(x)", TRUTHY, "true", "x", ""),
        ("XCTAssertTrue(true)", HOLLOW, "true", "", ""),
        ("XCTAssertFalse(false)", HOLLOW, "true", "", ""),
        ("XCTAssert(x == 3)", EXACT, "==", "x", "3"),
        ("XCTAssertFalse(x == 3)", ORDER, "!=", "x", "3"),
        ('XCTAssertTrue(x.contains("a"))', PART, "contains", "x", '"a"'),
        ("XCTAssertNil(x)", EXISTS, "XCTAssertNil", "x", ""),
        ("XCTAssertNotNil(x)", EXISTS, "XCTAssertNotNil", "x", ""),
        ("XCTAssertNoThrow(try f())", EXISTS, "XCTAssertNoThrow", "try f ( )", ""),
        ("XCTAssertThrowsError(try f())", TRUTHY, "XCTAssertThrowsError", "try f ( )", ""),
        ("let x = try XCTUnwrap(y)", EXISTS, "XCTUnwrap", "y", ""),
        ("XCTFail()", TRUTHY, "fail", "", ""),
        ("if x != 3 { XCTFail() }", EXACT, "==", "x", "3"),
        ("#expect(x == 3)", EXACT, "==", "x", "3"),
        ("#expect(x == x)", HOLLOW, "==", "x", "x"),
        ("#expect(Bool(true) || x)", TRUTHY, "true", "", ""),
        ("#expect(true)", HOLLOW, "true", "", ""),
        ("#expect(!x.isEmpty)", TRUTHY, "true", "x . isEmpty", ""),
        ("#expect(throws: E.bad) { try f() }", PART, "throws", "", "E . bad"),
        ("#expect(throws: (any Error).self) { try f() }", TRUTHY, "throws", "", ""),
        ("#expect(throws: Never.self) { try f() }", EXISTS, "throws", "", "Never . self"),
        ("let x = try #require(y)", EXISTS, "require", "y", ""),
        ("expect(x).to(equal(3))", EXACT, "equal", "x", "3"),
        ("expect(x).toNot(equal(3))", ORDER, "not equal", "x", "3"),
        ("expect(x) == 3", EXACT, "expect", "x", ""),
        ("expect(x).toEventually(beTrue())", TRUTHY, "beTrue", "x", ""),
        ("expect(1).to(equal(1))", HOLLOW, "equal", "1", "1"),
        ("assertSnapshot(of: view, as: .image)", EXACT, "assertSnapshot", "", ""),
        ("assertPrice(x)", PART, "assertPrice", "", ""),
    ],
)
def test_assertions(
    statement: str, strength: Strength, matcher: str, subject: str, expected: str
) -> None:
    found = asserted(statement)[0]
    assert (found.strength, found.matcher) == (strength, matcher)
    if subject:
        assert (found.subject, found.expected) == (subject, expected)


@pytest.mark.parametrize(
    ("statement", "tolerance"),
    [
        ("XCTAssertEqual(x, 1.5, accuracy: 1e-9)", 1e-9),
        ("expect(x).to(beCloseTo(1.5, within: 0.1))", 0.1),
        ("#expect(abs(x - 1.5) < 0.01)", 0.01),
    ],
)
def test_tolerances(statement: str, tolerance: float) -> None:
    (found,) = asserted(statement)
    assert (found.strength, found.tolerance) == (PART, tolerance)


def test_rows() -> None:
    (case,) = read("@Test(arguments: [1, 2, 3]) func a(n: Int) {}").cases
    assert case.parametrized
    assert case.rows[:3] == ("1", "2", "3")


@pytest.mark.parametrize(
    ("source", "marks"),
    [
        ("@Test func a() throws { throw XCTSkip() }", [(SKIP, False)]),
        ("@Test func a() throws { try XCTSkipIf(true) }", [(SKIP, False)]),
        ("@Test func a() throws { try XCTSkipUnless(ProcessInfo.isMac) }", [(SKIP, True)]),
        ("@Test func a() { XCTExpectFailure() }", [(FAILURE, False)]),
        ("@Test func a() { withKnownIssue { f() } }", [(FAILURE, False)]),
        ('@Test(.disabled("x")) func a() {}', [(SKIP, False)]),
        ("@Suite(.enabled(if: Flags.slow)) struct S {}", [(SKIP, False)]),
        ("@available(*, unavailable) func a() {}", [(SKIP, False)]),
        ("@available(iOS 15, *) func a() {}", []),
        ('func f() { xit("a") { g() } }', [(SKIP, False)]),
        ('func f() { fdescribe("a") { g() } }', [(ONLY, False)]),
        ("#if false\nfunc a() {}\n#endif", [(SKIP, False)]),
        ("#if os(Linux)\nfunc a() {}\n#endif", []),
    ],
)
def test_marks(source: str, marks: list[tuple[MarkKind, bool]]) -> None:
    assert [(mark.kind, mark.platform) for mark in read(source).marks] == marks


@pytest.mark.parametrize(
    ("call", "target"), [("MockStore()", "Store"), ("StoreSpy(a: 1)", "Store")]
)
def test_doubles(call: str, target: str) -> None:
    assert [item.target for item in read(f"let a = {call}").doubles] == [target]


@pytest.mark.parametrize(
    ("body", "swallowed"),
    [
        ("do { try f(); XCTAssertEqual(a, 3) } catch {}", 1),
        ("do { try f(); XCTAssertEqual(a, 3) } catch { print(error) }", 1),
        ("do { try f(); XCTAssertEqual(a, 3) } catch { XCTFail() }", 0),
        ("do { try f(); XCTAssertEqual(a, 3) } catch { throw error }", 0),
        ("do { try f(); XCTAssertEqual(a, 3) } catch let e as MyError { print(e) }", 0),
    ],
)
def test_swallowed_assertions(body: str, swallowed: int) -> None:
    (case,) = read(f"@Test func it() throws {{ {body} }}").cases
    assert case.swallowed == swallowed


@given(st.text(alphabet='func test(){}@#"/*if let:,\n XCTAssert', max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    code_of("A.swift", text.encode())


def test_deep_nesting_is_read() -> None:
    code_of("A.swift", b"@Test func a() { #expect(" + b"!(a && " * 2000)
