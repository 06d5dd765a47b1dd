"""What assertions of JavaScript's many frameworks demand."""

import pytest

from guards.code import Assertion, Code, Strength
from guards.languages import code_of

HOLLOW, EXISTS, TRUTHY = Strength.HOLLOW, Strength.EXISTS, Strength.TRUTHY
ORDER, PART, EXACT = Strength.ORDER, Strength.PART, Strength.EXACT


def read(source: str, path: str = "a.test.js") -> Code:
    code = code_of(path, source.encode())
    assert code is not None
    return code


def asserted(statement: str, path: str = "a.test.js") -> list[Assertion]:
    """What a test with one statement asserts."""
    (case,) = read(f"it('t', async () => {{ {statement} }});", path).cases
    return list(case.assertions)


@pytest.mark.parametrize(
    ("statement", "strength", "subject", "expected"),
    [
        ("expect(x).toBe(3)", EXACT, "x", "3"),
        ("expect(x).toEqual({ a: [1, 'b'] })", EXACT, "x", '{ a : [ 1 , "b" ] }'),
        ("expect(x).not.toBe(3)", ORDER, "x", "3"),
        ("expect(x).toBeNull()", EXACT, "x", ""),
        ("expect(x).not.toBeNull()", EXISTS, "x", ""),
        ("expect(x).toBeDefined()", EXISTS, "x", ""),
        ("expect(x).toBeTruthy()", TRUTHY, "x", ""),
        ("expect(f(x)).toBe(true)", TRUTHY, "f ( x )", "true"),
        ("expect(x === 3).toBe(true)", EXACT, "x", "3"),
        ("expect(x > 3).toBe(true)", ORDER, "x", "3"),
        ("expect(x !== null).toBe(true)", EXISTS, "x", "null"),
        ("expect(x).toHaveLength(3)", PART, "x", "3"),
        ("expect([1, 2]).toContain(x)", PART, "x", "[ 1 , 2 ]"),
        ("expect(x).toEqual(expect.anything())", EXISTS, "x", "expect . anything ( )"),
        ("expect(x).toEqual(expect.any(Number))", EXISTS, "x", "expect . any ( Number )"),
        (
            "expect(x).toEqual({ a: expect.any(Number) })",
            PART,
            "x",
            "{ a : expect . any ( Number ) }",
        ),
        ("expect(f).toThrow()", TRUTHY, "f", ""),
        ("expect(f).toThrow(Error)", TRUTHY, "f", "Error"),
        ("expect(f).toThrow(RangeError)", PART, "f", "RangeError"),
        ("expect(f).not.toThrow()", EXISTS, "f", ""),
        ("await expect(p).resolves.toBe(3)", EXACT, "p", "3"),
        ("expect(f).toHaveBeenCalledWith(1, 2)", EXACT, "f", "1 , 2"),
        ("expect(f).toHaveBeenCalled()", TRUTHY, "f", ""),
        ("expect(x).toMatchSnapshot()", EXACT, "x", ""),
        ("expect(x, 'why').to.equal(3)", EXACT, "x", "3"),
        ("expect(x).to.be.true", TRUTHY, "x", ""),
        ("expect(x).to.exist", EXISTS, "x", ""),
        ("expect(x).to.be.an('array').that.includes(2)", PART, "x", "2"),
        ("expect(x).to.have.property('a', 3)", EXACT, "x", '"a" , 3'),
        ("x.should.have.lengthOf(3)", EXACT, "x", "3"),
        ("should.exist(x)", EXISTS, "x", ""),
        ("assert(x)", TRUTHY, "x", ""),
        ("assert(x === 3)", EXACT, "x", "3"),
        ("assert.strictEqual(x, 3, 'why')", EXACT, "x", "3"),
        ("assert.notEqual(x, 3)", ORDER, "x", "3"),
        ("assert.throws(f, /bad/)", PART, "f", "/bad/"),
        ("assert.throws(f)", TRUTHY, "f", ""),
        ("await assert.rejects(f(), TypeError)", PART, "f ( )", "TypeError"),
        ("assert.isArray(x)", EXISTS, "x", ""),
        ("t.deepEqual(x, 3)", EXACT, "x", "3"),
        ("sinon.assert.calledOnceWithExactly(f, 1)", EXACT, "f", "1"),
        ("cy.get('a').should('have.text', 'b')", EXACT, 'cy . get ( "a" )', '"b"'),
        ("cy.get('a').should('not.exist')", EXISTS, 'cy . get ( "a" )', ""),
        ("await expect(page).toHaveURL(/x/)", EXACT, "page", "/x/"),
        ("if (x !== 3) { throw new Error('no'); }", EXACT, "x", "3"),
        ("assertEquals(x, 3)", EXACT, "x", "3"),
        ("expectRow(x, 3)", PART, "x", "3"),
    ],
)
def test_assertions_are_as_strong_as_what_they_demand(
    statement: str, strength: Strength, subject: str, expected: str
) -> None:
    (found,) = asserted(statement)

    assert (found.strength, found.subject, found.expected) == (strength, subject, expected)


