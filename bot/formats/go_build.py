"""The Go compiler, linker and vet, as `go build`, `go vet`, `go test` and gotestsum print them."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.json_line import json_object
from bot.core.pattern import pattern

NAME = "go"
HINTS = (
    ".go:", "imports ", "import cycle not allowed", "build constraints exclude",
    "undefined reference to", "/link: ", "cgo: ", '"Action":"build-output"', "directory not found",
    "relocation target", " is not in std", " is not in GOROOT", "cannot find package", "no Go files in",
    "no non-test Go files",
)  # fmt: skip
REACH = (2, 8)

_PLACE = pattern(
    r"(?P<vet>vet: )?(?P<file>(?:[A-Za-z]:)?[^\s:][^:\t]{0,400}\.(?:go|s|y|c|h|cgo1)):(?P<line>\d{1,7})"
    r"(?::(?P<column>\d{1,7}))?: (?P<message>\S.{0,2000})$"
)
_NO_PROGRAM = "executable file not found"
MAX_DETAIL = 20
_HEADER = pattern(r"# (?P<package>[\w.~/@+-]{1,300})(?: \[[^\]]{1,300}\])?$")
_VET_HEADER = pattern(r"# \[(?P<package>[^\]]{1,300})\]$")
_CYCLE = pattern(
    r"\s{1,8}imports (?P<package>\S{1,300})(?: from (?P<file>\S{1,200}\.go))?: import cycle not allowed"
)
_GET = pattern(r"\s{1,8}(?P<command>go (?:get|mod) \S.{0,300})$")
_LINK = pattern(
    r"(?:\S{0,300}/link: |(?P<symbol>\S{1,300}): relocation target )(?P<message>.{1,1000})$"
)
_STAT = pattern(r"(?:go: )?stat (?P<path>\S{1,400}): directory not found$")
_NO_FILES = pattern(
    r"(?:go: |go build: )?(?:package (?P<package>[^\s:]{1,300}): )?"
    r"(?P<message>build constraints exclude all Go files in \S{1,400}|no (?:non-test )?Go files in \S{1,400})$"
)
_LONE = pattern(
    r"(?:go: |can't load package: )?package (?P<package>[^\s:]{1,300}): "
    r"(?P<message>(?:cannot find package|unrecognized import path|no Go files|.{0,200}is not in (?:GOROOT|std)).{0,800})$"
)
_MISSING = (
    "no required module provides package", "cannot find package", "cannot find module providing",
    "is not in GOROOT", "is not in std", "module lookup disabled", "unrecognized import path", "missing go.sum entry",
    "use of internal package", "cannot find main module", "is explicitly required in go.mod",
    "provided by module",
)  # fmt: skip
_COMPILER = pattern(
    r"(?:running \"|undefined: |undefined reference|declared (?:and|but) not used|.{1,200} (?:declared (?:and|but) not used|imported and not used|imported as \S+ and not used"
    r"|redeclared in this block|is not a type|undefined \(|used as value|evaluated but not used|already declared)"
    r"|imported and not used|syntax error:|cannot use |cannot assign|cannot convert|cannot infer|cannot call|cannot range|cannot refer"
    r"|missing return|missing function body|not enough arguments|too many arguments|too many return values|not enough return values"
    r"|invalid operation: |invalid argument|invalid recursive type|invalid use of|invalid method|invalid character"
    r"|assignment mismatch|unknown field|mixture of field|non-name |no new variables|non-boolean|duplicate (?:case|field|key|method|declaration)"
    r"|expected |illegal (?:character|label|rune)|string literal not terminated|method \S+ |multiple-value|impossible type|unreachable"
    r"|label |type \S+ |undeclared name|could not import|main redeclared|import cycle|first argument to|initialization cycle|case "
    r"|pattern \S+: |go:embed|go:linkname|could not determine|\S+ (?:redeclared|undefined)|error obtaining VCS|constant .{1,80} overflows"
    r"|no required module|package \S+ is not in|cannot find package|unexpected |const initializer|\S{1,100} .{0,100} is not a constant)"
)
_VET = pattern(
    r"(?:.{0,200}(?:format %|has arguments but no formatting|possible (?:formatting|misuse|malformed|Printf)|call (?:has|needs|to \S+ (?:from a non-test|copies|with))"
    r"|arg list ends with redundant newline|copies lock|passes lock|unkeyed fields|should have signature|struct field tag|not compatible with reflect"
    r"|unreachable code|self-assignment|result of .{1,80} call not used|cancel function|loop variable|refers to unknown|malformed name|malformed example"
    r"|using .{1,80} before checking for errors|suspect|non-constant format string|must be|context leak|missing argument|wrong type|unusedresult"
    r"|redundant (?:or|and)|nil func|is always|non-pointer to|//go:build|\+build|unsafe.Pointer|interface conversion|should use|overflow))"
)
_SHARP = pattern(
    r"(?:undefined: |.{0,200}declared (?:and|but) not used|.{0,200}imported and not used|syntax error: |unreachable code|missing return"
    r"|cannot use .{1,200} as |too many arguments|not enough arguments|redeclared |non-name |.{0,200}format %|.{0,200}Printf|running \""
    r"|.{1,200} (?:passes|copies) lock|composite literal uses|self-assignment|struct field tag|no new variables|missing argument)"
)
_LINTER = pattern(r" \((?:[a-z][a-z0-9_-]{1,40}|[A-Z]{1,4}\d{3,5})\)$")
_EXAMPLE = pattern(
    r"(?:Example\w{0,100}|Test\w{0,100}|Fuzz\w{0,100}|Benchmark\w{0,100}) (?:refers|has) "
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a diagnostic; the package it was found in is in the header above."""
    reader = _Reader()
    for line in lines:
        for text in _texts(line):
            yield from reader.read(Line(line.number, text))
    yield from reader.flush()


