"""dotnet build, restore and format, and MSBuild: errors of C#, F#, Visual Basic and projects."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "dotnet"
HINTS = ("error CS", "error FS", "error BC", "error MSB", "error NU", "error NETSDK", "error CA", "error IDE",
         "error SA", "error S1", "error S2", "error S3", "error S4", "error S6", "error RZ", "error RCS", "error xUnit",
         "error NUnit", "error WHITESPACE", "error IMPORTS", "error FINALNEWLINE", "error CHARSET", "error ENDOFLINE", "error XLS", "error XA", "error AD",
         "error BL", "error SYSLIB", "error ASP", "error EF", "error MC", "error XC", "error VSTHRD", "error MA", "error RS", "error IL", "error :", "proj : error", "proj]", "Error CS",
         "error APICOMPAT", "error CP", "error GR", "error TUnit", "error MSTEST", "error PH", "error NETSDK", "error WMC", "error BB", "1merror")  # fmt: skip
REACH = (0, 0)

_LANGUAGES = r"cs|vb|fsx?|fsi|csx|razor|cshtml|vbhtml|xaml|axaml|[a-z]{2,5}proj|props|targets|slnx?|slnf|config|resx|json|proto|tt"
_ERROR = pattern(
    r"\s*(?:\d{1,4}(?::\d{1,4})?>)?(?P<file>[^\s\"'()\[\]][^\"'()\[\]]{0,400}?\.(?:"
    + _LANGUAGES
    + r"))"
    r"(?: ?\((?P<line>\d{1,7})(?:[,-](?P<column>\d{1,7}))?(?:,\d{1,7},\d{1,7}|-\d{1,7}(?:,\d{1,7})?)?\))? ?: ?"
    r"(?:[\w ]{1,30} )?[eE]rror(?: (?!TESTERROR)(?P<rule>[A-Za-z]{1,12}\d{0,6}))? ?: (?P<message>\S.{0,3000})$"
)
_PLACELESS = pattern(
    r"\s*(?:\d{1,4}(?::\d{1,4})?>)?(?:(?:CSC|VBC|FSC|MSBUILD|EXEC|NUGET|AOT|ILC|LINK|Restore|[A-Z]\w{1,30}) ?: )?error (?P<rule>(?:CS|FS|BC|MSB|NU|NETSDK|CA|IDE|AD|SA|XA|RZ|SYSLIB|CP|IL)\d{1,6}): "
    r"(?P<message>\S.{0,3000})$"
)
_PROJECT = pattern(
    r"(?P<message>.{1,3000}?) \[(?P<project>[^\[\]]{1,400}\.(?:[a-z]{2,5}proj|slnx?|slnf|metaproj))(?:::[^\[\]]{1,80})?\]$"
)
_URL = pattern(r" \(https?://[^()\s]{1,200}\)$")
_REPEATS = pattern(
    r"The command \".{0,2500}\" exited with code|The \"\w{1,60}\" task (?:failed|returned)|\".{1,200}\" exited with code|The build failed|Build FAILED"
)
_ANALYZER = pattern(
    r"(?:CA|IDE|SA|S|RCS|xUnit|NUnit|VSTHRD|MA|AD|RS|SYSLIB|MSTEST|TUnit|PH|SX)\d{1,6}$"
)
_FORMAT = pattern(
    r"(?:WHITESPACE|IMPORTS|FINALNEWLINE|CHARSET|ENDOFLINE|FORMAT|IDE0055|CSHARPIER)$"
)
_DEPENDENCY = pattern(r"NU\d{1,5}$")
_CONFIG = pattern(r"(?:NETSDK\d{1,5}|MSB(?:1\d{3}|40(?:19|24|25|36|62|66|67)|4236|5\d{3}))$")
_NETWORK = pattern(
    r".{0,500}?(?:Unable to load the service index|timed? ?out|Connection (?:reset|refused)|actively refused|Name or service not known|No such host|\b50[234]\b)"
)
_MAYBE = pattern(
    r".{0,1000}?(?:Maybe you want one of the following:|did you mean|Did you mean) ?(?P<name>.{1,200}?)\??$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error, though MSBuild prints each again in its summary."""
    for line in lines:
        text = line.text
        if "rror" not in text:
            continue
        match = _ERROR.match(text) or _PLACELESS.match(text)
        if match is not None and (failure := _failure(match, line)) is not None:
            yield failure


def _failure(match: re.Match[str], line: Line) -> Failure | None:
    placed = "file" in match.re.groupindex
    message, rule = match["message"], match["rule"]
    owner = _PROJECT.match(message)
    if owner is not None:
        message = owner["message"]
    if placed and rule is None and owner is None and not _is_project(match["file"]):
        return None
    if (url := _URL.search(message[-230:])) is not None:
        message = message[: -len(url[0])]
    maybe = _MAYBE.match(message)
    project = owner["project"] if owner else None
    kind = _type(rule or "", message)
    verb = "format" if kind is FailureType.FORMAT else "build"
    return Failure(
        type=kind,
        tool=NAME,
        rule=rule,
        message=message,
        file=match["file"] if placed else None,
        line=int(match["line"]) if placed and match["line"] else None,
        column=int(match["column"]) if placed and match["column"] else None,
        command=f"dotnet {verb} {shlex.quote(project)}" if project else f"dotnet {verb}",
        suggestion=f"Did you mean {maybe['name'].strip()}?" if maybe else None,
        log=LogSpan(start=line.number, end=line.number),
        weak=_REPEATS.match(message) is not None,
    )


def _is_project(file: str) -> bool:
    return file.endswith(("proj", ".targets", ".props", ".sln", ".slnx"))


def _type(rule: str, message: str) -> FailureType:
    """A compiler, an analyzer, a formatter, the restore or the project speaks."""
    if _FORMAT.match(rule):
        return FailureType.FORMAT
    if _DEPENDENCY.match(rule):
        return FailureType.INFRA if _NETWORK.match(message) else FailureType.DEPENDENCY
    if _ANALYZER.match(rule):
        return FailureType.LINT
    return FailureType.CONFIG if _CONFIG.match(rule) else FailureType.BUILD
