"""The last resort: `file.ext:line: error: message`, whatever tool wrote it."""

import re
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "gnu_error"
HINTS = ("error: ", "Error: ", "%Error", "lcov: ERROR: ", "geninfo: ERROR: ", "genhtml: ERROR: ")
REACH = (0, 0)

_PLACED = pattern(
    r"\s{0,12}(?P<file>(?:[A-Za-z]:)?[^\s:\"'()<>\[\]]{1,400}\.(?P<extension>[A-Za-z][\w+]{0,10})):(?P<line>\d{1,7})"
    r"(?:[:.](?P<column>\d{1,7}))?(?:-[\d.]{1,14})?: (?:fatal |syntax )?error: (?P<message>.{1,3000})$"
)
_PARENTHESES = pattern(
    r"\s{0,12}(?P<file>(?:[A-Za-z]:)?[^\s:\"'()<>\[\]]{1,400}\.(?P<extension>d|di|nim|nims|pas|pp|lpr|dpr|inc))\((?P<line>\d{1,7})(?:, ?(?P<column>\d{1,7}))?\):? "
    r"(?:Error|Fatal): (?P<message>.{1,3000})$"
)
_VERILATOR = pattern(
    r"\s{0,12}%Error(?:-(?P<rule>[A-Z0-9_]{1,40}))?: (?P<file>(?:[A-Za-z]:)?[^\s:]{1,400}):(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?: (?P<message>.{1,3000})$"
)
_PROGRAM = pattern(
    r"\s{0,12}(?:[\w./+-]{0,200}/)?(?P<program>lcov|geninfo|genhtml|gcovr|swig|flex|bison|libtool|(?:[\w-]{0,40}-)?(?:ar|ranlib|strip|objcopy|objdump|windres|dlltool|nm)"
    r"|install_name_tool|lipo): (?:fatal )?(?:ERROR|error): (?P<message>.{1,2000})$"
)
_TOOLS = {
    "d": "dmd", "di": "dmd", "nim": "nim", "nims": "nim", "pas": "fpc", "pp": "fpc", "lpr": "fpc", "zig": "zig", "vala": "vala",
    "adb": "gnat", "ads": "gnat", "v": "iverilog", "sv": "iverilog", "y": "bison", "yy": "bison", "f90": "flang", "F90": "flang",
}  # fmt: skip
# Languages whose own tools print like this: another format reads them.
_KNOWN = frozenset(
    [
        "c",
        "cc",
        "cp",
        "cpp",
        "cxx",
        "C",
        "m",
        "mm",
        "h",
        "hh",
        "hpp",
        "hxx",
        "H",
        "inl",
        "ipp",
        "tpp",
        "cu",
        "cuh",
        "S",
        "s",
        "asm",
        "nasm",
        "py",
        "pyi",
        "ipynb",
        "rs",
        "go",
        "java",
        "kt",
        "kts",
        "scala",
        "swift",
        "hs",
        "lhs",
        "ts",
        "tsx",
        "mts",
        "cts",
        "js",
        "jsx",
        "mjs",
        "cjs",
        "cs",
        "vb",
        "fs",
        "fsx",
        "rb",
        "php",
        "dart",
        "ex",
        "exs",
        "erl",
        "proto",
        "css",
        "scss",
        "less",
        "vue",
        "svelte",
        "html",
        "sh",
        "bash",
        "zsh",
        "yml",
        "yaml",
        "toml",
        "json",
        "md",
        "groovy",
        "gradle",
        "lua",
        "pl",
        "pm",
        "sql",
        "tf",
        "hcl",
        "xml",
        "graphql",
        "clj",
        "cljs",
        "elm",
        "sol",
        "nix",
        "zsh",
        "ps1",
        "r",
        "R",
        "jl",
        "log",
        "txt",
        "ml",
        "mli",
        "hrl",
        "pyx",
        "ac",
        "am",
        "m4",
        "i",
        "def",
        "l",
        "ll",
        "xs",
        "x",
    ]
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a line of that shape, where no known language is meant."""
    for line in lines:
        if (said := _PROGRAM.match(line.text)) is not None:
            yield _of_program(said, line)
            continue
        if "rror: " not in line.text and "Fatal: " not in line.text and "%Error" not in line.text:
            continue
        match = _PLACED.match(line.text)
        if match is not None and match["extension"] in _KNOWN:
            continue
        match = match or _PARENTHESES.match(line.text) or _VERILATOR.match(line.text)
        if match is not None:
            yield _failure(match, line)


def _of_program(match: re.Match[str], line: Line) -> Failure:
    """What a tool of a native build says of itself."""
    span = LogSpan(start=line.number, end=line.number)
    tool, message = match["program"], match["message"]
    return Failure(type=FailureType.BUILD, tool=tool, message=message, log=span)


def _failure(match: re.Match[str], line: Line) -> Failure:
    groups = match.groupdict()
    extension = groups.get("extension")
    return Failure(
        type=FailureType.BUILD,
        tool=_TOOLS.get(extension) if extension else "verilator",
        rule=groups.get("rule"),
        message=match["message"],
        file=match["file"],
        line=int(match["line"]),
        column=int(match["column"]) if match["column"] else None,
        log=LogSpan(start=line.number, end=line.number),
    )
