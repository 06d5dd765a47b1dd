"""A diff alone is read strictly."""

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unidiff.patch import PatchSet

from guards.change import Line, Status
from guards.diff_text import MAX_DIFF_BYTES, from_diff
from guards.errors import BadDiffError
from tests.guards.conftest import Repo

_DIFF = """\
diff --git a/a.py b/a.py
index 1111111..2222222 100644
--- a/a.py
+++ b/a.py
@@ -1,2 +1,2 @@ def f():
 x = 1
-y = 1
+y = 2
"""


def test_a_diff_of_git_is_read(repo: Repo) -> None:
    repo.commit({"é b.py": "1\n", "gone": "1\n", "x": "one\ntwo\nthree\n", "mode": "1\n"})
    repo.git("mv", "x", "y b")
    (repo.path / "mode").chmod(0o755)
    repo.commit({"é b.py": "2\n", "gone": None, "new": "1", "empty": "", "bytes": b"\0"})

    change = from_diff(repo.git("diff", "HEAD^", "HEAD"))

    files = {file.path: file for file in change.files}
    assert {path: file.status for path, file in files.items()} == {
        "bytes": Status.ADDED,
        "empty": Status.ADDED,
        "gone": Status.DELETED,
        "mode": Status.MODIFIED,
        "new": Status.ADDED,
        "y b": Status.RENAMED,
        "é b.py": Status.MODIFIED,
    }
    assert files["é b.py"].added == (Line(number=1, text="2"),)
    assert (files["y b"].old_path, files["mode"].new_mode) == ("x", "100755")
    assert files["bytes"].binary
    assert not change.from_trees


def test_a_diff_of_diff_u_is_read() -> None:
    lines = difflib.unified_diff(["a\n", "b\n"], ["a\n", "c\n"], "a/x.py", "b/x.py")

    file = from_diff("".join(lines)).files[0]

    assert (file.path, file.status, file.removed) == (
        "x.py",
        Status.MODIFIED,
        (Line(number=2, text="b"),),
    )


def test_nothing_is_no_change() -> None:
    assert from_diff("").files == ()


@pytest.mark.parametrize(
    "text",
    [
        "hello\n",
        "\x1b[1mdiff --git a/a.py b/a.py\x1b[m\n",
        "From 1111 Mon Sep 17\nSubject: x\n\n" + _DIFF,
        _DIFF + "+z = 3\n",
        _DIFF.removesuffix("+y = 2\n"),
        _DIFF.replace("--- a/a.py", "--- a/b.py"),
        _DIFF.replace("+++ b/a.py", "+++ b/b.py"),
        _DIFF.replace("diff --git a/a.py b/a.py", "diff --git a/tests/a.py b/tests/a.py"),
        _DIFF.replace("diff --git", "diff --cc").replace("@@", "@@@"),
        _DIFF.replace("@@ -1,2 +1,2 @@", "@@ -1,2 +1,2"),
        _DIFF.replace("1,2 +1,2", "1,2 +1,9999999999"),
        _DIFF + _DIFF,
        _DIFF.partition("@@")[0],
        "diff --git a/a b/a\nBinary files " + "a and " * 20_000 + "differ\n",
        "diff --git a/x b/y b/z\n",
        "x" * (MAX_DIFF_BYTES + 1),
    ],
)
def test_what_is_no_plain_diff_is_refused(text: str) -> None:
    with pytest.raises(BadDiffError):
        from_diff(text)


_PIECES = st.sampled_from(
    [
        *_DIFF.splitlines(keepends=True),
        "rename from a\n",
        "rename to b\n",
        '"a\\303"',
        "\n",
        "--- /dev/null\n",
    ]
)


@given(pieces=st.lists(_PIECES), noise=st.binary(), text=st.text())
def test_no_input_raises_anything_but_a_bad_diff(
    pieces: list[str], noise: bytes, text: str
) -> None:
    for diff in ("".join(pieces), noise, text, "".join(pieces) + text):
        try:
            from_diff(diff)
        except BadDiffError:
            continue


_LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "-- d\n", "++ e\n", "\n"]), max_size=12)


@given(before=_LINES, after=_LINES)
def test_plain_diffs_are_read_as_another_reader_reads_them(
    before: list[str], after: list[str]
) -> None:
    diff = "".join(difflib.unified_diff(before, after, "a/f", "b/f"))

    ours = from_diff(diff).files
    theirs = PatchSet.from_string(diff)

    assert [[(line.number, line.text + "\n") for line in file.added] for file in ours] == [
        [
            (line.target_line_no, line.value)
            for hunk in file
            for line in hunk.target_lines()
            if line.is_added
        ]
        for file in theirs
    ]
    assert [[(line.number, line.text + "\n") for line in file.removed] for file in ours] == [
        [
            (line.source_line_no, line.value)
            for hunk in file
            for line in hunk.source_lines()
            if line.is_removed
        ]
        for file in theirs
    ]
