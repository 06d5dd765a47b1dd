"""The mirror against real repositories, served by file:// URLs."""

import stat
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.errors import PermanentError, StaleError
from bot.core.ids import PrNumber, Sha
from bot.edges.git import GitMirror
from bot.ports import EditedFile, PushTarget
from guards.change import Status

REPO = "octo/sample"
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Origin:
    """A repository that stands for GitHub's: a bare one, and a work tree to make history in."""

    def __init__(self, folder: Path) -> None:
        self.bare = folder / "srv" / f"{REPO}.git"
        self.work = folder / "work"
        git(folder, "init", "-q", "--bare", "-b", "main", str(self.bare))
        git(self.bare, "config", "uploadpack.allowAnySHA1InWant", "true")
        git(folder, "init", "-q", "-b", "main", str(self.work))

    @property
    def url(self) -> str:
        return f"file://{self.bare.parent.parent}"

    def commit(self, branch: str, files: Mapping[str, str | None], start: str | None = None) -> Sha:
        """Commit files on a branch (made from `start` if it is new) and push it."""
        known = git(self.work, "branch", "--list", branch)
        if known:
            git(self.work, "checkout", "-q", branch)
        else:
            git(self.work, "checkout", "-q", "-b", branch, *([start] if start else []))
        for name, content in files.items():
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink()
            else:
                path.write_text(content)
        git(self.work, "add", "-A", "-f")
        git(self.work, "commit", "-q", "--allow-empty", "-m", f"on {branch}")
        git(self.work, "push", "-q", "-f", str(self.bare), branch)
        return Sha(git(self.work, "rev-parse", "HEAD"))

    def tip(self, branch: str) -> str:
        return git(self.bare, "rev-parse", branch)


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null"}
    done = subprocess.run(
        ["git", "-C", str(folder), *identity, *arguments],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    return done.stdout.strip()


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    return Origin(tmp_path)


@pytest.fixture
def mirror(tmp_path: Path, origin: Origin) -> GitMirror:
    return GitMirror(tmp_path / "mirrors", origin.url, None)


def target(expected: Sha, branch: str = "topic") -> PushTarget:
    return PushTarget(repo=REPO, pr=PrNumber(1), head_repo=REPO, branch=branch, expected=expected)


async def test_a_branch_is_fetched_and_read(origin: Origin, mirror: GitMirror) -> None:
    sha = origin.commit("main", {"a.txt": "1\n", "d/b.txt": "2\n"})

    assert await mirror.tip(REPO, "main") == sha
    assert await mirror.paths(REPO, sha) == ("a.txt", "d/b.txt")
    assert await mirror.read(REPO, sha, "d/b.txt") == b"2\n"
    assert await mirror.read(REPO, sha, "d") is None
    assert await mirror.read(REPO, sha, "none") is None
    assert await mirror.message(REPO, sha) == "on main\n"


async def test_a_commit_stays_when_the_remote_loses_it(origin: Origin, mirror: GitMirror) -> None:
    sha = origin.commit("main", {"a.txt": "1\n"})
    await mirror.fetch(REPO, sha)
    origin.bare.rename(origin.bare.with_name("gone"))

    await mirror.fetch(REPO, sha)

    assert await mirror.read(REPO, sha, "a.txt") == b"1\n"


async def test_a_commit_that_no_branch_holds_is_fetched_by_its_sha(
    origin: Origin, mirror: GitMirror
) -> None:
    first = origin.commit("main", {"a.txt": "1\n"})
    orphan = origin.commit("group", {"a.txt": "2\n"}, start="main")
    git(origin.bare, "branch", "-D", "group")

    await mirror.fetch(REPO, first, orphan)

    assert await mirror.read(REPO, orphan, "a.txt") == b"2\n"


@pytest.mark.parametrize(
    "wanted", ["1" * 40, "refs/heads/none", "main", "--upload-pack=x", "refs/heads/a..b"]
)
async def test_what_is_not_there_is_a_permanent_error(
    origin: Origin, mirror: GitMirror, wanted: str
) -> None:
    origin.commit("main", {"a.txt": "1\n"})

    with pytest.raises(PermanentError):
        await mirror.fetch(REPO, wanted)


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "../a.txt", "./a.txt", "a\0b", "\ud800", "x" * 9000, ":(glob)*", "*"],
)
async def test_no_file_is_at_a_path_that_cannot_be(
    origin: Origin, mirror: GitMirror, path: str
) -> None:
    sha = origin.commit("main", {"a.txt": "1\n"})
    await mirror.fetch(REPO, sha)

    assert await mirror.read(REPO, sha, path) is None
    assert await mirror.ignored(REPO, sha, [path]) == frozenset()


