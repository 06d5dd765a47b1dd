"""A change is read out of git's answers whole, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.change import FileChange, Line, Status
from guards.errors import BadDiffError, GitError
from guards.git import change_between, change_staged, file_at
from guards.hunks import MAX_LINES
from guards.parse import blob_ids, messages_of, parse_change
from tests.guards.conftest import Repo

_ZERO = "0" * 40
_ONE, _TWO = "1" * 40, "2" * 40
_RAW = f":100644 100644 {_ONE} {_TWO} M\0a.py\0".encode()
_PATCH = (
    f"diff --git a/a.py b/a.py\nindex {_ONE}..{_TWO} 100644\n--- a/a.py\n+++ b/a.py\n"
    "@@ -1 +1 @@\n-x = 1\n+x = 2\n"
).encode()
_BLOBS = {_ONE: b"x = 1\n", _TWO: b"x = 2\n"}


def _files(repo: Repo, base: str, head: str) -> dict[str, FileChange]:
    return {file.path: file for file in change_between(repo.path, base, head).files}


def test_lines_carry_their_numbers_on_their_own_side(repo: Repo) -> None:
    base = repo.commit({"a.py": "1\n2\n3\n4\n5\n"})
    head = repo.commit({"a.py": "0\n1\n2\n4\n5 \n"})

    file = _files(repo, base, head)["a.py"]

    assert file.removed == (Line(number=3, text="3"), Line(number=5, text="5"))
    assert file.added == (Line(number=1, text="0"), Line(number=5, text="5 "))


def test_attributes_of_the_repository_cannot_hide_a_line(repo: Repo) -> None:
    base = repo.commit({"tests/test_a.py": "assert f() == 1\n"})
    repo.git("config", "diff.hide.textconv", "true")
    repo.git("config", "diff.external", "true")
    repo.write(".git/info/attributes", "*.py -diff")
    head = repo.commit(
        {".gitattributes": "*.py -diff\n*.py diff=hide\n", "tests/test_a.py": "pass\n"}
    )

    file = _files(repo, base, head)["tests/test_a.py"]

    assert file.removed == (Line(number=1, text="assert f() == 1"),)
    assert file.added == (Line(number=1, text="pass"),)


@pytest.mark.parametrize(
    "name",
    ["a b.py", "y b/z.py", 'quo"te.py', "tab\there.py", "new\nline.py", "é漢.py", "back\\slash"],
)
def test_odd_names_are_read_as_they_are(repo: Repo, name: str) -> None:
    base = repo.commit({name: "1\n", "x": "one\ntwo\nthree\nfour\n"})
    repo.git("mv", "x", f"to {name.rpartition('/')[2]}")
    head = repo.commit({name: "2\n"})

    files = _files(repo, base, head)

    assert files[name].added == (Line(number=1, text="2"),)
    moved = files[f"to {name.rpartition('/')[2]}"]
    assert (moved.status, moved.old_path, moved.added) == (Status.RENAMED, "x", ())


def test_content_that_looks_like_a_diff_is_content(repo: Repo) -> None:
    base = repo.commit({"a": "-- a\n++ b\n"})
    head = repo.commit(
        {"a": "++ b\n@@ -1 +1 @@\ndiff --git a/x b/x\n\\ No newline at end of file\n"}
    )

    file = _files(repo, base, head)["a"]

    assert [line.text for line in file.added] == [
        "@@ -1 +1 @@",
        "diff --git a/x b/x",
        "\\ No newline at end of file",
    ]


def test_line_ends_of_other_systems_stay_in_the_line(repo: Repo) -> None:
    base = repo.commit({"a": "one\r\ntwo"})
    head = repo.commit({"a": "one\ntwo\x0cthree\rfour\n"})

    file = _files(repo, base, head)["a"]

    assert [line.text for line in file.removed] == ["one\r", "two"]
    assert [line.text for line in file.added] == ["one", "two\x0cthree\rfour"]


def test_kinds_and_modes_of_files_are_known(repo: Repo) -> None:
    base = repo.commit({"link": "text\n", "bytes": b"\0\1", "run": "#!/bin/sh\n", "empty": ""})
    repo.write("link", None)
    (repo.path / "link").symlink_to("/dev/null")
    (repo.path / "run").chmod(0o755)
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{_ONE},sub")
    repo.write("bytes", b"\0\2")
    repo.write("empty", None)
    repo.git("add", "link", "bytes", "run", "empty")
    repo.git("commit", "--quiet", "--message", "kinds")

    files = _files(repo, base, "HEAD")

    assert (files["link"].status, files["link"].new_mode) == (Status.TYPE_CHANGED, "120000")
    assert (files["bytes"].binary, files["bytes"].added) == (True, ())
    assert (files["run"].old_mode, files["run"].new_mode) == ("100644", "100755")
    assert (files["sub"].new_mode, files["sub"].after) == ("160000", None)
    assert (files["empty"].status, files["empty"].after) == (Status.DELETED, None)


def test_the_index_is_judged_as_it_is_staged(repo: Repo) -> None:
    repo.write("a.py", "x = 1\n")
    repo.git("add", "a.py")
    first = change_staged(repo.path)
    repo.commit({})
    repo.write("a.py", "x = 2\n")
    repo.git("add", "a.py")
    repo.write("a.py", "x = 3\n")

    second = change_staged(repo.path)

    assert first.files[0].status is Status.ADDED
    assert second.files[0].after == b"x = 2\n"


def test_what_the_base_did_meanwhile_is_no_part_of_the_change(repo: Repo) -> None:
    repo.commit({"a.py": "x = 1\n"})
    repo.git("checkout", "--quiet", "-b", "topic")
    repo.commit({"b.py": "y = 1\n"})
    repo.git("checkout", "--quiet", "main")
    repo.commit({"a.py": "x = 2\n"})

    assert list(_files(repo, "main", "topic")) == ["b.py"]


@pytest.mark.parametrize("revision", ["nothing", "--output=x", "HEAD HEAD", ""])
def test_a_revision_that_is_none_is_an_error(repo: Repo, revision: str) -> None:
    repo.commit({"a": "1\n"})

    with pytest.raises(GitError, match="no revision"):
        change_between(repo.path, revision, "HEAD")


def test_a_file_of_a_revision_is_read_from_there(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    repo.write("a", "2\n")

    assert file_at(repo.path, "HEAD", "a") == b"1\n"
    assert file_at(repo.path, "HEAD", "b") is None


def test_blobs_that_are_not_given_leave_contents_unknown() -> None:
    file = parse_change(_RAW, _PATCH, {}).files[0]

    assert (file.before, file.after, file.added) == (None, None, (Line(number=1, text="x = 2"),))
    assert blob_ids(_RAW) == (_ONE, _TWO)


@pytest.mark.parametrize(
    ("raw", "patch"),
    [
        (_RAW, b""),
        (b"", _PATCH),
        (_RAW.replace(b"a.py", b"b.py"), _PATCH),
        (_RAW, _PATCH.replace(b"+x = 2", b"+x = 3")),
        (_RAW, _PATCH.replace(b"-1 +1", b"-2 +2")),
        (_RAW, _PATCH.replace(b"@@ -1 +1 @@", b"@@@ -1 +1 @@@")),
        (_RAW, _PATCH + b"+x = 3\n"),
        (_RAW, _PATCH[:-8]),
        (_RAW, _PATCH.replace(_TWO.encode(), _ZERO.encode())),
        (_RAW, _PATCH.partition(b"@@")[0]),
        (_RAW.replace(b" M", b" U"), _PATCH),
        (_RAW[:-1], _PATCH),
        (_RAW * 4000, _PATCH * 4000),
        (_RAW, b"x" * (33 * 1024 * 1024)),
    ],
)
def test_answers_that_do_not_fit_together_are_refused(raw: bytes, patch: bytes) -> None:
    with pytest.raises(BadDiffError):
        parse_change(raw, patch, _BLOBS)


def test_a_diff_of_countless_short_lines_is_refused_before_it_is_taken_apart() -> None:
    added = f"@@ -1 +1,{MAX_LINES} @@\n-x = 1\n".encode() + b"+\n" * MAX_LINES
    patch = _PATCH.partition(b"@@")[0] + added

    with pytest.raises(BadDiffError, match="more than 1000000 lines"):
        parse_change(_RAW, patch, {})


_PIECES = st.sampled_from(
    [*_PATCH.splitlines(keepends=True), _RAW, b"\0", b"\n", b"\\ No\n", b"@@ -0,0 +1 @@\n"]
)


@given(
    raw=st.one_of(st.just(_RAW), st.binary(max_size=200)),
    pieces=st.lists(_PIECES),
    noise=st.binary(),
)
def test_no_bytes_raise_anything_but_a_bad_diff(
    raw: bytes, pieces: list[bytes], noise: bytes
) -> None:
    for patch in (b"".join(pieces), noise, b"".join(pieces) + noise):
        try:
            parse_change(raw, patch, _BLOBS)
        except BadDiffError:
            continue


def test_messages_come_back_whole_and_newest_first() -> None:
    listing = b"commit 1234\nSecond\n\nwith a body\n\0\ncommit 5678\nFirst\n\0\n"

    assert messages_of(listing) == ("Second\n\nwith a body", "First")
    assert messages_of(b"") == ()
