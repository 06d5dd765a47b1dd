"""Changed lines made wrong on purpose."""

import ast

from hypothesis import given
from hypothesis import strategies as st

from guards.change import Change
from guards.mutations import MAX_MUTANTS, mutations
from tests.guards.test_halves import file

BEFORE = "def price(n):\n    total = n\n    return total\n\n\ndef name():\n    return 'a'\n"
AFTER = (
    "def price(n):\n    total = n * 2\n    if n > 3 and total:\n        log(total)\n"
    "    return total + 1\n\n\ndef name():\n    return 'b'\n"
)


def test_each_kind_of_changed_line_is_made_wrong() -> None:
    found = mutations(Change(files=(file("src/a.py", BEFORE, AFTER),)), limit=50)

    said = {(each.line, each.what) for each in found}
    assert said >= {
        (2, "put back as it was"),
        (3, "its condition negated"),
        (4, "left out"),
        (5, "returns None instead"),
        (9, "put back as it was"),
    }
    assert all(each.path == "src/a.py" and ast.parse(each.content) for each in found)
    assert len({each.content for each in found}) == len(found)
    assert AFTER.encode() not in {each.content for each in found}


def test_there_are_few_and_they_are_spread_over_files() -> None:
    files = tuple(file(f"src/{name}.py", BEFORE, AFTER) for name in "abc")
    found = mutations(Change(files=files))

    assert len(found) == MAX_MUTANTS
    assert {each.path for each in found} == {"src/a.py", "src/b.py", "src/c.py"}
    assert found == mutations(Change(files=files))


def test_tests_other_languages_and_what_cannot_be_read_are_left_alone() -> None:
    files = (
        file("tests/test_a.py", "x = 1\n", "x = 2\n"),
        file("src/a.js", "let x = 1\n", "let x = 2\n"),
        file("src/broken.py", "x = 1\n", "x = = 2\n"),
        file("src/gone.py", "x = 1\n", None),
        file("src/deep.py", "x = 1\n", "x = " + "(" * 5000 + ")" * 5000 + "\n"),
    )
    assert mutations(Change(files=files)) == ()


def test_letters_of_several_bytes_do_not_move_a_mutation() -> None:
    changed = file("a.py", "x = 1\n", "x = 'äöü€' if n == 3 else 'ß'\n")
    found = mutations(Change(files=(changed,)))
    assert {each.content.decode() for each in found} <= {
        "pass\n",
        "x = 'äöü€' if (not (n == 3)) else 'ß'\n",
        "x = 'äöü€' if (n != 3) else 'ß'\n",
        "x = 'äöü€' if n == 4 else 'ß'\n",
    }


@given(st.text(alphabet="if xreturn=+<>():\n 12'\"", max_size=200))
def test_whatever_a_file_holds_nothing_breaks(source: str) -> None:
    for each in mutations(Change(files=(file("a.py", "", source),))):
        ast.parse(each.content)
