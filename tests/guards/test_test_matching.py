"""Whatever a change does to tests, each old one is paired or lost, and nothing raises."""

from hypothesis import given
from hypothesis import strategies as st

from guards.change import Change, FileChange, Line, Status
from guards.evidence import Evidence
from guards.policy import Policy
from guards.rules import deleted_tests, left_early, removed_rows, renamed_away, skips
from guards.test_matching import match_tests

PIECES = st.sampled_from(
    [
        "def test_a():\n    assert f(1) == 2\n",
        "def test_a():\n    return\n",
        "def test_b():\n    assert f(1) == 2\n",
        "class TestC:\n    def test_a(self):\n        assert g() == 'x'\n",
        "@pytest.mark.skip\n",
        "@pytest.mark.parametrize('n', [1, 2])\ndef test_n(n):\n    assert f(n)\n",
        "if False:\n",
        "# def test_a():\n#     assert f(1) == 2\n",
        "def check_a():\n    assert f(1) == 2\n",
        "((((",
        '"""',
        "\udcff\t\x0b",
    ]
)
SOURCE = st.lists(PIECES, max_size=8).map("".join)
PATHS = st.sampled_from(["tests/test_a.py", "src/a.test.js", "a_test.go", "src/lib.rs", "T.php"])


def changed(path: str, old: str, new: str) -> Change:
    removed = tuple(Line(number=at, text=text) for at, text in enumerate(old.splitlines(), 1))
    added = tuple(Line(number=at, text=text) for at, text in enumerate(new.splitlines(), 1))
    file = FileChange(
        path=path,
        old_path=path,
        status=Status.MODIFIED,
        before=old.encode(errors="surrogateescape"),
        after=new.encode(errors="surrogateescape"),
        removed=removed,
        added=added,
    )
    return Change(files=(file,))


@given(path=PATHS, old=SOURCE, new=SOURCE)
def test_each_old_test_is_paired_or_lost_once(path: str, old: str, new: str) -> None:
    matching = match_tests(changed(path, old, new))

    paired = [id(before) for before, _ in matching.pairs]
    lost = [id(each) for each in matching.lost]
    assert len({*paired, *lost}) == len(paired) + len(lost)
    taken = {id(after) for _, after in matching.pairs}
    assert not taken & {id(each) for each in matching.fresh}


@given(path=PATHS, old=SOURCE, new=SOURCE)
def test_no_rule_about_tests_raises(path: str, old: str, new: str) -> None:
    change = changed(path, old, new)
    for rule in (deleted_tests, left_early, removed_rows, renamed_away, skips):
        for finding in rule.check(change, Policy(), Evidence()):
            assert finding.message
            assert finding.remedy


@given(source=SOURCE)
def test_a_file_that_does_not_change_loses_nothing(source: str) -> None:
    change = changed("tests/test_a.py", source, source)

    assert match_tests(change).lost == ()
    assert list(skips.check(change, Policy(), Evidence())) == []