def _texts(line: Line) -> Iterator[str]:
    """The line itself, or what `go test -json` wraps."""
    if not line.text.startswith("{"):
        yield line.text
    elif '"Action":"build-output"' in line.text:
        event = json_object(line.text)
        if event is not None and isinstance(event.get("Output"), str):
            yield from event["Output"].rstrip().split("\n")[:20]


class _Reader:
    """Knows the header above, and keeps the diagnostic that may go on."""

    def __init__(self) -> None:
        self._package: str | None = None
        self._vet = False
        self._last = 0
        self._open: Failure | None = None

    def read(self, line: Line) -> Iterator[Failure]:
        """Take the next line; give what is complete."""
        text = line.text
        if self._open is not None and text.startswith(("\t", "    ")) and self._continue(line):
            return
        yield from self.flush()
        if line.number > self._last + 1:
            self._package, self._vet = None, False
        self._last = line.number
        if text.startswith("#"):
            self._header(text)
        elif (match := _CYCLE.match(text)) is not None:
            message = f"imports {match['package']}: import cycle not allowed"
            span = LogSpan(start=line.number, end=line.number)
            self._open = Failure(type=FailureType.BUILD, tool=NAME, message=message, log=span)
        elif ".go:" in text or ".s:" in text or ".c:" in text or ".y:" in text:
            self._open = self._diagnostic(line)
        else:
            self._open = self._other(line)
        if self._open is None and not text.startswith(("#", "\t", " ")):
            self._package, self._vet = None, False

    def flush(self) -> Iterator[Failure]:
        """The diagnostic that is still open."""
        failure, self._open = self._open, None
        if failure is not None:
            yield failure

    def _header(self, text: str) -> None:
        if (match := _VET_HEADER.match(text)) is not None:
            self._package, self._vet = match["package"], True
        elif (match := _HEADER.match(text)) is not None:
            self._package, self._vet = match["package"], False

    def _diagnostic(self, line: Line) -> Failure | None:
        match = _PLACE.match(line.text)
        if match is None or match["message"].startswith(("warning:", "note:", "error:")):
            return None
        message = match["message"]
        kind = self._kind(match, message)
        if kind is None or message == "too many errors":
            return None
        path = match["file"]
        vet = kind is FailureType.LINT and (self._vet or self._package or _is_vets(message))
        tool, command = ("go vet", "vet") if vet else (NAME, "build")
        if kind is FailureType.LINT and not vet:
            tool, command = "go lint", "vet"
        folder = path.rpartition("/")[0] or "."
        return Failure(
            type=kind,
            tool=tool,
            message=message,
            file=None if "/pkg/mod/" in path else path,
            line=int(match["line"]),
            column=int(match["column"]) if match["column"] else None,
            command=f"go {command} {shlex.quote(_folder(folder))}",
            log=LogSpan(start=line.number, end=line.number),
        )

    def _kind(self, match: re.Match[str], message: str) -> FailureType | None:
        """Whose words they are: the compiler's, vet's, or those of something else."""
        known = self._package is not None
        if any(words in message for words in _MISSING):
            return FailureType.DEPENDENCY
        if match["vet"] or (known and match["file"].endswith((".s", ".y"))):
            return FailureType.BUILD
        if not match["file"].endswith(".go") or (
            message.endswith(")") and _LINTER.search(message[-60:])
        ):
            return None
        if self._vet or _is_vets(message):
            return FailureType.LINT if self._vet or known or _is_placed(match) else None
        if known or (_is_placed(match) and _is_compilers(message)) or _NO_PROGRAM in message:
            return FailureType.CONFIG if _NO_PROGRAM in message else FailureType.BUILD
        return _bare(match)

    def _other(self, line: Line) -> Failure | None:
        text = line.text
        span = LogSpan(start=line.number, end=line.number)
        if "package" in text and (match := _LONE.match(text)) is not None:
            message = f"package {match['package']}: {match['message']}"
            return Failure(type=FailureType.DEPENDENCY, tool=NAME, message=message, log=span)
        if text.startswith("cgo: "):
            return Failure(type=FailureType.CONFIG, tool=NAME, message=text, log=span)
        if (match := _STAT.match(text) or _NO_FILES.match(text)) is not None:
            return Failure(type=FailureType.CONFIG, tool=NAME, message=match[0], log=span)
        if ("/link: " in text or "relocation" in text) and (match := _LINK.match(text)) is not None:
            return Failure(type=FailureType.BUILD, tool=NAME, message=match["message"], log=span)
        return None

    def _continue(self, line: Line) -> bool:
        """An indented line goes on with the diagnostic: what was expected, or what to run."""
        failure = self._open
        if failure is None or failure.log is None or line.number > failure.log.end + 1:
            return False
        if _CYCLE.match(line.text) is not None or len(failure.detail) >= MAX_DETAIL:
            return False
        if (match := _GET.match(line.text)) is not None:
            failure = replace(failure, suggestion=match["command"])
        span = LogSpan(start=failure.log.start if failure.log else line.number, end=line.number)
        self._last = line.number
        self._open = replace(failure, detail=(*failure.detail, line.text), log=span)
        return True


def _is_compilers(message: str) -> bool:
    """Whether the words are the compiler's and not vet's, some of which begin alike."""
    if message.startswith("unreachable code") or _EXAMPLE.match(message) is not None:
        return False
    return _COMPILER.match(message) is not None


def _is_placed(match: re.Match[str]) -> bool:
    """Whether a line without a header is surely no log line: those name no column."""
    return match["column"] is not None or _SHARP.match(match["message"]) is not None


def _bare(match: re.Match[str]) -> FailureType | None:
    """Words that golint, ineffassign, misspell and others print with a place, and nothing else."""
    return FailureType.LINT if match["column"] else None


def _is_vets(message: str) -> bool:
    if _EXAMPLE.match(message) is not None:
        return True
    return _VET.match(message) is not None and not _is_compilers(message)


def _folder(folder: str) -> str:
    return folder if folder.startswith((".", "/")) else f"./{folder}"
