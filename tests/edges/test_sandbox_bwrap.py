"""The strict sandbox, with the real bubblewrap."""

import asyncio
import os
import secrets
import shutil
import stat
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.core.errors import NoSandboxError, PermanentError
from bot.core.ids import Sha
from bot.edges.sandbox_bwrap import BwrapSandbox, Limits
from bot.ports import Box, EditedFile

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not here")

REPO = "octo/sample"
COMMIT = Sha("1" * 40)
TOOLCHAIN = (Path(sys.prefix), Path(sys.base_prefix))
FILES = {"app.py": "x = 1\n", "src/a.py": "a = 1\n", "src/b.py": "b = 1\n"}


class Checkout:
    """Trees with one small commit; `*.log` and `build/` are ignored."""

    async def export(self, repo: str, commit: Sha, into: Path) -> None:
        for name, content in FILES.items():
            (into / name).parent.mkdir(exist_ok=True)
            (into / name).write_text(content)
        (into / "run.sh").write_text("#!/bin/sh\necho ran\n")
        (into / "run.sh").chmod(0o755)
        (into / "link").symlink_to("app.py")

    async def ignored(self, repo: str, commit: Sha, paths: Sequence[str]) -> frozenset[str]:
        return frozenset(path for path in paths if path.endswith((".log", "build/")))


def sandbox(root: Path, limits: Limits | None = None) -> BwrapSandbox:
    return BwrapSandbox(Checkout(), root, TOOLCHAIN, limits or Limits())


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> BwrapSandbox:
    return sandbox(tmp_path_factory.mktemp("shared") / "boxes")


@pytest.fixture
async def box(shared: BwrapSandbox) -> AsyncIterator[Box]:
    async with shared.open(REPO, COMMIT) as box:
        yield box


def unique_time() -> str:
    """A time to sleep that no other process on this machine sleeps."""
    return f"86399.{secrets.randbelow(10**9):09d}7"


