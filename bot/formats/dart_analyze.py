"""`dart analyze`, `flutter analyze`, the Dart compiler, `dart format` and `pub`."""

import re
import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "dart analyze"
HINTS = (".dart:", ".dart|", " • ", "version solving failed", "Changed ", "pubspec.yaml:")
REACH = (0, 0)

_AT = r"(?P<file>(?:[A-Za-z]:)?[^\s:•][^:•]{0,400}):(?P<line>\d{1,7}):(?P<column>\d{1,5})"
_FLUTTER = pattern(
    r" *(?P<severity>error|warning|info|hint|lint) • (?P<message>\S.{0,1500}?) • (?:at )?"
    + _AT
    + r" • (?P<rule>[a-z][a-z0-9_.]{1,80})$"
)
_DART = pattern(
    r" *(?P<severity>error|warning|info) (?:-|•) "
    + _AT
    + r" (?:-|•) (?P<message>\S.{0,1500}) (?:-|•) (?P<rule>[a-z][a-z0-9_.]{1,80})$"
)
_MACHINE = pattern(
    r"(?P<severity>ERROR|WARNING|INFO)\|[A-Z_]{1,40}\|(?P<rule>[A-Z0-9_]{1,80})\|(?P<file>[^|]{1,400}\.(?:dart|yaml))\|"
    r"(?P<line>\d{1,7})\|(?P<column>\d{1,5})\|\d{1,6}\|(?P<message>.{1,1000})$"
)
_COMPILER = pattern(
    r"(?:org-dartlang-app:/{1,3}|file://)?(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}\.dart):(?P<line>\d{1,7}):(?P<column>\d{1,5}): "
    r"(?P<severity>Error): (?P<message>\S.{0,1000})$"
)
_SOLVING = pattern(  # poetry puts versions in brackets
    r"(?P<message>(?!.{0,800} \([^()\s]{0,3}[\d*]).{0,800}version solving failed\.)$"
)
_CHANGED = pattern(r"Changed (?P<file>[^\s:][^:]{0,300}\.dart)$")
_FATAL = ("error", "warning", "Error", "ERROR", "WARNING")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a diagnostic; `flutter analyze` fails for information too."""
    for line in lines:
        text = line.text
        flutter = _FLUTTER.match(text) if "•" in text else None
        match = flutter or _DART.match(text) or _MACHINE.match(text) or _COMPILER.match(text)
        if match is not None:
            if flutter is not None or match["severity"] in _FATAL:
                yield _diagnostic(match, line)
        elif (match := _SOLVING.match(text)) is not None:
            yield _other(FailureType.DEPENDENCY, "pub", match["message"].strip(), None, line)
        elif (match := _CHANGED.match(text)) is not None:
            yield _other(FailureType.FORMAT, "dart format", "is not formatted", match["file"], line)


def _diagnostic(match: re.Match[str], line: Line) -> Failure:
    file = match["file"]
    rule = match.groupdict().get("rule")
    certain = match["severity"].lower() == "error"
    return Failure(
        type=FailureType.BUILD if certain else FailureType.LINT,
        tool=NAME if rule else "dart",
        rule=rule.lower() if rule else None,
        message=match["message"],
        file=file,
        line=int(match["line"]),
        column=int(match["column"]),
        command=f"dart analyze {shlex.quote(file)}",
        log=LogSpan(start=line.number, end=line.number),
    )


def _other(kind: FailureType, tool: str, message: str, file: str | None, line: Line) -> Failure:
    """A resolution that failed; a file that `dart format` changed, which fails only if asked to."""
    return Failure(
        type=kind,
        tool=tool,
        message=message,
        file=file,
        command=f"dart format {shlex.quote(file)}" if file else "dart pub get",
        log=LogSpan(start=line.number, end=line.number),
        weak=kind is FailureType.FORMAT,
    )