@pytest.mark.parametrize("repo", ["octo/none", "../x", "octo", "octo/..", "-o/x", "octo/x.git"])
async def test_a_repository_that_cannot_be_is_a_permanent_error(
    mirror: GitMirror, repo: str
) -> None:
    with pytest.raises(PermanentError):
        await mirror.tip(repo, "main")


async def test_a_merge_is_deterministic_and_a_conflict_is_none(
    origin: Origin, mirror: GitMirror
) -> None:
    base = origin.commit("main", {"a.txt": "1\n", "b.txt": "1\n"})
    left = origin.commit("left", {"a.txt": "left\n"}, start="main")
    right = origin.commit("right", {"b.txt": "right\n"}, start="main")
    clash = origin.commit("clash", {"a.txt": "clash\n"}, start="main")
    await mirror.fetch(REPO, base, left, right, clash)

    merged = await mirror.merge(REPO, left, right)

    assert merged is not None
    assert await mirror.parents(REPO, merged) == (left, right)
    assert merged == await mirror.merge(REPO, left, right)
    assert await mirror.read(REPO, merged, "a.txt") == b"left\n"
    assert await mirror.read(REPO, merged, "b.txt") == b"right\n"
    assert await mirror.merge(REPO, left, clash) is None
    assert await mirror.merge(REPO, base, left) == left
    assert await mirror.merge(REPO, left, base) == left


async def test_a_commit_writes_deletes_and_marks_executable(
    origin: Origin, mirror: GitMirror
) -> None:
    base = origin.commit("main", {"a.txt": "1\n", "old/x": "1\n", "was-a-folder/y": "1\n"})
    await mirror.fetch(REPO, base)
    files = (
        EditedFile(path="a.txt", content=b"2\r\n"),
        EditedFile(path="new/run.sh", content=b"#!/bin/sh\n", executable=True),
        EditedFile(path="old/x", content=None),
        EditedFile(path="was-a-folder/y", content=None),
        EditedFile(path="was-a-folder", content=b"file\n"),
    )

    made = await mirror.commit(REPO, base, files, "Claude fix: all", AT)

    assert made == await mirror.commit(REPO, base, files, "Claude fix: all", AT)
    assert await mirror.paths(REPO, made) == ("a.txt", "new/run.sh", "was-a-folder")
    assert await mirror.read(REPO, made, "a.txt") == b"2\r\n"
    assert await mirror.message(REPO, made) == "Claude fix: all\n"
    change = await mirror.change(REPO, base, made)
    modes = {file.path: file.new_mode for file in change.files}
    assert modes["new/run.sh"] == "100755"


@pytest.mark.parametrize(
    "path", [".git/config", "a/.GIT/x", "../x", "/x", "a//b", "a/./b", "", "a\nb", "git~1/x"]
)
async def test_a_path_that_must_not_be_written_is_refused(
    origin: Origin, mirror: GitMirror, path: str
) -> None:
    base = origin.commit("main", {"a.txt": "1\n"})
    await mirror.fetch(REPO, base)

    with pytest.raises(PermanentError):
        await mirror.commit(REPO, base, [EditedFile(path=path, content=b"x")], "m", AT)


