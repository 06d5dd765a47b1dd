"""gitleaks: secrets found, by rule and place; never the secret itself."""

import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "gitleaks"
HINTS = ("RuleID:", "Fingerprint:", "Entropy:")
REACH = (4, 12)

_FIELD = pattern(r"(?P<key>RuleID|File|Line|Fingerprint|Commit): {1,12}(?P<value>\S.{0,500})$")
_LINE = pattern(r"\d{1,7}$")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a leak."""
    fields: dict[str, str] = {}
    start = 0
    for line in lines:
        if (match := _FIELD.match(line.text)) is None:
            continue
        if match["key"] == "RuleID" or match["key"] in fields:
            fields, start = {}, line.number
        fields[match["key"]] = match["value"]
        if match["key"] == "Fingerprint" and "RuleID" in fields and "File" in fields:
            yield _failure(fields, LogSpan(start=start, end=line.number))
            fields = {}


def _failure(fields: dict[str, str], span: LogSpan) -> Failure:
    row = fields.get("Line", "")
    return Failure(
        type=FailureType.LINT,
        tool=NAME,
        rule=fields["RuleID"],
        message=f"{fields['RuleID']}: a secret in {fields['File']}",
        file=fields["File"],
        line=int(row) if _LINE.match(row) else None,
        command=f"gitleaks dir {shlex.quote(fields['File'])}",
        log=span,
    )
