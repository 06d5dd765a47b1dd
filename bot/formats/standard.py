"""standard and its kin (semistandard, ts-standard, snazzy): one finding a line under their banner."""

import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "standard"
HINTS = ("standard: ",)
REACH = (0, 500)

_BANNER = pattern(r"\s{0,20}(?:semi|ts-|java)?standard: (?:Use |Run |Unexpected|Some)")
_FINDING = pattern(
    r" {2}(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}\.(?:[cm]?[jt]sx?|vue|html|md)):(?P<line>\d{1,7}):(?P<column>\d{1,7}): "
    r"(?P<message>\S.{0,1000}?)(?: \((?P<rule>[@\w/-]{1,80})\))?(?P<warning> \(warning\))?$"
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a finding; those of the next version are warnings."""
    is_standard = False
    for line in lines:
        if _BANNER.match(line.text) is not None:
            is_standard = True
        elif is_standard and (match := _FINDING.match(line.text)) is not None:
            if match["warning"]:
                continue
            rule = match["rule"]
            yield Failure(
                type=FailureType.LINT,
                tool=NAME,
                rule=rule if rule != "null" else None,
                message=match["message"],
                file=match["file"],
                line=int(match["line"]),
                column=int(match["column"]),
                command=f"npx standard {shlex.quote(match['file'])}",
                log=LogSpan(start=line.number, end=line.number),
            )
        elif line.text[:1].strip():
            is_standard = False
