"""A job that failed and nothing recognised: its keyword lines and what stood before its end."""

import re
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line

NAME = "tail"
HINTS = (
    "rror", "ERROR", "FAIL", "Fail", "failed", "fatal", "Fatal", "FATAL", "xception", "panic",
    "Killed", "denied", "not found", "No such", "cannot ", "Cannot ", "timed out", "Timeout",
    "abort", "Abort",
)  # fmt: skip
REACH = (0, 0)

MAX_KEYWORDS = 60
ENDING = 62  # lines before the last `##[error]`, or before the end, and it
_STRONG = re.compile(
    r"\b(?:error|fatal|panic|exception|failed|failure|killed|denied|aborted|timed out)\b", re.I
)
_HARMLESS = re.compile(
    r"\b0 (?:errors?|failures?|failed)\b|no errors?\b|warning|##\[group\]|##\[error\](?:Process completed|The process)"
    r"|continue-on-error|fail-fast|if-no-files-found|\berror_?(?:page|log|handler)",
    re.I,
)
# How a build tool names the reason, before those by which it only says that it gave up.
_REASON = re.compile(
    r"(?:\b(?:error|fatal|panic)(?:\[\w{1,20}\])?: |(?:Error|Exception): )\S", re.I
)
_GAVE_UP = re.compile(
    r"BUILD FAILED|Finished: FAILURE|\[Help 1\]|ommand failed with exit code|Failed tasks|mvn <args>"
    r"|exited with|exit (?:code|status) \d"
)
# What says that the whole job failed, and what that it went well; the last of them counts.
_FAILED = re.compile(
    r"##\[error\]|Finished: (?:FAILURE|ABORTED)|marked build as failure|^(?:\S{1,20} )?ERROR: Job failed"
    r"|\bBUILD FAIL(?:ED|URE)\b|^FAILURE: |^Build FAILED|ELIFECYCLE|^(?:npm ERR!|npm error) |^g?make(?:\[\d+\])?: \*\*\*"
    r"|exited with (?:code |status )?[1-9]|\bexit(?:ed with)? (?:code|status):? [1-9]\d{0,2}\b|Exited with code [1-9]"
    r"|ninja: build stopped|: command not found$|^error: (?:could not compile|Recipe|test failed|process didn't exit)"
    r"|^(?:FAIL|FAILED)(?:$| [\[(])|evaluation failed|[Ss]ession \S{1,80} failed|returned (?:a )?non-zero (?:exit status|code)"
    r"|result=Failed|^Error: Process completed with exit code|Exiting with failure status|^# fail [1-9]|^Node\.js v\d"
    r"|^error Command failed with |ERR_PNPM_RECURSIVE|^(?:[^\s:]{1,100}: (?:line )?(?:\d{1,6}: )?)?[\w./+-]{1,60}: not found$"
    r"|^=* ?(?:\d{1,6} \w{1,20}, ){0,6}\d{1,6} (?:failed|errors?)\b.{0,120} in \d[\d.]*s\b"
)
_PASSED = re.compile(
    r"Finished: SUCCESS|^Job succeeded|\bBUILD SUCCESS(?:FUL)?\b|[Yy]our build exited with 0\b|^Build succeeded"
    r"|exited with (?:code |status )?0\b|exit(?:ed with)? (?:code|status):? 0\b|^# fail 0$"
)
# A run of pytest that passed: no line of its output says that the job failed.
_RUN_PASSED = re.compile(
    r"=+ (?:\d{1,6} (?:passed|skipped|deselected|xfailed|xpassed|warnings?|rerun)(?:, | )){1,8}in \d[\d.]*s\b"
)
# How a CI service closes the log of a job that passed; before some of these a red mark would stand.
_CLOSED = re.compile(
    r"^(?:Start c|C)leaning up orphan processes|^##\[section\]Finishing: (?:Job|Finalize Job)"
    r"|^Job succeeded$|^Finished: SUCCESS$|\b[Yy]our build exited with 0\.?$|^CircleCI received exit code 0$"
)
# Steps of a GitHub job that build or test: a job that failed seldom runs them after the red mark.
_WORKS = re.compile(
    r"##\[group\]Run (?:(?:npx|poetry run|uv run|bundle exec|python3? -m|hatch run|pdm run|sudo|xvfb-run|time) ){0,3}(?:pytest|tox|nox|mypy|ruff|black|flake8"
    r"|pylint|pyright|eslint|tsc|jest|vitest|mocha|prettier|biome|rspec|rake|rubocop|phpunit|ctest|cmake|meson|ninja|bazel (?:build|test)"
    r"|cargo (?:build|test|check|clippy|fmt|nextest)|go (?:build|test|vet)|golangci-lint|(?:\./)?mvnw? |(?:\./)?gradlew? |dotnet (?:build|test|restore|publish|pack)"
    r"|pip3? install|uv sync|poetry install|composer install|bundle install|docker build|mix (?:test|compile)|swift (?:build|test)|sbt "
    r"|(?:npm|pnpm|yarn|bun)(?: run)? (?:ci|i|install|test|build|lint|check|typecheck|type-check|compile|unit|e2e|format)\b|(?:yarn|pnpm|make)$"
    r"|make (?!.{0,80}(?:clean|logs?|stop|down|report|artifact|upload))[\w-]|(?:\./|bash |sh )\S{0,80}(?:build|test|lint|check)\S{0,20}(?: |$))"
)
MIN_MORE_STEPS = 2
# How a tool takes its leave: not a reason to think so any earlier in the log.
_LEAVE = re.compile(
    r"^(?:\S{1,60}: )?(?:fatal|FATAL|error|Error|ERROR|E|panic)(?:\[\w+\])?: \S|^curl: \(\d|^Killed$|^\S{0,80}: line \d+: "
    r"|^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt)(?:: |$)|^ ! \[(?:remote )?rejected\]"
    r"|[Cc]annot (?:rebase|pull with rebase): |^CONFLICT \(|^Error response from daemon|^Cannot connect to the Docker"
)
_FATAL = re.compile(
    r"^(?:\S{1,60}: )?fatal: (?!No names|No tags|not a git|no upstream|Needed a|ref HEAD|ambiguous)"
)
# How a suite that passed sums up: what it printed before was its tests' own.
_SUITE_PASSED = re.compile(
    r"^ *(?:Tests|Test Files|Test Suites):? +(?:\d{1,6} (?:skipped|todo|pending)(?: [|] |, ))*\d{1,6} passed\b"
    r"|^ {2}\d{1,6} pass(?:ing|ed) \(\d|^=* ?\d{1,6} passed\b(?!.{0,80}\b(?:failed|errors?)\b).{0,120} in \d[\d.]*s\b"
    r"|^test result: ok\. |^OK(?: \(.{1,80}\))?$|^ok {2,4}\t?\S|^\d{1,6} examples?, 0 failures\b|^Passed! {1,3}- Failed: +0,"
    r"|^(?:\[\w+\] )?Tests run: \d{1,6}, Failures: 0, Errors: 0\b|^100% tests passed"
    r"|^Status: (?:Downloaded newer image|Image is up to date) for \S"  # tried again, and then had
)
_CLEANUP = "Post job cleanup."
MAX_LEAVE = 8
MAX_CLOSING = 6
MAX_FATAL = 24
# How services and build tools say only that something failed.
_EXIT = re.compile(
    r"##\[error\](?:Process completed with exit code \d|The process '|(?:Bash|PowerShell) exited with code|Cmd\.exe exited with code)"
    r"|Exited with code (?:exit status )?\d|(?:\S{1,20} )?ERROR: (?:Job failed|script returned exit code)|Finished: |\[Pipeline\]"
    r"|The command \".{1,300}\" (?:exited|failed)|Done\. Your build exited|.{0,12}Error: The command exited with status|exit status \d{1,3}$"
    r"|Cleaning up (?:project directory|orphan processes)|##\[section\]Finishing|CircleCI received exit code|\S{0,60} ?: exit code \d"
    r"|g?make(?:\[\d{1,4}\])?: \*\*\*|Build step '.{1,200}' marked build as failure"
)
# What commands complain of without the word: `cat: VERSION: No such file or directory`.
_COMPLAINT = re.compile(
    r": (?:No such file or directory|Permission denied|Is a directory|Not a directory|File exists|[Cc]ommand not found|not found"
    r"|Operation not permitted|Connection (?:refused|reset by peer))$|^\S.{0,600} at \S{1,300} line \d{1,7}\.$|^[\w./-]{1,60}: (?:[Cc]annot|[Cc]ould not|[Uu]nable to) "
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure with the most telling line as message and the rest as detail; none for no lines.

    `lines` are the ending of the log and the keyword lines before it.
    """
    kept = [line for line in lines if line.text.strip()]
    if not kept:
        return
    cause = _cause(kept)
    yield Failure(
        type=FailureType.UNKNOWN,
        message=cause.text.strip().removeprefix("##[error]"),
        detail=tuple(line.text[:300] for line in _bounded(kept)),
        log=LogSpan(start=kept[0].number, end=kept[-1].number),
    )


def says_failed(lines: Iterable[Line]) -> bool:
    """Whether the end of a log says that its job failed, for logs of unknown outcome.

    What stands earlier says nothing: a traceback may have been handled, a command tried again.
    """
    kept = [line.text for line in lines if line.text.strip()]
    for text in reversed(kept[-ENDING:]):
        if _FAILED.search(text):
            return True
        if _PASSED.search(text):
            return False
        if _RUN_PASSED.match(text):
            break
    return any(_LEAVE.search(text) for text in _after_suite(kept[-MAX_LEAVE:])) or any(
        _FATAL.match(text) for text in kept[-MAX_FATAL:]
    )


def _after_suite(texts: list[str]) -> list[str]:
    """The lines behind the last that sums up a suite that passed."""
    ends = (at for at in range(len(texts), 0, -1) if _SUITE_PASSED.match(texts[at - 1]))
    return texts[next(ends, 0) :]


def says_passed(lines: Iterable[Line]) -> bool:
    """Whether the last lines of a log without a red mark close a job that passed.

    Then nothing failed, whatever else it says: tests print errors, linters may only warn.
    """
    kept = [line.text for line in lines if line.text.strip()]
    if _CLEANUP in kept:
        at = kept.index(_CLEANUP)
        if any(_FATAL.match(text) for text in kept[max(0, at - MAX_LEAVE) : at]):
            return False  # a container may fail without a red mark
    return any(_CLOSED.search(text) for text in kept[-MAX_CLOSING:])


def went_on(after: Iterable[Line]) -> bool:
    """Whether the steps behind the last red mark are such that the job will not have failed there.

    What a failed job still runs cleans up and reports; several builds and tests run when the red
    step was allowed to fail.

    Args:
        after: the lines behind the mark that name a step.
    """
    return sum(_WORKS.match(line.text) is not None for line in after) >= MIN_MORE_STEPS


def _cause(lines: list[Line]) -> Line:
    """The last line that names an error, else the last line that says anything."""
    telling = [line for line in lines if not _EXIT.match(line.text.strip())] or lines
    reasons = [
        line
        for line in telling
        if _REASON.search(line.text)
        and not _HARMLESS.search(line.text)
        and not _GAVE_UP.search(line.text)
    ]
    strong = reasons or [
        line for line in telling if _STRONG.search(line.text) and not _HARMLESS.search(line.text)
    ]
    complaints = strong or [line for line in telling if _COMPLAINT.search(line.text)]
    return (complaints or telling)[-1]


def _bounded(lines: list[Line]) -> list[Line]:
    return lines[-(MAX_KEYWORDS * 2) :]
