"""What is read out of JavaScript: tests, skips, doubles, handlers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.code import Code, MarkKind
from guards.facts import Kind
from guards.languages import code_of

SKIP, ONLY = MarkKind.SKIP, MarkKind.ONLY
RETRY, FAILURE = MarkKind.RETRY, MarkKind.EXPECTED_FAILURE


def read(source: str, path: str = "a.test.js") -> Code:
    code = code_of(path, source.encode())
    assert code is not None
    return code


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("describe('a', () => { it('b', () => {}); });", ["a > b"]),
        (
            "describe('a', () => { describe('c', function () { test('b', f => {}) }) })",
            ["a > c > b"],
        ),
        ("describe.each([1, 2])('n %i', n => { it.each([3])('m %i', m => {}) })", ["n %i > m %i"]),
        ("it.each`\n a\n ${1}\n`('t $a', ({ a }) => {});", ["t $a"]),
        ("it('slow', function () {}).timeout(5000);", ["slow"]),
        (
            "test('o', { timeout: 3 }, async t => { await t.test('sub', () => {}) })",
            ["o", "o > sub"],
        ),
        ("xit('x', () => {}); fit('f', () => {}); it.skip('s', () => {});", ["x", "f", "s"]),
        ("(isWin ? it.skip : it)('maybe', () => {});", ["maybe"]),
        ("it['only']('o', () => {});", ["o"]),
        ("it('a', fakeAsync(() => {})); it('b', inject([x], y => {}));", ["a", "b"]),
        ("it.skipIf(ci)('p', () => {}); test.concurrent('c', async () => {});", ["p", "c"]),
        ("test.describe('g', () => { test.fixme('f', async ({ page }) => {}) });", ["g > f"]),
        ("QUnit.module('m', () => { QUnit.test('t', assert => {}) });", ["m > t"]),
        (
            "Deno.test('d', () => {}); tap.test('e', t => {}); specify('s', () => {});",
            ["d", "e", "s"],
        ),
        ("suite('a', () => { setup(() => {}); test('b', () => {}); });", ["a > b"]),
        (
            "itAsync('w', async () => {}); describeIf('d', () => { testIf('x', () => {}) });",
            ["w", "d > x"],
        ),
        ("test(name, () => {}); test(`a ${b}`, () => {});", ["name", "a ${b}"]),
        (
            "test.step('no', () => {}); test.extend(() => {}); pattern.test(x => x); expect(() => {});",
            [],
        ),
    ],
)
def test_tests_are_found_under_the_names_that_a_runner_shows(source: str, names: list[str]) -> None:
    assert [case.name for case in read(source).cases] == names


def test_hooks_and_suites_are_no_tests() -> None:
    code = read("describe('a', () => { beforeEach(() => {}); afterAll(async () => {}); });")

    assert [item.kind for item in code.definitions] == [Kind.SUITE, Kind.HOOK, Kind.HOOK]


def test_functions_have_the_names_that_they_are_called_by() -> None:
    source = (
        "function a() { return 1 } const b = async x => x; exports.c = function () {};"
        "class D { e() {} #f = () => {}; } const g = { h: () => 1, i() {} };"
    )

    names = [item.name for item in read(source, "a.js").definitions]

    assert names == ["a", "b", "c", "D", "D.e", "D.#f", "h", "i"]


def test_dead_assertions_are_none_and_hoisted_functions_live() -> None:
    code = read("it('t', () => { if (false) { expect(1).toBe(x) } return; expect(x).toBe(2); });")
    hoisted = read("function f() { return g(); function g() { return 1; } }", "a.js")

    assert code.cases[0].assertions == ()
    assert hoisted.dead == ()


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("it.skip('a', () => {});", [SKIP]),
        ("xdescribe('a', () => {});", [SKIP]),
        ("it.todo('a');", [SKIP]),
        ("test.fixme('a', () => {});", [SKIP]),
        ("it('a', function () { this.skip(); });", [SKIP]),
        ("test('a', t => { t.skip('why'); });", [SKIP]),
        ("test('a', { skip: true }, () => {});", [SKIP]),
        ("test('a', { skip: false }, () => {});", []),
        ("const slow = ready ? it : it.skip;", [SKIP]),
        ("(ready ? it : it.skip)('a', () => {});", [SKIP]),
        ("it.skip.each([1])('a %i', () => {});", [SKIP]),
        ("it['skip']('a', () => {});", [SKIP]),
        ("fdescribe('a', () => {}); it.only('b', () => {});", [ONLY, ONLY]),
        ("it.fails('a', () => {}); test.failing('b', () => {});", [FAILURE, FAILURE]),
        ("jest.retryTimes(3); it('a', function () { this.retries(2); });", [RETRY, RETRY]),
        ("test('a', { retry: 3 }, () => {});", [RETRY]),
        ("list.skip(3); stream.only('x'); it('a', () => {});", []),
    ],
)
def test_marks(source: str, kinds: list[MarkKind]) -> None:
    assert [mark.kind for mark in read(source).marks] == kinds


@pytest.mark.parametrize(
    ("source", "platform"),
    [
        ("it.skipIf(process.platform === 'win32')('a', () => {});", True),
        ("test.skip(browserName === 'firefox', 'why');", True),
        ("it('a', function () { if (isWindows) this.skip(); });", True),
        ("it.skip('works on process . platform', () => { f(process.platform) });", False),
        ("it('a', function () { if (process.env.CI) this.skip(); });", False),
    ],
)
def test_skips_for_a_platform(source: str, platform: bool) -> None:
    assert [mark.platform for mark in read(source).marks] == [platform]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("jest.mock('../a', () => ({}));", '"../a"'),
        ("vi.doMock('../a');", '"../a"'),
        ("jest.spyOn(api, 'get').mockReturnValue(3);", 'api."get"'),
        ("sinon.stub(api, 'get').returns(3);", 'api."get"'),
        ("t.mock.method(fs, 'readFile', () => 3);", 'fs."readFile"'),
        ("nock('https://a').get('/').reply(200);", '"https://a"'),
        ("api.get.mockResolvedValue(3);", "api.get"),
        ("proxyquire('../a', { './b': {} });", '"../a"'),
    ],
)
def test_doubles(source: str, target: str) -> None:
    assert [each.target for each in read(source).doubles] == [target]


@pytest.mark.parametrize(
    ("body", "swallowed"),
    [
        ("try { expect(x).toBe(1); } catch {}", 1),
        ("try { expect(x).toBe(1); } catch (e) { console.log(e); }", 1),
        ("try { expect(x).toBe(1); } catch (e) { throw e; }", 0),
        ("try { expect(x).toBe(1); } catch (e) { expect(e).toBe(2); }", 0),
        ("try { expect(x).toBe(1); } finally { close(); }", 0),
        ("return run(() => { expect(x).toBe(1); }).catch(() => {});", 1),
        ("return run(() => { expect(x).toBe(1); }).catch(done);", 0),
    ],
)
def test_swallowed_assertions(body: str, swallowed: int) -> None:
    (case,) = read(f"it('t', (done) => {{ {body} }});").cases

    assert case.swallowed == swallowed


def test_handlers_of_promises() -> None:
    code = read("load().catch(() => null).then(use); save().then(ok, noop); a.catch(next);", "a.js")

    assert [(each.statements, each.raises) for each in code.handlers] == [
        (("null",), False),
        (("noop ( error )",), False),
        (("next ( error )",), True),
    ]


def test_branches_show_the_constant_that_they_return() -> None:
    code = read(
        "function f(x) { if (x === 'a') return 3; switch (x) { case 'b': return 4; } return x ? 5 : g(); }",
        "a.js",
    )

    assert [each.returns for each in code.branches] == ["3", "4", "5"]


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("it.each([[1, 2], [3, 4]])('t', () => {});", ("[ 1 , 2 ]", "[ 3 , 4 ]")),
        (
            "it.each`\n a | b\n ${1} | ${2}\n ${3} | ${4}\n`('t', () => {});",
            ("${1} | ${2}", "${3} | ${4}"),
        ),
    ],
)
def test_rows_of_tables(source: str, rows: tuple[str, ...]) -> None:
    (case,) = read(source).cases

    assert case.parametrized
    assert set(rows) <= set(case.rows)


def test_tests_of_one_name_all_run() -> None:
    assert read("it('a', () => {}); it('a', () => {});").shadowed == frozenset()


def test_names_that_an_index_reaches() -> None:
    mentions = {each.text for each in read("a[i] = process.env['CI'];", "a.js").mentions}

    assert {"i", "process.env.CI"} <= mentions


@given(
    st.lists(
        st.sampled_from(
            [
                *"(){}='`.,[]1x;",
                "it",
                "describe",
                "expect",
                "=>",
                "${",
                "toBe",
                "should",
                "catch",
                "then",
            ]
        ),
        max_size=60,
    )
)
def test_odd_sources_never_raise(pieces: list[str]) -> None:
    for path in ("a.js", "a.ts", "a.tsx"):
        assert code_of(path, " ".join(pieces).encode()) is not None