async def test_a_change_is_transplanted_unless_it_conflicts(
    origin: Origin, mirror: GitMirror
) -> None:
    lines = "".join(f"{number}\n" for number in range(20))
    base = origin.commit("main", {"a.txt": lines})
    picked = origin.commit("topic", {"a.txt": lines.replace("15\n", "fixed\n")}, start="main")
    onto = origin.commit("moved", {"a.txt": lines.replace("2\n", "two\n", 1)}, start="main")
    clash = origin.commit("clash", {"a.txt": lines.replace("15\n", "other\n")}, start="main")
    await mirror.fetch(REPO, base, picked, onto, clash)

    made = await mirror.transplant(REPO, picked, onto, "Claude fix: x", AT)

    assert made is not None
    assert made == await mirror.transplant(REPO, picked, onto, "Claude fix: x", AT)
    content = await mirror.read(REPO, made, "a.txt")
    assert content == lines.replace("2\n", "two\n", 1).replace("15\n", "fixed\n").encode()
    assert await mirror.transplant(REPO, picked, clash, "Claude fix: x", AT) is None


async def test_a_change_carries_contents_and_lines(origin: Origin, mirror: GitMirror) -> None:
    base = origin.commit("main", {"a.py": "x = 1\n", "gone.py": "y = 1\n"})
    head = origin.commit("topic", {"a.py": "x = 2\n", "gone.py": None}, start="main")
    await mirror.fetch(REPO, base, head)

    change = await mirror.change(REPO, base, head)

    edited, gone = change.files
    assert (edited.path, edited.before, edited.after) == ("a.py", b"x = 1\n", b"x = 2\n")
    assert [line.text for line in edited.added] == ["x = 2"]
    assert gone.status is Status.DELETED
    assert "+x = 2" in await mirror.diff(REPO, base, head)


async def test_an_export_is_byte_exact_and_holds_no_git(
    origin: Origin, mirror: GitMirror, tmp_path: Path
) -> None:
    sha = origin.commit("main", {"crlf.txt": "a\n", "d/x.py": "1\n"})
    files = [
        EditedFile(path=".gitattributes", content=b"*.txt text eol=crlf\n*.py export-ignore\n")
    ]
    await mirror.fetch(REPO, sha)
    sha = await mirror.commit(REPO, sha, files, "attributes", AT)
    into = tmp_path / "out"
    into.mkdir()

    await mirror.export(REPO, sha, into)

    found = sorted(str(path.relative_to(into)) for path in into.rglob("*") if path.is_file())
    assert found == [".gitattributes", "crlf.txt", "d/x.py"]
    assert (into / "crlf.txt").read_bytes() == b"a\n"


def _bomb(repo: Path, blob: str) -> str:
    """A tree of ten trees of ten trees, nine deep."""
    kind, inner = "100644 blob", blob
    for _ in range(9):
        rows = "".join(f"{kind} {inner}\t{name}\n" for name in "abcdefghij")
        made = subprocess.run(
            ["git", "mktree"], cwd=repo, input=rows, capture_output=True, check=True, text=True
        )
        kind, inner = "040000 tree", made.stdout.strip()
    return inner


async def test_a_few_trees_that_name_a_billion_files_are_not_checked_out(
    origin: Origin, mirror: GitMirror, tmp_path: Path
) -> None:
    origin.commit("main", {"f": "1\n"})
    top = _bomb(origin.work, git(origin.work, "rev-parse", "HEAD:f"))
    sha = Sha(git(origin.work, "commit-tree", "-m", "bomb", top))
    git(origin.work, "push", "-q", str(origin.bare), f"{sha}:refs/heads/bomb")
    await mirror.fetch(REPO, sha)

    with pytest.raises(PermanentError, match="too large to be checked out"):
        await mirror.export(REPO, sha, tmp_path)


async def test_rules_too_long_to_be_read_ignore_nothing(origin: Origin, mirror: GitMirror) -> None:
    rules = {".gitignore": "*.log\n" + "x\n" * 200_000, "sub/.gitignore": "*.tmp\n"}
    sha = origin.commit("main", rules)
    await mirror.fetch(REPO, sha)

    assert await mirror.ignored(REPO, sha, ["a.log", "sub/a.tmp"]) == {"sub/a.tmp"}


