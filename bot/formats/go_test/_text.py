"""The lines that people read: `go test`, `go test -v`, gotestsum."""

import re

from bot.core.framing import Line
from bot.core.pattern import pattern
from bot.formats.go_test._section import Section

_TIME = r"\((?:-?[\d.]{1,12} ?s|[\d.]{1,12} seconds|unknown|cached)\)"
_STATE = pattern(r"\s{0,40}=== (?P<state>RUN|CONT|NAME|PAUSE)\s{1,8}(?P<test>\S{1,500})$")
_RESULT = pattern(
    r"(?P<indent>\s{0,60})--- (?P<verdict>FAIL|PASS|SKIP|BENCH): "
    rf"(?P<test>(?:Test|Example|Fuzz)\S{{0,500}} {_TIME}|Benchmark\S{{0,500}}(?: {_TIME})?)$"
)
_BLOCK = pattern(
    r"=== FAIL: (?P<package>\S{1,400}) (?P<test>\S{0,500})(?: \(re-run (?P<again>\d{1,3})\))? "
    + _TIME
    + "$"
)
_PACKAGE = pattern(
    r"(?P<verdict>FAIL|ok|---|\?)\s{1,8}(?P<package>[^\s:]{1,400})\s{1,8}"
    r"(?P<rest>\d{1,6}\.\d{1,9}s|\(cached\)|\[(?:build|setup) failed\]|\[no test)"
)
_RUNS = pattern(r"DONE (?P<runs>\d{1,3}) runs, ")
_BENCHMARK = pattern(r"(?P<test>Benchmark[^\s-]{0,400})(?:-\d{1,4})?$")
# gotestfmt puts each test into a group of the CI, under a heading that it draws.
_DRAWN = pattern(
    r"\s{0,8}(?:##\[group\])?(?P<sign>❌|✅|🚧) (?P<test>(?:Test|Example|Fuzz)\S{0,500}) \(\d[\w.µ]{0,20}\)$"
)
_DRAWN_PACKAGE = pattern(
    r"\s{0,4}(?:##\[group\])?(?:❌ |✅ |🚧 )?📦 (?P<package>[\w.~/@+-]{1,300})(?: .{0,200})?$"
)
_STATUS = pattern(r"(?:exit status \d{1,4}|signal: .{1,60})$")
_FILES = (
    ".js",
    ".ts",
    ".tsx",
    ".jsx",
    ".mjs",
    ".cjs",
    ".py",
    ".sh",
    ".rb",
    ".php",
    ".html",
    ".css",
)
_ENDS_BLOCK = ("=== Failed", "=== Skipped", "=== Errors", "=== SKIP", "DONE ")


