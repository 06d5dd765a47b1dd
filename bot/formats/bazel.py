"""Bazel: packages and targets that are missing or wrong, and test targets that failed."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern
from bot.core.test_words import FAILED, tells

NAME = "bazel"
HINTS = (
    "ERROR: ",
    "FAIL: ",
    "TIMEOUT: ",
    "FAILED in ",
    "TIMEOUT in ",
    "FAILED TO BUILD",
    "NO STATUS",
    "Test output for ",
    "================================================================================",
    *FAILED,
)
REACH = (0, 1)

MAX_TARGETS = 2000
_OUTPUT = pattern(
    r"={10,60} Test output for (?P<target>[^\s:]{0,200}//[^\s]{1,400}?|//[^\s]{1,400}?)(?: \(shard .{1,30}\))?:$"
)
_END = pattern(r"={80}$")
_ERROR = pattern(r"(?:\(\d\d:\d\d:\d\d\) )?ERROR: (?P<rest>.{1,3500})$")
_PLACED = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:]{1,500}(?:BUILD|BUILD\.bazel|WORKSPACE|WORKSPACE\.bazel|MODULE\.bazel|\.bzl|\.bazelrc)):"
    r"(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?: (?P<message>.{1,3000})$"
)
_TARGET = pattern(
    r"(?:\(\d\d:\d\d:\d\d\) )?(?:FAIL|TIMEOUT): (?P<target>(?:@[\w.~+-]{0,200})?//[^\s(]{1,400}?)(?: \(shard .{1,30})? \((?:see|Exit|Timeout).{0,1000}$"
)
_SUMMARY = pattern(
    r"(?P<target>(?:@[\w.~+-]{0,200})?//\S{1,400})\s{1,200}(?:\(cached\) )?(?P<result>FAILED TO BUILD|FAILED|TIMEOUT|NO STATUS|REMOTE FAILURE)(?: in .{1,100})?$"
)
_BAZEL = pattern(
    r"(?:[Nn]o such (?:package|target)|[Ss]kipping '|Analysis of target|Unable to |error loading |Error (?:computing|evaluating|in )|Config value|Unrecognized "
    r"|no targets found|Couldn't |command succeeded, but|Build did NOT|Traceback|Cycle|cycle in |infinite symlink|Module |in |The '|An error occurred|Repository|Failed to |fetching |Encountered|Bad target|not all outputs|Invalid|.{1,60} is not a valid|Target |package contains|Evaluation of query|Loading of target|rule '|Illegal|missing input file|Process|Server |Executing genrule|Build options|Unexpected|Test )"
)
_RULE_ERROR = pattern(
    r"in \S{1,200} rule |no such (?:package|target|attribute)|.{1,300}(?:visib|does not exist|not declared|syntax error|name '|undefined|got unexpected|cycle)"
)
_ACTION = pattern(
    r".{1,600}\bfailed: (?:\(|I/O|missing|error)|.{1,600}failed to|Couldn't build file|.{1,300} failed \(Exit"
)
_WORDS = {"FAIL": "FAILED"}
_OWN = (
    "Build did NOT complete",
    "no such package ",
    "no such target ",
    "Error computing the main repository mapping",
    "Config value ",
    "Unrecognized option: -",
    "package contains errors: ",
)
_SKIPPED = pattern(r"Skipping '[^'\n]{1,400}': ")
_REPEATS = (
    "package contains errors: ",
    "Build did NOT",
    "Analysis of target",
    "command succeeded, but",
    "Test execution",
    "Couldn't start the build",
    "Loading of target",
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """Failing targets once; what failed only repeats where its own output stands in the log."""
    failed: dict[str, Failure] = {}
    outputs = _Outputs()
    for line in lines:
        outputs.read(line.text)
        if "ERROR: " in line.text and (match := _ERROR.match(line.text)) is not None:
            yield from _of_error(match["rest"], line)
        elif "//" in line.text and len(failed) < MAX_TARGETS:
            match = _TARGET.match(line.text) or _SUMMARY.match(line.text)
            if match is not None:
                failed.setdefault(match["target"], _of_target(match, line))
    for target, failure in failed.items():
        yield replace(failure, weak=failure.weak or target in outputs.told)


class _Outputs:
    """Whose output is shown now, and whose said more than Bazel."""

    def __init__(self) -> None:
        self.told: set[str] = set()
        self._shown: str | None = None

    def read(self, text: str) -> None:
        """Follow where outputs begin and end."""
        if (output := _OUTPUT.match(text)) is not None:
            self._shown = output["target"]
        elif self._shown is not None and _END.match(text) is not None:
            self._shown = None
        elif self._shown is not None and tells(text):
            self.told.add(self._shown)


def _of_error(rest: str, line: Line) -> Iterator[Failure]:
    """An error of the build files; None for other tools' errors."""
    rest = _SKIPPED.sub("", rest)
    failure = Failure(
        type=FailureType.BUILD,
        tool=NAME,
        message=rest,
        weak=rest.startswith(_REPEATS),
        log=LogSpan(start=line.number, end=line.number),
    )
    match = _PLACED.match(rest)
    if match is None:
        if _is_bazel(rest):
            yield failure
        return
    action = (
        _ACTION.match(match["message"]) is not None and _RULE_ERROR.match(match["message"]) is None
    )
    yield replace(
        failure,
        message=match["message"],
        file=match["file"],
        line=int(match["line"]),
        column=int(match["column"]) if match["column"] else None,
        weak=action,
    )


def _is_bazel(rest: str) -> bool:
    """Whether the words are Bazel's: many tools write `ERROR: `."""
    return rest.startswith(_OWN) or ("//" in rest[:400] and _BAZEL.match(rest) is not None)


def _of_target(match: re.Match[str], line: Line) -> Failure:
    target = match["target"]
    result = match.groupdict().get("result") or line.text.partition(":")[0].rpartition(" ")[2]
    return Failure(
        type=FailureType.TIMEOUT if result.startswith("TIMEOUT") else FailureType.TEST,
        tool=NAME,
        test=target,
        message=f"{target} {_WORDS.get(result, result)}",
        command=f"bazel test {shlex.quote(target)} --test_output=errors",
        weak=result in ("FAILED TO BUILD", "NO STATUS"),
        log=LogSpan(start=line.number, end=line.number),
    )
