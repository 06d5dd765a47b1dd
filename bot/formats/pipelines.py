"""Data and deployment pipelines: dbt, Nextflow, Snakemake and Pulumi name the step that failed."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.core.failure import Failure, FailureType
from bot.core.framing import Line
from bot.core.lookahead import after, detail, span
from bot.core.pattern import pattern

NAME = "dbt"
HINTS = (
    " Error in model ", " Error in test ", " Error in seed ", " Error in snapshot ", "Failure in test ", "Failure in unit_test ",
    "Error executing process > ", "Error in rule ", "    error: ", "Diagnostics:",
)  # fmt: skip
REACH = (2, 8)

_STAMP = pattern(r"(?:\d\d:\d\d:\d\d\s{1,2})?\s{0,4}")
_DBT = pattern(
    r"(?:\d\d:\d\d:\d\d\s{1,3})?\s{0,4}(?:\[ERROR\] )?(?P<message>(?:(?P<kind>Failure)|(?:Database|Compilation|Runtime|Parsing) Error) in (?:model|test|unit_test|seed|snapshot|source) "
    r"(?P<test>[\w.]{1,200}) \((?P<file>[^\s()]{1,300}\.\w{1,6})\))$"
)
_NEXTFLOW = pattern(
    r"(?:\[[^\]]{1,40}\] )?ERROR ~ (?P<message>Error executing process > '(?P<test>[^']{1,200})')$"
)
_CAUSE = pattern(r"\s{0,4}(?P<message>(?:Process `|Missing output|No such variable).{1,400})$")
_SNAKEMAKE = pattern(r"Error in rule (?P<test>\w{1,120}):$")
_RESOURCE = pattern(r"\s{2,4}[\w:/.-]{3,120} \((?P<name>[^()]{1,120})\):?$")
_PULUMI = pattern(r"\s{4,6}error: (?P<message>\S.{0,600})$")
MAX_LINES = 8


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a model, a test, a process, a rule or a resource."""
    rows = list(lines)
    diagnosed = False
    resource: str | None = None
    for index, line in enumerate(rows):
        text = line.text
        diagnosed = diagnosed or text == "Diagnostics:"
        if (match := _DBT.match(text)) is not None:
            yield _dbt(match, line, after(rows, index, MAX_LINES))
        elif (match := _NEXTFLOW.match(text)) is not None:
            yield _nextflow(match, line, after(rows, index, MAX_LINES))
        elif (match := _SNAKEMAKE.match(text)) is not None:
            said = after(rows, index, MAX_LINES)
            message = f"Error in rule {match['test']}"
            yield _failure("snakemake", FailureType.RUNTIME, message, line, said)
        elif diagnosed and (match := _RESOURCE.match(text)) is not None:
            resource = match["name"]
        elif resource is not None and (match := _PULUMI.match(text)) is not None:
            yield _failure("pulumi", FailureType.RUNTIME, match["message"], line, ())


def _dbt(match: re.Match[str], line: Line, said: Sequence[Line]) -> Failure:
    kind = FailureType.TEST if match["kind"] else FailureType.BUILD
    stamp = _STAMP.match(said[0].text) if said else None
    reason = said[0].text[stamp.end() :].strip() if stamp else ""
    return Failure(
        type=kind,
        tool=NAME,
        message=f"{match['message']}: {reason}" if reason else match["message"],
        test=match["test"] if kind is FailureType.TEST else None,
        file=match["file"],
        command=f"dbt {'test' if kind is FailureType.TEST else 'build'} --select {match['test']}",
        detail=detail(said),
        log=span(line, said[:1]),
    )


def _nextflow(match: re.Match[str], line: Line, said: Sequence[Line]) -> Failure:
    cause = next(filter(None, (_CAUSE.match(each.text) for each in said)), None)
    words = f"{match['message']}: {cause['message']}" if cause else match["message"]
    return _failure("nextflow", FailureType.RUNTIME, words, line, said)


def _failure(
    tool: str, kind: FailureType, message: str, line: Line, said: Sequence[Line]
) -> Failure:
    return Failure(
        type=kind,
        tool=tool,
        message=message,
        detail=detail(said),
        log=span(line, said),
    )