def alive(marker: str) -> list[str]:
    """Command lines of processes on this machine that hold a marker."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes()
        except OSError:
            continue
        if marker.encode() in line and path.parent.name != str(os.getpid()):
            found.append(line.decode(errors="replace"))
    return found


async def until_alive(marker: str) -> None:
    """Wait for a process whose command line holds a marker."""
    async with asyncio.timeout(20):
        while not alive(marker):  # noqa: ASYNC110 - another process tells no event
            await asyncio.sleep(0.01)


async def test_the_self_test_finds_nothing_to_complain_about(tmp_path: Path) -> None:
    assert await sandbox(tmp_path / "boxes").usable() == ""


async def test_a_machine_without_bubblewrap_gets_no_box(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NoSandboxError, match="install bubblewrap"):
        async with sandbox(tmp_path / "boxes").open(REPO, COMMIT):
            pass


async def test_a_toolchain_that_would_show_the_bots_own_data_is_refused(tmp_path: Path) -> None:
    box = BwrapSandbox(Checkout(), tmp_path / "boxes", [tmp_path])

    assert "holds the bot's own data" in await box.usable()


async def test_a_command_runs_in_the_checkout_with_the_toolchain(box: Box) -> None:
    result = await box.run("./run.sh; pwd; python -c 'import pytest; print(1 + 1)'", 30)

    assert (result.exit_code, result.text) == (0, "ran\n/workspace\n2\n")
    assert result.ok


async def test_an_exit_code_and_both_streams_come_back(box: Box) -> None:
    result = await box.run("echo out; echo err >&2; exit 3", 10)

    assert (result.exit_code, result.killed) == (3, None)
    assert sorted(result.text.split()) == ["err", "out"]


async def test_a_command_that_dies_by_a_signal_did_not_succeed(box: Box) -> None:
    result = await box.run("kill -SEGV $$", 10)

    assert not result.ok
    assert result.killed is None


@pytest.mark.parametrize("command", ["a\0b", "x" * 200_000])
async def test_a_command_that_cannot_be_passed_on_fails_in_the_box(box: Box, command: str) -> None:
    assert (await box.run(command, 10)).exit_code == 126


async def test_what_one_command_writes_the_next_one_sees(box: Box) -> None:
    await box.run("echo new > src/new.py", 10)

    assert await box.read("src/new.py") == b"new\n"
    assert (await box.run("cat src/new.py", 10)).text == "new\n"


async def test_a_timeout_kills_everything(box: Box) -> None:
    marker = unique_time()
    command = f"setsid sleep {marker} & (sleep {marker} &) ; trap '' TERM; sleep {marker}"

    result = await box.run(command, 0.3)

    assert (result.exit_code, result.killed) == (None, "timeout after 0.3 s")
    assert not alive(marker)


async def test_a_daemon_does_not_survive_its_command(box: Box) -> None:
    marker = unique_time()

    result = await box.run(f"setsid sleep {marker} >/dev/null 2>&1 & echo started", 30)

    assert result.text == "started\n"
    assert result.seconds < 30
    assert not alive(marker)


async def test_a_cancelled_command_dies(box: Box) -> None:
    marker = unique_time()
    running = asyncio.create_task(box.run(f"echo > started; sleep {marker}", 60))
    await until_alive(f"sleep\0{marker}")

    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await running
    assert not alive(marker)


async def test_a_flood_of_output_keeps_its_head_and_tail(tmp_path: Path) -> None:
    limits = Limits(output_bytes=10_000)
    async with sandbox(tmp_path / "boxes", limits).open(REPO, COMMIT) as box:
        result = await box.run("echo first; head -c 50000000 /dev/zero | tr '\\0' x; echo last", 60)

    assert result.text.startswith("first\nxxx")
    assert result.text.endswith("xxx" + "last\n")
    assert "\n[49990011 bytes left out]\n" in result.text
    assert len(result.output) < 10_100


async def test_a_fork_bomb_is_stopped(tmp_path: Path) -> None:
    limits = Limits(processes=60)
    async with sandbox(tmp_path / "boxes", limits).open(REPO, COMMIT) as box:
        marker = unique_time()
        result = await box.run(f"while :; do sleep {marker} & done", 60)

        assert result.killed == "more than 60 processes"
        assert not alive(marker)
        assert (await box.run("echo fine", 10)).ok


async def test_threads_count_as_processes(tmp_path: Path) -> None:
    limits = Limits(processes=60)
    source = (
        "import threading, time\nfor _ in range(100): "
        "threading.Thread(target=time.sleep, args=(60,)).start()\ntime.sleep(60)"
    )
    async with sandbox(tmp_path / "boxes", limits).open(REPO, COMMIT) as box:
        await box.write("threads.py", source.encode())
        result = await box.run("python threads.py", 60)

    assert result.killed == "more than 60 processes"


async def test_memory_of_one_process_is_bounded(tmp_path: Path) -> None:
    limits = Limits(memory_mb=200)
    async with sandbox(tmp_path / "boxes", limits).open(REPO, COMMIT) as box:
        result = await box.run("python -c 'x = bytearray(400 << 20)'", 30)

    assert "MemoryError" in result.text


async def test_memory_of_all_processes_is_bounded(tmp_path: Path) -> None:
    limits = Limits(total_memory_mb=150)
    command = "for i in 1 2 3 4; do python -c 'x = b\"1\" * (80 << 20); input()' <&3 & done; wait"
    async with sandbox(tmp_path / "boxes", limits).open(REPO, COMMIT) as box:
        result = await box.run(f"mkfifo /tmp/p; exec 3<>/tmp/p; {command}", 30)

    assert result.killed == "used more than 150 MiB of memory"


async def test_memory_that_processes_could_share_is_bounded_too(tmp_path: Path) -> None:
    limits = Limits(total_memory_mb=200)
    program = (
        "import mmap, time; m = mmap.mmap(-1, 400 << 20)\n"
        "for at in range(0, len(m), 4096): m[at] = 1\n"
        "time.sleep(60)"
    )
    async with sandbox(tmp_path / "boxes", limits).open(REPO, COMMIT) as box:
        result = await box.run(f'python3 -c "{program}"', 60)

    assert result.killed == "used more than 200 MiB of memory"


async def test_memory_that_is_shared_counts_once(tmp_path: Path) -> None:
    limits = Limits(total_memory_mb=200)
    program = (
        "import mmap, os, time; m = mmap.mmap(-1, 100 << 20)\n"
        "for at in range(0, len(m), 4096): m[at] = 1\n"
        "children = [os.fork() for _ in range(3)]\n"
        "for at in range(0, len(m), 4096): m[at]\n"
        "time.sleep(1)"
    )
    async with sandbox(tmp_path / "boxes", limits).open(REPO, COMMIT) as box:
        result = await box.run(f'python3 -c "{program}"', 60)

    assert (result.killed, result.exit_code) == (None, 0)


async def test_a_box_ends_before_it_takes_the_last_of_the_hosts_memory(tmp_path: Path) -> None:
    limits = Limits(free_memory_mb=1 << 30)
    async with sandbox(tmp_path / "boxes", limits).open(REPO, COMMIT) as box:
        result = await box.run("sleep 60", 60)

    assert result.killed == "the host's memory is almost full"


async def test_filling_the_disk_is_stopped(tmp_path: Path) -> None:
    limits = Limits(disk_mb=20)
    command = "i=0; while :; do head -c 1000000 /dev/zero > f$i; i=$((i+1)); sleep 0.005; done"
    async with sandbox(tmp_path / "boxes", limits).open(REPO, COMMIT) as box:
        result = await box.run(command, 60)

    assert result.killed == "wrote more than 20 MiB"


async def test_one_huge_file_cannot_be_written(tmp_path: Path) -> None:
    limits = Limits(file_mb=2)
    async with sandbox(tmp_path / "boxes", limits).open(REPO, COMMIT) as box:
        result = await box.run("head -c 5000000 /dev/zero > big; stat -c %s big", 30)

    assert "2097152" in result.text


async def test_changes_are_what_differs(box: Box) -> None:
    await box.run(
        "echo 'x = 2' > app.py; rm src/a.py; mkdir -p new/deep build .pytest_cache __pycache__;"
        "echo 1 > new/deep/file; echo 1 > build/out; echo 1 > a.log; echo 1 > .coverage;"
        "echo 1 > __pycache__/a.pyc; echo 1 > .pytest_cache/x; touch src/b.py; chmod +x new/deep/file",
        10,
    )

    assert await box.changes() == (
        EditedFile(path="app.py", content=b"x = 2\n"),
        EditedFile(path="new/deep/file", content=b"1\n", executable=True),
        EditedFile(path="src/a.py", content=None),
    )


async def test_an_untouched_checkout_has_no_changes(box: Box) -> None:
    await box.run("cat app.py; python -c 'import app'", 10)

    assert await box.changes() == ()


async def test_a_chain_of_folders_is_refused_before_git_is_asked_about_each(
    tmp_path: Path,
) -> None:
    class Counting(Checkout):
        asked = 0

        async def ignored(self, repo: str, commit: Sha, paths: Sequence[str]) -> frozenset[str]:
            self.asked += 1
            return await super().ignored(repo, commit, paths)

    trees = Counting()
    program = "import os\nfor _ in range(400): os.mkdir('d'); os.chdir('d')\nopen('f', 'w')"
    async with BwrapSandbox(trees, tmp_path / "boxes", TOOLCHAIN).open(REPO, COMMIT) as box:
        assert (await box.run(f'python3 -c "{program}"', 60)).ok
        with pytest.raises(PermanentError, match="64 deep"):
            await box.changes()

    assert trees.asked < 70


async def test_a_mode_alone_is_a_change(box: Box) -> None:
    await box.run("chmod -x run.sh", 10)

    (edit,) = await box.changes()
    assert (edit.path, edit.executable) == ("run.sh", False)


async def test_a_folder_may_become_a_file_and_the_other_way(box: Box) -> None:
    await box.run("rm -r src app.py; echo 1 > src; mkdir app.py; echo 2 > app.py/x", 10)

    assert [(edit.path, edit.content) for edit in await box.changes()] == [
        ("app.py", None),
        ("app.py/x", b"2\n"),
        ("src", b"1\n"),
        ("src/a.py", None),
        ("src/b.py", None),
    ]


@pytest.mark.parametrize(
    "plant",
    [
        "ln -s /etc/passwd new",
        "ln -sf /etc/passwd app.py",
        "rm link; ln -s /etc/passwd link",
        "rm -r src; ln -s / src",
        "mkfifo pipe",
        "rm app.py; mkfifo app.py",
        "ln app.py hard",
        "mkdir -p sub/.git",
        "mkdir sub; echo gitdir: /x > sub/.GIT",
        "python -c 'import socket; socket.socket(1).bind(\"socket\")'",
        "for i in $(seq 501); do echo > f$i; done",
        "for i in 1 2 3 4 5; do head -c 4500000 /dev/zero > f$i; done",
        "head -c 6000000 /dev/zero > large",
        "touch \"$(printf 'a\\nb')\"",
        "touch \"$(printf 'a\\377b')\"",
        'python -c \'import os\nfor i in range(200): os.mkdir("d"); os.chdir("d")\nopen("x", "w")\'',
    ],
)
async def test_what_must_not_be_taken_out_is_refused(box: Box, plant: str) -> None:
    planted = await box.run(plant, 30)
    assert planted.ok, planted.text

    with pytest.raises(PermanentError):
        await box.changes()


@pytest.mark.parametrize(
    ("plant", "path"),
    [
        ("ln -s /etc/passwd x", "x"),
        ("ln -s /etc d", "d/passwd"),
        ("ln -s ../../../../etc d", "d/passwd"),
        ("mkfifo x", "x"),
        ("mkdir x", "x"),
        ("ln app.py x", "x"),
        ("head -c 6000000 /dev/zero > x", "x"),
        ("true", "../marker"),
        ("true", "/etc/passwd"),
        ("true", ""),
        ("true", "a\0b"),
        ("true", "\udc80\ud800"),
        ("true", "nothing/here"),
    ],
)
async def test_reading_never_leaves_the_checkout(box: Box, plant: str, path: str) -> None:
    assert (await box.run(plant, 10)).ok

    with pytest.raises(OSError):  # noqa: PT011 - any of its kinds
        await box.read(path)


@pytest.mark.parametrize(
    ("plant", "path"),
    [
        ("ln -s /tmp d", "d/x"),
        ("ln -s app.py x", "x"),
        ("mkfifo x", "x"),
        ("mkdir x", "x"),
        ("true", "../x"),
        ("true", "/tmp/x"),
        ("true", ".git/hooks/post-commit"),
        ("true", "a/.Git"),
        ("true", "app.py/x"),
    ],
)
async def test_writing_never_leaves_the_checkout(box: Box, plant: str, path: str) -> None:
    assert (await box.run(plant, 10)).ok

    with pytest.raises(OSError):  # noqa: PT011 - any of its kinds
        await box.write(path, b"x")


async def test_a_written_file_keeps_its_mode_and_can_be_changed_inside(box: Box) -> None:
    await box.write("run.sh", b"#!/bin/sh\necho again\n")
    await box.write("deep/er/file", b"1\n")

    result = await box.run("./run.sh && echo 2 >> deep/er/file && touch deep/er/other", 10)

    assert result.text == "again\n"
    assert await box.read("deep/er/file") == b"1\n2\n"


async def test_a_listing_names_folders_and_follows_nothing(box: Box) -> None:
    await box.run("ln -s / root", 10)

    assert await box.listing("") == ("app.py", "link", "root", "run.sh", "src/")
    assert await box.listing("src") == ("a.py", "b.py")
    with pytest.raises(OSError):  # noqa: PT011
        await box.listing("root")


async def test_nothing_is_left_behind(tmp_path: Path) -> None:
    root = tmp_path / "boxes"
    opened = sandbox(root)
    await opened.usable()
    before = sorted(root.iterdir())

    async with opened.open(REPO, COMMIT) as box:
        deep = "import os\nfor i in range(1500): os.mkdir('d'); os.chdir('d')"
        await box.write("deep.py", deep.encode())
        await box.run(
            "python deep.py; chmod 0 src; mkdir locked; touch locked/x; chmod 0 locked", 30
        )

    assert sorted(root.iterdir()) == before


async def test_boxes_of_a_killed_bot_are_swept_and_open_ones_are_not(tmp_path: Path) -> None:
    root = tmp_path / "boxes"
    async with sandbox(root).open(REPO, COMMIT) as box:
        dead = root / "box-dead"
        dead.mkdir()
        (dead / ".lock").touch()

        assert await sandbox(root).usable() == ""

        assert not dead.exists()
        assert (await box.run("cat app.py", 10)).text == "x = 1\n"


async def test_the_folder_of_all_boxes_is_private(tmp_path: Path) -> None:
    async with sandbox(tmp_path / "boxes").open(REPO, COMMIT):
        assert not stat.S_IMODE((tmp_path / "boxes").stat().st_mode) & 0o066
