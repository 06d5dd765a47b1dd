"""What one run of pytest printed, sorted into tracebacks, summary lines and progress."""

from dataclasses import dataclass, field

from bot.core.framing import Line
from bot.core.pattern import pattern

MAX_BLOCKS = 2000
MAX_DETAIL = 60
MAX_PLACES = 1000
MAX_CHARS = 300

_SECTION = pattern(r"={2,} (.{1,200}?) ={2,}$")
_COUNTS = pattern(
    r"(?:=+ )?(?:no tests |\d+ (?:failed|passed|errors?|skipped|deselected|x?failed|xpassed|warnings?|tests? )).{0,200}"
    r" in \d[\d.]*s(?:econds)?\b"
)
_FAILED_COUNT = pattern(r"\b\d{1,7} (?:failed|errors?)\b")
_TITLE = pattern(r"_+ (?=.{0,2000}[^_ ])(.{1,2000}) _+$")
_SUGAR = pattern(r"\u2015{2,200} (\S.{0,2000}?) \u2015{2,200}$")  # pytest-sugar, as it happens
_PLACE = pattern(r"((?:[A-Za-z]:)?[^:\s][^:]{0,300}?\.\w{1,6}):(\d{1,7})(?:$|:$|: ?(.*)$)")
_FRAME = pattern(
    r'\s*(?:E +)?[ |+]{0,60}File "([^"]{1,500})", line (\d{1,7})(?:,? in (\S.{0,200}))?'
)
_LOOKUP = pattern(r"file (\S.{0,500}), line (\d{1,7})$")
_SUMMARY = pattern(r"(FAILED|ERROR) (?:\[[\d.]+s\] )?(?=\S)(.+)$")
_SUBFAIL = pattern(
    r"(?P<variant>(?:\[[^\]]{0,200}\] ?)?(?:\([^)]{0,200}\) ?)?)SUBFAIL (?P<node>\S.{0,2000})$"
)
_XDIST = pattern(r"\[gw\d+\] \[ *\d+%\] (FAILED|ERROR) (\S.*)$")
_OUTCOME = pattern(r" (FAILED|ERROR)(?: +\[|$)")
_RAISED = pattern(r"[A-Za-z_][\w.]{0,200}(?:: |:?$)|\[XPASS\(strict\)\]")
_NOT_RAISED = ("Expected:", "Got:", "Traceback", "During handling", "The above exception")
_FILE = pattern(r"[^\s:*?\"<>|][^:*?\"<>|]{0,400}\.\w{1,6}$|[\w.@+-]+(?:[/\\][\w.@+-]+)+$")


@dataclass(slots=True, kw_only=True)
class Place:
    """A frame of a traceback, in the order printed: outermost first."""

    path: str
    line: int
    note: str = ""  # what stands behind it: a function or an error


@dataclass(slots=True, kw_only=True)
class Block:
    """One traceback under its title."""

    title: str
    kind: str  # "FAILURES", "ERRORS" or "crash"
    start: int
    end: int = 0
    places: list[Place] = field(default_factory=list)
    groups: list[list[str]] = field(default_factory=list)  # runs of "E   " lines
    raised: str = ""  # the last line of a native traceback
    lines: list[str] = field(default_factory=list)
    captured: bool = False
    used: bool = False


@dataclass(slots=True, kw_only=True)
class Entry:
    """One line that names a failure: of the summary or of the progress."""

    kind: str  # FAILED or ERROR
    node: str
    reason: str
    variant: str  # the parameters of a subtest
    number: int


@dataclass(slots=True, kw_only=True)
class Remark:
    """A line that condemns the whole run, not a test."""

    rule: str
    message: str
    number: int


