"""What is read out of TypeScript beside what JavaScript has."""

import pytest

from guards.code import Code, Strength
from guards.languages import code_of


def read(source: str, path: str = "a.test.ts") -> Code:
    code = code_of(path, source.encode())
    assert code is not None
    assert not code.damaged
    return code


@pytest.mark.parametrize("path", ["a.ts", "a.tsx", "a.mts", "a.cts"])
def test_typed_tests_are_read(path: str) -> None:
    (case,) = read(
        "it('a', async (): Promise<void> => { expect(f<number>(x!)).toBe(3); });", path
    ).cases

    assert [each.subject for each in case.assertions] == ["f < number > ( x ! )"]


def test_casts_are_looked_through() -> None:
    code = read("(load as jest.Mock).mockResolvedValue(3);")

    assert [each.target for each in code.doubles] == ["load"]


def test_types_of_values_are_asserted() -> None:
    (case,) = read("it('a', () => { expectTypeOf(x).toEqualTypeOf<string>(); });").cases

    assert [each.strength for each in case.assertions] == [Strength.EXACT]


def test_typed_tables_are_read() -> None:
    source = "it.each<{ a: number }>`a\n${1}\n${2}`('q', ({ a }) => { expect(f(a)).toBe(1); });"

    (case,) = read(source).cases

    assert (case.name, case.parametrized, case.rows[:2]) == ("q", True, ("${1}", "${2}"))


def test_components_are_read() -> None:
    source = (
        "it('a', async () => { render(<App mode='x' />); await screen.findByText('q');"
        " expect(screen.getByRole('button')).toBeInTheDocument(); });"
    )

    (case,) = read(source, "a.test.tsx").cases

    assert [each.matcher for each in case.assertions] == ["findByText", "toBeInTheDocument"]