async def test_the_folder_of_all_mirrors_is_private(
    origin: Origin, mirror: GitMirror, tmp_path: Path
) -> None:
    (tmp_path / "mirrors").mkdir(mode=0o755)

    await mirror.fetch(REPO, origin.commit("main", {"f": "1\n"}))

    assert stat.S_IMODE((tmp_path / "mirrors").stat().st_mode) == 0o700


async def test_ignored_paths_are_those_of_the_commits_own_rules(
    origin: Origin, mirror: GitMirror
) -> None:
    rules = {".gitignore": "*.log\nbuild/\n!keep.log\n", "sub/.gitignore": "/local\n"}
    sha = origin.commit("main", rules)
    await mirror.fetch(REPO, sha)
    asked = ["a.log", "keep.log", "build/", "build/x", "src/a.py", "sub/local", "local", "/etc/x"]

    ignored = await mirror.ignored(REPO, sha, asked)

    assert ignored == {"a.log", "build/", "build/x", "sub/local"}


async def test_a_push_moves_the_branch_and_may_be_repeated(
    origin: Origin, mirror: GitMirror
) -> None:
    origin.commit("main", {"a.txt": "1\n"})
    head = origin.commit("topic", {"b.txt": "1\n"}, start="main")
    await mirror.fetch(REPO, head)
    fix = await mirror.commit(REPO, head, [EditedFile(path="c", content=b"1")], "fix", AT)

    await mirror.push(target(head), fix)
    await mirror.push(target(head), fix)

    assert origin.tip("topic") == fix


async def test_a_push_to_a_branch_that_moved_is_stale(origin: Origin, mirror: GitMirror) -> None:
    origin.commit("main", {"a.txt": "1\n"})
    head = origin.commit("topic", {"b.txt": "1\n"}, start="main")
    await mirror.fetch(REPO, head)
    fix = await mirror.commit(REPO, head, [EditedFile(path="c", content=b"1")], "fix", AT)
    moved = origin.commit("topic", {"b.txt": "2\n"})

    with pytest.raises(StaleError):
        await mirror.push(target(head), fix)
    assert origin.tip("topic") == moved

    git(origin.bare, "branch", "-D", "topic")
    with pytest.raises(StaleError):
        await mirror.push(target(head), fix)


async def test_a_push_that_would_drop_commits_is_refused_here(
    origin: Origin, mirror: GitMirror
) -> None:
    base = origin.commit("main", {"a.txt": "1\n"})
    head = origin.commit("topic", {"b.txt": "1\n"}, start="main")
    await mirror.fetch(REPO, base, head)
    rewritten = await mirror.commit(REPO, base, [EditedFile(path="c", content=b"1")], "x", AT)

    with pytest.raises(PermanentError, match="does not stand on"):
        await mirror.push(target(head), rewritten)
    assert origin.tip("topic") == head


async def test_a_branch_in_the_queue_is_stale_and_a_rule_is_permanent(
    origin: Origin, mirror: GitMirror
) -> None:
    origin.commit("main", {"a.txt": "1\n"})
    head = origin.commit("topic", {"b.txt": "1\n"}, start="main")
    await mirror.fetch(REPO, head)
    fix = await mirror.commit(REPO, head, [EditedFile(path="c", content=b"1")], "fix", AT)
    hook = origin.bare / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)

    hook.write_text(
        "#!/bin/sh\necho 'error: GH006: Protected branch update failed for refs/heads/topic.' >&2\n"
        "echo 'error: Branches that are queued for merging cannot be updated.' >&2\nexit 1\n"
    )
    hook.chmod(0o755)
    with pytest.raises(StaleError, match="queued for merging"):
        await mirror.push(target(head), fix)

    hook.write_text(
        "#!/bin/sh\necho 'refusing to allow a GitHub App to create or update workflow' >&2\n"
        "echo 'token ghs_abcdef0123456789 has no right' >&2\nexit 1\n"
    )
    with pytest.raises(PermanentError, match="refusing to allow") as caught:
        await mirror.push(target(head), fix)
    assert "ghs_abcdef" not in str(caught.value)