class Session:
    """All of one run."""

    def __init__(self, rootdir: str = "") -> None:
        self.rootdir = rootdir
        self.started = False
        self.blocks: list[Block] = []
        self.summary: list[Entry] = []
        self.progress: list[Entry] = []
        self.remarks: dict[str, Remark] = {}
        self.verdict: Remark | None = None
        self._section = ""
        self._block: Block | None = None
        self._last_e = 0
        self._nested = False

    def is_over(self, text: str) -> bool:
        """Whether this line of counts ends the run."""
        return not self._nested and _counts(text)

    def read(self, line: Line) -> None:
        """Take the next line."""
        text = line.text
        if self._nested or self._begins_inside(text):
            self._nested = not _counts(text)
            return
        if self.is_over(text) and _FAILED_COUNT.search(text):
            message = text.strip("= ").partition(" in ")[0]
            self.verdict = Remark(rule="failed", message=message, number=line.number)
        if text.startswith(("=", "!")) and self._head(line):
            return
        if text.startswith("rootdir: "):
            self.rootdir = text[9:].split(", ")[0].strip()
        elif text.startswith(("FAILED", "ERROR", "SUBFAIL", "(", "[")) and self._named(line):
            return
        elif text.startswith(("[gw", "INTERNALERROR>")) or "::" in text:
            self._progress(line)
        self._remark(line)
        self._traceback(line)

    def _begins_inside(self, text: str) -> bool:
        """Whether a test ran pytest itself, and its output was captured and is shown now."""
        if not text.startswith("=") or "test session starts" not in text:
            return False
        shown = self._block is not None and self._block.captured and self._block.kind != "lines"
        return shown or self._section == "PASSES"

    def _head(self, line: Line) -> bool:
        if line.text.startswith("!"):
            self._close(line.number)
            self._section = ""
            return True
        if (match := _SECTION.match(line.text)) is None:
            return False
        self._close(line.number)
        self._section = match[1]
        self.started = self.started or "test session starts" in match[1]
        if match[1] == "FAILURES":  # --tb=line has no titles
            self._block = Block(title="", kind="lines", start=line.number)
        return True

    def _named(self, line: Line) -> bool:
        kind, variant = "FAILED", ""
        if (match := _SUMMARY.match(line.text)) is not None:
            kind = match[1]
            named = match[2]
        elif (match := _SUBFAIL.match(line.text)) is not None:
            variant, named = match["variant"].strip(), match["node"]
        elif line.text.startswith("SUBFAILED") and "::" in line.text:
            start = line.text.rfind(" ", 0, line.text.find("::")) + 1
            variant, named = line.text[9:start].strip(), line.text[start:]
        else:
            return False
        node, reason = _split(named)
        if not _FILE.match(node.partition("::")[0]):
            return False
        entry = Entry(kind=kind, node=node, reason=reason, variant=variant, number=line.number)
        listed = self._section.startswith("short test summary")
        if listed and len(self.summary) < MAX_BLOCKS:
            self.summary.append(entry)
        return listed

    def _progress(self, line: Line) -> None:
        if (match := _XDIST.match(line.text)) is not None:
            kind, node = match[1], match[2]
        elif (match := _OUTCOME.search(line.text)) is not None:
            kind, node = match[1], line.text[: match.start()]
            if not _FILE.match(node.partition("::")[0]) or " " in node.partition("::")[0]:
                return
        else:
            return
        if len(self.progress) < MAX_BLOCKS and not self._section.startswith("short"):
            node, reason = _split(node.strip())
            self.progress.append(
                Entry(kind=kind, node=node, reason=reason, variant="", number=line.number)
            )

    def _remark(self, line: Line) -> None:
        for rule, known in _REMARKS.items():
            if (match := known.match(line.text)) is None:
                continue
            if rule == "timeout" and self._block is not None and self._block.title == "Timeout":
                self._close(line.number)  # the same words stand above and below the stacks
            elif rule in ("segfault", "timeout", "conftest"):
                self._open(match[1], "crash", line.number)
            else:
                # Of an internal error the last line is the reason; once is enough of the others.
                self.remarks[rule] = Remark(rule=rule, message=match[1], number=line.number)
            return

    def _traceback(self, line: Line) -> None:
        text = line.text
        if text.startswith("\u2015") and (match := _SUGAR.match(text)) is not None:
            self._open(match[1].strip(), "FAILURES", line.number)
            return
        titled = self._section in ("FAILURES", "ERRORS") and text.startswith("_")
        if titled and (match := _TITLE.match(text)) is not None:
            self._open(match[1].strip(), self._section, line.number)
            return
        if (block := self._block) is None:
            return
        block.end = line.number
        if text.startswith("---") and "Captured " in text:
            block.captured = True
        elif text.startswith("E") and (text[1:4] == "   " or text == "E"):
            self._blame(block, line)
        elif not block.captured or block.kind == "lines":
            self._place(block, text)
        if not block.captured:
            block.lines.append(text[:MAX_CHARS])
            del block.lines[:-MAX_DETAIL], block.places[:-MAX_PLACES]

    def _blame(self, block: Block, line: Line) -> None:
        if block.captured and block.kind != "lines":
            return
        if not block.groups or self._last_e < line.number - 1:
            block.groups = [*block.groups[-20:], []]
        self._last_e = line.number
        if len(block.groups[-1]) < MAX_DETAIL:
            block.groups[-1].append(line.text[1:])
        self._frame(block, line.text)

    def _place(self, block: Block, text: str) -> None:
        if self._frame(block, text):
            return
        if (match := _PLACE.match(text)) is not None:
            note = match[3] or ""
            block.places.append(Place(path=match[1], line=int(match[2]), note=note))
        elif (match := _LOOKUP.match(text)) is not None:
            block.places.append(Place(path=match[1], line=int(match[2])))
        elif _RAISED.match(text) and not text.startswith(_NOT_RAISED):
            block.raised = text

    def _frame(self, block: Block, text: str) -> bool:
        if 'File "' not in text or (match := _FRAME.match(text)) is None:
            return False
        block.places.append(Place(path=match[1], line=int(match[2]), note=match[3] or ""))
        return True

    def _open(self, title: str, kind: str, number: int) -> None:
        self._close(number)
        self._block = Block(title=title, kind=kind, start=number)

    def _close(self, number: int) -> None:
        block, self._block = self._block, None
        self._last_e = 0
        if block is not None and len(self.blocks) < MAX_BLOCKS:
            block.end = max(block.start, block.end or number - 1)
            self.blocks.append(block)

    def closed(self) -> "Session":
        """The same, with the traceback that was being read when the log ended."""
        self._close(self._block.end if self._block else 0)
        return self