@pytest.mark.parametrize(
    "statement",
    [
        "expect(true).toBe(true)",
        "expect(1).to.equal(1)",
        "expect(x).toBe(x)",
        "expect(x)",
        "expect(x).toBe",
        "expect(x || true).toBeTruthy()",
        "expect(typeof x).toBeDefined()",
        "expect(x.length).toBeGreaterThanOrEqual(0)",
        "expect(x).toMatch(/.*/)",
        "expect(x).toMatchObject({})",
        "assert(true)",
        "assert.ok(1)",
        "assert.equal(x, x)",
        "t.pass()",
        "waitFor(() => { expect(x).toBe(3); })",
        "expect(null).toBeNull()",
        "expect(p).resolves.toBe(3)",
        "expect(p).rejects.toThrow('x')",
        "await expect(p).rejects.toThrow('x').catch(() => {})",
        "expect(p).to.eventually.equal(3)",
        "assert.rejects(p)",
        "expect(page.getByRole('x')).toBeVisible()",
        "p().then(x => { expect(x).toBe(3); })",
        "setTimeout(() => { expect(x).toBe(3); }, 10)",
    ],
)
def test_what_cannot_fail_is_hollow(statement: str) -> None:
    assert [each.strength for each in asserted(statement)] == [HOLLOW]


@pytest.mark.parametrize(
    "statement",
    [
        "return p().then(x => { expect(x).toBe(3); })",
        "await p().then(x => { expect(x).toBe(3); })",
        "p().then(x => { expect(x).toBe(3); done(); })",
        "p().then(x => { expect(x).toBe(3); }); await flush();",
        "const late = expect(p).resolves.toBe(3); await late;",
        "await Promise.all([expect(p).resolves.toBe(3)])",
        "return expect(p).rejects.toEqual(3)",
    ],
)
def test_what_is_waited_for_counts(statement: str) -> None:
    assert [each.strength for each in asserted(statement)] == [EXACT]


def test_an_arrow_hands_its_promise_back() -> None:
    (case,) = read("it('t', () => expect(p).resolves.toBe(3));").cases

    assert [each.strength for each in case.assertions] == [EXACT]


def test_every_expectation_of_a_request_counts() -> None:
    found = asserted("await request(app).get('/').expect(200).expect('X', /y/)")

    assert sorted(each.expected for each in found) == ['"X" , /y/', "200"]


@pytest.mark.parametrize(
    ("statement", "tolerance"),
    [
        ("expect(x).toBeCloseTo(1.5)", 0.005),
        ("expect(x).toBeCloseTo(1.5, 4)", 0.00005),
        ("expect(x).to.be.closeTo(1.5, 0.25)", 0.25),
        ("assert.approximately(x, 1.5, 0.1, 'why')", 0.1),
        ("expect(Math.abs(x - 1.5)).toBeLessThan(0.5)", 0.5),
        ("expect(x).toBe(1.5)", None),
    ],
)
def test_tolerances(statement: str, tolerance: float | None) -> None:
    assert [each.tolerance for each in asserted(statement)] == [
        None if tolerance is None else pytest.approx(tolerance)
    ]


def test_helpers_that_assert_are_found() -> None:
    code = read("function check(x) { expect(x).toBe(1); } it('t', () => { check(2); });")

    assert [each.matcher for each in code.cases[0].assertions] == ["check"]
