"""C and C++ compilers beside gcc, clang and Microsoft's: ARM, TI, Green Hills, IAR, IBM, Sun, Diab, Tasking, Embarcadero."""

import re
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "c_compiler"
HINTS = (
    '", line ',
    "): error:  #",
    "): error: #",
    "Error[",
    "Fatal error[",
    " Error] ",
    " Fatal Error] ",
    "Error E",
    ": Error: L6",
)
REACH = (0, 2)

_FILE = r"(?P<file>[^\"\n]{1,400}\.(?:c|cc|cpp|cxx|C|h|hh|hpp|hxx|s|S|asm|inc|src))"
_QUOTED = pattern(
    rf"\s{{0,12}}\"{_FILE}\", line (?P<line>\d{{1,7}})(?:\.(?P<column>\d{{1,7}}))?(?: \(col\. \d{{1,7}}\))?: "
    r"(?:(?:[Cc]atastrophic |[Ff]atal )?[Ee]rror\s{0,3}(?:\((?P<diab>\w{1,10}:\d{1,6})\))?(?P<number>#\d{1,6}(?:-[A-Z])?)?:?\s{1,4}(?:(?P<number2>#\d{1,6}(?:-[A-Z])?): )?"
    r"|(?P<ibm>\d{4}-\d{3}[a-z]?) \((?P<severity>[SEU])\) )(?P<message>\S.{0,2000})$"
)
_KEIL = pattern(
    rf"\s{{0,12}}{_FILE}\((?P<line>\d{{1,7}})\): (?:fatal )?error:\s{{1,4}}(?P<number>#\d{{1,6}}(?:-[A-Z])?): (?P<message>\S.{{0,2000}})$"
)
_SUN = pattern(
    rf"\"{_FILE}\", line (?P<line>\d{{1,7}}): (?P<message>(?:undefined symbol|syntax error|undefined struct|cannot find include file|Error: |incomplete ).{{0,1000}})$"
)
_IAR = pattern(
    rf"\s{{0,12}}\"{_FILE}\",(?P<line>\d{{1,7}})\s{{1,4}}(?:Fatal )?[Ee]rror\[(?P<rule>\w{{1,8}})\]: (?P<message>.{{1,2000}})$"
)
_IAR_BARE = pattern(
    r"\s{0,12}(?:Fatal )?[Ee]rror\[(?P<rule>L[ips]\d{1,5}|Pe\d{3,5})\]: (?P<message>.{1,2000})$"
)
_TASKING = pattern(
    rf"\s{{0,12}}\w{{1,8}} (?P<rule>[EF]\d{{3}}): \[\"{_FILE}\" (?P<line>\d{{1,7}})(?:/(?P<column>\d{{1,7}}))?\] (?P<message>.{{1,2000}})$"
)
_EMBARCADERO = pattern(
    r"\s{0,12}\[\w{2,10} (?:Fatal )?Error\] (?P<file>[^(\n]{1,400})\((?P<line>\d{1,7})\): (?P<rule>[EF]\d{4}) (?P<message>.{1,2000})$"
)
_BORLAND = pattern(
    r"\s{0,12}(?:Fatal |Error )(?P<rule>[EF]\d{4}) (?P<file>[^\s:]{1,400}) (?P<line>\d{1,7}): (?P<message>.{1,2000})$"
)
_ARM_LINK = pattern(
    r"\s{0,12}(?:[^\s:]{0,300}: )?Error: (?P<rule>L6\d{3}E): (?P<message>.{1,2000})$"
)
_ALL = (_QUOTED, _KEIL, _SUN, _IAR, _TASKING, _EMBARCADERO, _BORLAND, _ARM_LINK, _IAR_BARE)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error."""
    for line in lines:
        match = next((found for each in _ALL if (found := each.match(line.text)) is not None), None)
        if match is not None:
            yield _failure(match, line)


def _failure(match: re.Match[str], line: Line) -> Failure:
    groups = match.groupdict()
    codes = (groups.get(name) for name in ("rule", "number", "number2", "diab", "ibm"))
    return Failure(
        type=FailureType.BUILD,
        tool=NAME,
        rule=next((code for code in codes if code), None),
        message=match["message"],
        file=groups.get("file"),
        line=int(groups["line"]) if groups.get("line") else None,
        column=int(groups["column"]) if groups.get("column") else None,
        log=LogSpan(start=line.number, end=line.number),
    )