_REMARKS = {
    "segfault": pattern(r".{0,400}?(Fatal Python error: .{1,300})$"),
    "timeout": pattern(r"(?:\S.{0,300} )?\++ (Timeout) \++$"),
    "conftest": pattern(r"(ImportError while loading conftest .{1,400})$"),
    "internal": pattern(r"INTERNALERROR> ([A-Za-z_][\w.]{0,200}(?:Error|Exception)\b.{0,400})$"),
    "usage": pattern(
        r"(?:ERROR: )?\S{0,200}(?: -m)?(?: ?pytest|py\.test|__main__\.py): error: (.{1,400})$"
    ),
    "missing": pattern(r"ERROR: ((?:file or directory )?not found: .{1,400})$"),
    "coverage": pattern(
        r"(?:FAIL |ERROR: )((?:Required test coverage of|Coverage failure: total of) .{1,300})$"
    ),
}


def _counts(text: str) -> bool:
    return " in " in text and _COUNTS.match(text) is not None


def _split(text: str) -> tuple[str, str]:
    """The node id and the reason: ids may hold " - " in their brackets."""
    bracket, dash = text.find("["), text.find(" - ")
    if 0 <= bracket < dash:
        end = text.find("] - ", bracket)
        if end >= 0:
            return text[: end + 1], text[end + 4 :]
        if text.rstrip().endswith("]"):
            return text.rstrip(), ""
    node, _, reason = text.partition(" - ")
    return node.rstrip(), reason
