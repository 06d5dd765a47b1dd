"""`selfheal log`: a wrapped command does not notice, and its failures are written down."""

import gzip
import hashlib
import io
import json
import os
import shlex
import signal
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "bot/schemas/failure.schema.json").read_text())
RED = "tests/golden/formats/ruff_check/concise.log"


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "bot", "log", *arguments]


def log(
    *arguments: str, cwd: Path, stdin: bytes | None = b""
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command(*arguments), input=stdin, capture_output=True, check=False, timeout=60, cwd=cwd
    )


def written(folder: Path) -> list[dict[str, object]]:
    lines = (folder / ".selfheal/failures.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def shell(script: str) -> Sequence[str]:
    return ("--", "sh", "-c", script)


def test_output_passes_through_byte_by_byte_and_the_exit_code_is_the_commands(
    tmp_path: Path,
) -> None:
    done = log(*shell(r"printf 'a\r\n\377b'; printf 'no end' >&2; exit 7"), cwd=tmp_path)
    assert done.returncode == 7
    assert done.stdout == b"a\r\n\xffb"
    assert done.stderr.startswith(b"no end")


def test_failures_are_written_and_the_first_are_shown(tmp_path: Path) -> None:
    done = log(*shell(f"cat {ROOT / RED}; exit 1"), cwd=tmp_path)
    found = written(tmp_path)
    for document in found:
        jsonschema.validate(document, SCHEMA)
    assert (found[0]["file"], found[0]["rule"]) == ("src/shop.py", "F401")
    assert found[0]["command"] == "ruff check src/shop.py"
    shown = done.stderr.decode()
    assert shown.startswith(
        f"selfheal: {len(found)} failures, written to .selfheal/failures.jsonl\n"
    )
    assert "src/shop.py:2:8: `os` imported but unused [ruff F401]" in shown
    assert f"… and {len(found) - 5} more" in shown
    assert (tmp_path / ".selfheal/.gitignore").read_text() == "*\n"
    assert sorted(each.name for each in (tmp_path / ".selfheal").iterdir()) == [
        ".gitignore",
        "failures.jsonl",
    ]


def test_a_green_command_leaves_an_empty_file_and_says_nothing(tmp_path: Path) -> None:
    log(*shell("echo 'error: bad'; exit 1"), cwd=tmp_path)
    done = log(*shell("echo 'error: retried'"), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert written(tmp_path) == []


def test_an_unrecognised_failure_carries_the_command_itself(tmp_path: Path) -> None:
    log(*shell("echo 'cp: cannot stat x'; exit 3"), cwd=tmp_path)
    (failure,) = written(tmp_path)
    assert failure["type"] == "unknown_failure"
    assert failure["message"] == "cp: cannot stat x"
    assert failure["command"] == "sh -c 'echo '\"'\"'cp: cannot stat x'\"'\"'; exit 3'"


def test_a_command_that_fails_in_silence_is_a_failure_too(tmp_path: Path) -> None:
    assert log("--", "false", cwd=tmp_path).returncode == 1
    (failure,) = written(tmp_path)
    assert failure["message"] == "false ended with exit code 1 and said nothing"


def test_a_command_killed_by_a_signal_ends_as_in_a_shell(tmp_path: Path) -> None:
    assert log(*shell("kill -KILL $$"), cwd=tmp_path).returncode == 128 + signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_reach_the_command_which_decides(tmp_path: Path, number: signal.Signals) -> None:
    script = (
        f"trap 'echo caught; exit 9' {number.name[3:]}; echo ready; while :; do sleep 0.05; done"
    )
    process = subprocess.Popen(
        command(*shell(script)), stdout=subprocess.PIPE, cwd=tmp_path, process_group=0
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    os.killpg(process.pid, number)  # as a terminal does: the whole group
    rest, _ = process.communicate(timeout=60)
    assert (process.returncode, rest) == (9, b"caught\n")


def test_a_reader_that_leaves_ends_the_command_as_without_us(tmp_path: Path) -> None:
    process = subprocess.Popen(command("--", "yes"), stdout=subprocess.PIPE, cwd=tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == b"y\n"
    process.stdout.close()
    assert process.wait(timeout=60) == 128 + signal.SIGPIPE


def test_a_child_left_behind_does_not_hold_us_up(tmp_path: Path) -> None:
    done = log(*shell("sleep 30 & echo started"), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"started\n")


def test_the_exit_code_survives_when_failures_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / ".selfheal").write_text("in the way")
    done = log(*shell("echo out; exit 4"), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (4, b"out\n")
    assert b"failures could not be written" in done.stderr


def test_a_command_that_does_not_exist_is_127_and_one_that_cannot_run_126(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no program")
    assert log("--", "no-such-command", cwd=tmp_path).returncode == 127
    assert log("--", "./data", cwd=tmp_path).returncode == 126


def test_paths_are_from_the_repository_root_when_run_in_a_folder_of_it(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    source = tmp_path / "backend/src/a.py"
    source.parent.mkdir(parents=True)
    source.touch()
    log(*shell('echo "src/a.py:2:8: F821 Undefined name"; exit 1'), cwd=tmp_path / "backend")
    (failure,) = written(tmp_path / "backend")
    assert failure["file"] == "backend/src/a.py"


def test_the_command_that_shows_a_failure_again_is_started_as_the_wrapped_one(
    tmp_path: Path,
) -> None:
    tool = tmp_path / "uv"
    tool.write_text(
        '#!/bin/sh\necho "src/a.py:2:8: F401 [*] \\`os\\` imported but unused"; exit 1\n'
    )
    tool.chmod(0o755)
    log("--", "./uv", "run", "ruff", "check", ".", cwd=tmp_path)
    (failure,) = written(tmp_path)
    assert failure["command"] == "./uv run ruff check src/a.py"


def test_a_folder_that_is_gone_costs_no_failures(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    script = 'rmdir "$PWD"; echo "src/a.py:2:8: F401 [*] \\`os\\` imported but unused"; exit 3'
    gone.mkdir()
    out = tmp_path / "out.jsonl"
    done = log("--out", str(out), *shell(script), cwd=gone)
    assert done.returncode == 3
    assert json.loads(out.read_text())["rule"] == "F401"


def test_annotations_go_to_stderr_and_the_file_stays_json(tmp_path: Path) -> None:
    done = log("--format", "github", *shell(f"cat {ROOT / RED}; exit 1"), cwd=tmp_path)
    assert done.stderr.startswith(b"::error file=src/shop.py,line=2,col=8,title=ruff F401::")
    assert written(tmp_path)


def test_the_file_may_be_named_and_in_another_format(tmp_path: Path) -> None:
    log(
        "--out",
        "out/x.sarif",
        "--format",
        "sarif",
        *shell(f"cat {ROOT / RED}; exit 1"),
        cwd=tmp_path,
    )
    assert json.loads((tmp_path / "out/x.sarif").read_text())["version"] == "2.1.0"
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["x.sarif"]


@pytest.mark.parametrize("from_stdin", [True, False])
def test_logs_are_read_from_files_or_stdin_and_printed_as_json_lines(
    tmp_path: Path, from_stdin: bool
) -> None:
    raw = (ROOT / RED).read_bytes()
    done = log(*([] if from_stdin else [str(ROOT / RED)]), cwd=tmp_path, stdin=raw)
    assert done.returncode == 0
    assert done.stdout == (ROOT / RED).with_suffix(".jsonl").read_bytes()


def test_reading_writes_to_a_file_when_asked(tmp_path: Path) -> None:
    done = log("--out", "found.txt", "--format", "text", str(ROOT / RED), cwd=tmp_path)
    assert done.stdout == b""
    assert (tmp_path / "found.txt").read_text().startswith("src/shop.py:2:8:")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("missing.log", "cannot read missing.log: No such file or directory"),
        ("folder", "cannot read folder: Is a directory; a command to run comes behind --"),
        ("binary.log", "binary.log is binary, not a log"),
        ("packed.bin", "packed.bin is binary, not a log"),
        ("cut.zip", "cut.zip is cut short or no zip archive: File is not a zip file"),
        ("empty.zip", "empty.zip holds no logs"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_exit_code_2(
    tmp_path: Path, name: str, why: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary.log").write_bytes(b"\x7fELF\0\0")
    (tmp_path / "packed.bin").write_bytes(bytes(range(1, 256)))  # without a zero byte
    (tmp_path / "cut.zip").write_bytes(zipped({"0_a.txt": b"x" * 1000})[:60])
    (tmp_path / "empty.zip").write_bytes(zipped({}))
    done = log(name, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        b"",
        f"selfheal log: {why}\n".encode(),
    )


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def documents(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("from_stdin", [True, False])
def test_an_archive_of_a_run_is_read_job_by_job(tmp_path: Path, from_stdin: bool) -> None:
    raw = (ROOT / RED).read_bytes()
    files = {"0_build (linux).txt": raw, "1_docs.txt": b"fine\n", "build (linux)/1_Run.txt": raw}
    archive = tmp_path / "logs.zip"
    archive.write_bytes(zipped(files))
    done = log(*([] if from_stdin else ["logs.zip"]), cwd=tmp_path, stdin=archive.read_bytes())
    expected = (ROOT / RED).with_suffix(".jsonl").read_text().splitlines()
    assert done.returncode == 0
    assert len(documents(done)) == len(expected)
    assert {each["job"] for each in documents(done)} == {"build (linux)"}


def test_a_gzipped_log_is_read_and_a_cut_one_gives_what_was_whole(tmp_path: Path) -> None:
    raw = (ROOT / RED).read_bytes()
    noise = b"".join(hashlib.sha256(b"%d" % n).hexdigest().encode() + b"\n" for n in range(20_000))
    packed = gzip.compress(raw + noise)
    (tmp_path / "whole.log.gz").write_bytes(packed)
    (tmp_path / "cut.log.gz").write_bytes(packed[: len(packed) // 2])
    whole = log("whole.log.gz", cwd=tmp_path)
    cut = log("cut.log.gz", cwd=tmp_path)
    assert (whole.returncode, whole.stderr) == (0, b"")
    assert documents(cut) == documents(whole) != []
    assert cut.returncode == 2
    assert cut.stderr.startswith(b"selfheal log: cannot read cut.log.gz to its end: ")
    assert cut.stderr.count(b"\n") == 1


def test_what_was_found_before_an_unreadable_file_is_printed(tmp_path: Path) -> None:
    done = log(str(ROOT / RED), "missing.log", cwd=tmp_path)
    assert done.stdout == (ROOT / RED).with_suffix(".jsonl").read_bytes()
    assert done.returncode == 2


def test_a_file_written_before_stays_when_nothing_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_text("precious\n")
    assert log("--out", "out.jsonl", "missing.log", cwd=tmp_path).returncode == 2
    assert (tmp_path / "out.jsonl").read_text() == "precious\n"


def test_a_member_that_is_corrupt_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    raw = (ROOT / RED).read_bytes()
    archive = bytearray(zipped({"0_build.txt": raw, "1_late.txt": b"late " * 100}))
    archive[archive.index(b"late late")] = 0x58
    (tmp_path / "logs.zip").write_bytes(archive)
    done = log("logs.zip", cwd=tmp_path)
    assert {each["job"] for each in documents(done)} == {"build"}
    assert done.returncode == 2
    assert b"logs.zip: 1_late.txt" in done.stderr


def test_a_command_and_files_together_are_refused(tmp_path: Path) -> None:
    for arguments in (["--"], ["a.log", "--", "true"]):
        done = log(*arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr == b"selfheal log: give either files, or -- and one command\n"


def test_a_reader_of_the_json_lines_may_leave_early(tmp_path: Path) -> None:
    big = tmp_path / "big.log"
    big.write_bytes(
        b"".join(b"a.py:%d:1: F821 Undefined name `%s`\n" % (n, b"x" * 900) for n in range(200))
    )
    process = subprocess.Popen(
        command(str(big)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=60) == 0
    process.stderr.close()


def test_a_pipe_named_as_the_file_is_written_into_and_stays_one(tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert log("--out", "link", str(ROOT / RED), cwd=tmp_path).returncode == 0
    assert os.read(reader, 1 << 16).startswith(b'{"schema"')
    os.close(reader)
    assert pipe.is_fifo()
    assert link.is_symlink()


@pytest.mark.parametrize("out", [".", ""])
def test_a_folder_named_as_the_file_costs_neither_exit_code(tmp_path: Path, out: str) -> None:
    wrapped = log("--out", out, *shell("echo out; exit 4"), cwd=tmp_path)
    assert (wrapped.returncode, wrapped.stdout) == (4, b"out\n")
    assert b"failures could not be written: Is a directory" in wrapped.stderr
    read = log("--out", out, str(ROOT / RED), cwd=tmp_path)
    assert read.returncode == 2
    assert read.stderr.count(b"\n") == 1


def test_a_command_of_bytes_that_are_no_text_keeps_its_exit_code(tmp_path: Path) -> None:
    arguments = [os.fsencode(word) for word in command("--", "sh", "-c")]
    done = subprocess.run([*arguments, b"exit 6 # \xff"], cwd=tmp_path, check=False, timeout=60)
    assert done.returncode == 6
    assert written(tmp_path)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_closed_descriptors_do_not_change_the_exit_code(tmp_path: Path, closed: str) -> None:
    line = f"{shlex.join(command(*shell('echo seen >&2; exit 5')))} {closed}"
    done = subprocess.run(
        ["sh", "-c", line], capture_output=True, check=False, timeout=60, cwd=tmp_path
    )
    assert done.returncode == 5
    assert written(tmp_path)[0]["message"] == "seen"


@pytest.mark.parametrize("closed", ["- <&-", "<&-", f"{ROOT / RED} >&-"])
def test_reading_from_or_to_what_is_closed_is_one_line(tmp_path: Path, closed: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{shlex.join(command())} {closed}"],
        capture_output=True,
        check=False,
        timeout=60,
        cwd=tmp_path,
    )
    assert done.returncode == 2
    assert done.stderr == b"selfheal log: standard input or output is closed\n"


def test_names_in_an_archive_do_not_reach_the_terminal_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "run.zip").write_bytes(zipped({"../\x1b[2Jx.txt": b"\x7fELF\0\0"}))
    done = log("run.zip", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        2,
        b"selfheal log: run.zip: ../?[2Jx.txt is binary, not a log\n",
    )


def test_places_in_sarif_are_references_whatever_the_file_is_called(tmp_path: Path) -> None:
    line = b"src/my shop%.py:2:8: F401 [*] `os` imported but unused\n"
    done = log("--format", "sarif", cwd=tmp_path, stdin=line)
    (result,) = json.loads(done.stdout)["runs"][0]["results"]
    (place,) = result["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "src/my%20shop%25.py"
