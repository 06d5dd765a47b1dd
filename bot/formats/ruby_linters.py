"""Linters of the Ruby world beside RuboCop: Reek, Fasterer, Brakeman, HAML-Lint, Slim-Lint, ERB Lint, Puppet-lint."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.finding_table import Wording, finding, hints
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "ruby linters"

_PLACE = r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,300}"
TABLE = (
    Wording(
        "reek",
        (".rb:", ".rake:", "]:"),
        pattern(
            rf" {{0,4}}{_PLACE}\.(?:rb|rake|ru|gemspec)):(?P<line>\d{{1,7}}): "
            r"(?P<rule>[A-Z][a-z]+(?:[A-Z][a-z]+){1,4}): (?P<message>[A-Z]\S{0,200} .{1,400}?) \[https://github\.com/troessner/reek/"
        ),
        "reek",
    ),
    Wording(
        "fasterer",
        (" slower than ",),
        pattern(rf"{_PLACE}\.rb):(?P<line>\d{{1,7}}) (?P<message>[A-Z].{{1,200}} slower than .{{1,200}})$"),
        "fasterer",
    ),
    Wording(
        "brakeman",
        (" near line ",),
        pattern(
            rf"{_PLACE}\.\w{{2,6}})(?:\t| {{2,10}})(?P<line>\d{{1,7}})(?:\t| {{2,10}})(?P<rule>[A-Z][\w /:-]{{2,60}}?)(?:\t| {{2,10}})"
            r"[A-Z]\w{2,30}(?:\t| {1,10})(?P<message>[^\t]{1,600}?)(?:\t| {1,10})(?:High|Medium|Weak)$"
        ),
    ),
    Wording(
        "haml-lint",
        (".haml:",),
        pattern(rf"{_PLACE}\.haml):(?P<line>\d{{1,7}}) \[[WEF]\] (?:(?P<rule>[A-Z]\w{{1,60}}): )?(?P<message>\S.{{0,600}})$"),
        "haml-lint",
    ),
    Wording(
        "slim-lint",
        (".slim:",),
        pattern(rf"{_PLACE}\.slim):(?P<line>\d{{1,7}}) \[[WEF]\] (?:(?P<rule>[A-Z]\w{{1,60}}): )?(?P<message>\S.{{0,600}})$"),
        "slim-lint",
    ),
    Wording(
        "scss-lint",
        (".scss:", ".sass:"),
        pattern(rf"{_PLACE}\.s[ca]ss):(?P<line>\d{{1,7}})(?::(?P<column>\d{{1,5}}))? \[[WEF]\] (?:(?P<rule>[A-Z]\w{{1,60}}): )?(?P<message>\S.{{0,600}})$"),
        "scss-lint",
    ),
    Wording(
        "puppet-lint",
        (" on line ",),
        pattern(
            rf"(?:{_PLACE}\.pp) - )?ERROR: (?P<message>\S.{{0,400}}? on line (?P<line>\d{{1,7}})(?: \(?col(?:umn)?:? (?P<column>\d{{1,5}})\)?)?)(?: \(check: (?P<rule>\w{{1,60}})\))?$"
        ),
        "puppet-lint",
    ),
)  # fmt: skip
HINTS = (
    *(hint for hint in hints(TABLE) if hint not in (".rb:", "]:", " on line ")),
    "/troessner/reek/", " -- 1 warning:", " warnings:", ".pp - ERROR: ", " (check: ",
    "Confidence: ", "In file: ", " linters...", ".erb:",
)  # fmt: skip
REACH = (2, 12)

_REEK_FILE = pattern(r"(?P<file>[^\s:]{1,300}\.\w{1,8}) -- \d{1,5} warnings?:$")
_REEK = pattern(
    r" {1,4}\[(?P<line>\d{1,7})(?:, \d{1,7}){0,60}\]:(?P<rule>[A-Z]\w{4,60}): (?P<message>\S.{0,600}?)(?: \[https://\S{1,200}\])?$"
)
_ERB_BANNER = pattern(
    r"Linting (?:and autocorrecting )?\d{1,6} files with \d{1,4} (?:autocorrectable )?linters\.\.\.$"
)
_ERB_PLACE = pattern(r"In file: (?P<file>[^\s:]{1,300}):(?P<line>\d{1,7})$")
_ERB_COMPACT = pattern(
    r"(?P<file>[^\s:]{1,300}\.erb):(?P<line>\d{1,7}):(?P<column>\d{1,5}): (?P<message>\S.{0,600})$"
)
_BRAKEMAN = pattern(r"(?P<key>Confidence|Category|Check|Message|Code|File|Line): (?P<value>\S.{0,600})$")  # fmt: skip


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an offence."""
    grouped = _Grouped()
    for line in lines:
        failure = finding(line, TABLE)
        if failure is None:
            failure = grouped.read(line)
        elif failure.tool == "puppet-lint" and not (failure.file or failure.rule):
            continue
        if failure is not None:
            yield failure


class _Grouped:
    """Offences that are told over several lines."""

    def __init__(self) -> None:
        self._reek: str | None = None
        self._erb = False
        self._before = Line(0, "")
        self._brakeman: dict[str, str] = {}

    def read(self, line: Line) -> Failure | None:
        """The offence that this line completes."""
        text, before = line.text, self._before
        self._before = line
        if (match := _REEK_FILE.match(text)) is not None:
            self._reek = match["file"]
        elif self._reek is not None and (match := _REEK.match(text)) is not None:
            failure = _offence("reek", match["message"], self._reek, match["line"], line)
            return replace(failure, rule=match["rule"])
        elif _ERB_BANNER.match(text) is not None:
            self._erb = True
        elif (match := _ERB_PLACE.match(text)) is not None and before.text:
            return _offence("erb_lint", before.text, match["file"], match["line"], line)
        elif self._erb and (match := _ERB_COMPACT.match(text)) is not None:
            return _offence("erb_lint", match["message"], match["file"], match["line"], line)
        return self._warned(line)

    def _warned(self, line: Line) -> Failure | None:
        """Brakeman's blocks begin with the confidence and end with the line."""
        match = _BRAKEMAN.match(line.text)
        if match is None:
            return None
        if match["key"] == "Confidence":
            self._brakeman = {}
        self._brakeman[match["key"]] = match["value"].strip()
        said = self._brakeman
        if match["key"] != "Line" or not {"Category", "Check", "Message", "File"} <= said.keys():
            return None
        number = said["Line"] if said["Line"].isdecimal() else "0"
        failure = _offence("brakeman", said["Message"], said["File"], number[:7], line)
        self._brakeman = {}
        return replace(failure, rule=said["Category"])


def _offence(tool: str, message: str, file: str, number: str, line: Line) -> Failure:
    return Failure(
        type=FailureType.LINT,
        tool=tool,
        message=message.strip(),
        file=file,
        line=int(number) or None,
        log=LogSpan(start=line.number, end=line.number),
    )