class Text:
    """Cuts the log into packages and gives every line to the test that printed it."""

    def __init__(self) -> None:
        self.runs = 1
        self._closed: list[Section] = []
        self._section = Section()
        self._in_block = False
        self._drawing = False
        self._current = ""
        self._after: tuple[str, int] | None = None  # the test of the last verdict, its indent

    def read(self, line: Line) -> None:
        """Take the next line."""
        text = line.text
        marker = "===" in text or "--- " in text
        if (marker and self._mark(line)) or self._packaged(line) or self._drawn(line):
            return
        if text.startswith(_ENDS_BLOCK):
            self._close_block()
            if (match := _RUNS.match(text)) is not None:
                self.runs = int(match["runs"])
        elif _STATUS.match(text) is not None:
            self._section.status = text
        elif text.startswith("Benchmark") and (match := _BENCHMARK.match(text)) is not None:
            self._start(match["test"])
        elif text != "FAIL" and not text.startswith("##["):
            self._output(line)

    def finish(self) -> list[Section]:
        """All packages; what nothing closed is the last."""
        if not self._in_block:  # "exit status 1" is written by many
            self._section.status = None
        self._close(None)
        return self._closed

    def _mark(self, line: Line) -> bool:
        text = line.text
        if (match := _BLOCK.match(text)) is not None:
            self._open_block(match, line.number)
        elif (match := _STATE.match(text)) is not None:
            self._start(match["test"])
        elif "--- " in text and (match := _result(text)) is not None:
            self._judge(match, line.number)
        else:
            return False
        return True

    def _drawn(self, line: Line) -> bool:
        """Whether the line is a heading of gotestfmt."""
        text = line.text
        if text.isascii():
            return False
        if (match := _DRAWN_PACKAGE.match(text)) is not None:
            self._close(None)
            self._section.package, self._drawing = match["package"], True
        elif (match := _DRAWN.match(text)) is not None:
            self._section.running.pop(match["test"], None)
            self._current, self._after, self._drawing = match["test"], None, True
            if match["sign"] == "❌":
                self._section.failed.setdefault(match["test"], line.number)
        else:
            return False
        return True

    def _start(self, test: str) -> None:
        self._section.survived()
        self._section.running[test] = None
        self._current, self._after = test, None

    def _judge(self, match: re.Match[str], number: int) -> None:
        test = match["test"].partition(" ")[0]
        self._section.survived()
        self._section.running.pop(test, None)
        if match["verdict"] == "FAIL":
            self._section.failed.setdefault(test, number)
        if self._current == test and not self._in_block:
            self._current = ""
        self._after = (test, len(match["indent"].expandtabs(4)))

    def _open_block(self, match: re.Match[str], number: int) -> None:
        """What gotestsum repeats: each failing test by itself, with the folder of its package."""
        if not self._in_block:
            self._section.status = None
        self._close(None)
        test = match["test"]
        section = Section(package=match["package"], short=True, rerun=int(match["again"] or 0))
        if test:
            section.failed[test] = number
        section.status = "" if not test else None
        section.end = number
        self._section, self._in_block, self._current = section, True, test

    def _close_block(self) -> None:
        if self._in_block:
            self._close(None)

    def _packaged(self, line: Line) -> bool:
        """Whether the line is the verdict over a package."""
        text = line.text
        if text == "PASS":
            self._reset()
            return True
        if not text.startswith(("FAIL", "ok", "?")) or (match := _PACKAGE.match(text)) is None:
            return False
        if match["package"].endswith(_FILES):
            return False
        if match["verdict"] == "ok":
            self._reset()
        elif match["verdict"] == "FAIL" and not self._in_block:
            rest = match["rest"]
            status = rest if rest.startswith("[") else self._section.status
            self._section.status = status or ""
            self._section.end = line.number
            self._close(match["package"])
        return True

    def _close(self, package: str | None) -> None:
        self._section.package = self._section.package or package
        self._closed.append(self._section)
        self._reset()

    def _reset(self) -> None:
        self._section = Section()
        self._in_block, self._current, self._after = False, "", None
        self._drawing = False

    def _output(self, line: Line) -> None:
        owner = self._owner(line.text)
        if self._drawing:
            line = Line(line.number, f"    {line.text}")
        if self._section.starts_crash(owner, line) or self._section.more_crash(line):
            return
        self._section.output(owner, line)

    def _owner(self, text: str) -> str:
        """The test that printed a line: the one just judged, the one that runs, or nobody."""
        if self._after is None:
            return self._current
        test, indent = self._after
        deeper = not text.strip() or (len(text) - len(text.lstrip()) > 0 and _depth(text) > indent)
        if deeper or test.startswith("Example") or text.startswith(("panic: ", "fatal error: ")):
            return test
        self._after = None
        return self._current


def _depth(text: str) -> int:
    expanded = text.expandtabs(4)
    return len(expanded) - len(expanded.lstrip())


def _result(text: str) -> re.Match[str] | None:
    """A verdict; output without a line end may stand before it."""
    if (match := _RESULT.match(text)) is not None:
        return match
    at = text.find("--- FAIL: Test")
    return _RESULT.match(text[at:]) if at > 0 else None
