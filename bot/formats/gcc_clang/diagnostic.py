"""One line of a diagnostic of the C family."""

import re
import shlex

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

_EXTENSIONS = (
    r"(?:c|cc|cp|cpp|cxx|c\+\+|C|CPP|m|mm|M|h|hh|hp|hpp|hxx|h\+\+|H|HPP|inl|inc|ipp|tpp|tcc|txx|icc|ixx|cppm"
    r"|cu|cuh|hip|cl|S|s|asm|nasm|l|ll|lex|xs|def|ino|pde|i|ii|metal|bpf\.c)"
)
_PATH = (
    rf"(?P<file>(?:(?:[A-Za-z]:[\\/]|/)[^:\n]{{1,400}}|[^\s:<]{{1,400}})\.{_EXTENSIONS}"
    r"|<(?:stdin|command-line|built-in|inline asm)>|\{standard input\})"
)
_PLACED = pattern(
    rf"\s{{0,12}}(?:\d{{1,4}}>|C/C\+\+: )?{_PATH}(?::(?P<line>\d{{1,7}}))?(?::(?P<column>\d{{1,7}}))?(?:-\d{{1,7}})?: "
    r"(?P<severity>fatal error|error|internal compiler error|Error|fatal): (?P<message>.{1,3500})$"
)
_PROGRAM = pattern(
    r"\s{0,12}(?P<program>[\w./+\\:-]{0,200}?"
    r"(?:cc1(?:plus|obj|objplus)?|gcc|g\+\+|clang|clang\+\+|clang-cl|emcc|em\+\+|lto1|lto-wrapper|zcc|(?<![a-z])cc|(?<![a-z])c\+\+)"
    r"(?:-\d{1,3}(?:\.\d{1,3})?)?(?:\.exe)?): "
    r"(?:fatal error|error|internal compiler error): (?P<message>.{1,3500})$"
)
_RULE = pattern(r"\s{0,4}\[(?P<rule>[A-Za-z-][\w.,+=*-]{1,300})\]$")
_TIDY = pattern(r"[a-z][a-z0-9]{0,40}-[\w.*-]")
_MAYBE = pattern(r"did you mean (?P<name>[^?]{1,200})\?")
_ECHO = pattern(
    r"linker command failed|clang frontend command failed|no input files|ld returned|[\w./+-]{1,200} returned \d{1,3} exit status|'.{1,400}' failed \(returned"
)
_KILLED = pattern(r"(?:unable to execute command: )?Killed|.{0,60}Killed \(program|Killed signal")
# Linkers, and CppUTest, which prints its failures as errors.
_OTHERS = (
    "Failure in TEST(",
    "Failure in test ",
    "Failure!",
    "undefined reference to ",
    "multiple definition of ",
)
_TEMPORARY = pattern(r"/(?:private/)?(?:tmp|var/folders)/")
# What configure scripts compile to see whether it compiles.
_PROBE = pattern(
    r"(?:.{0,400}[/\\])?(?:_?conftest|_?configtest|testCC?X?X?Compiler|testfile|sanitycheck\w{1,10}|conftest\d*)\.\w+$"
    r"|.{0,400}(?:CMakeTmp|CMakeScratch|TryCompile|meson-private)[/\\-]"
)
_CLANG = pattern(
    r"use of undeclared |no member named |unknown type name '|cannot initialize |call to undeclared "
    r"|non-void function |incompatible .{1,80} types? '|no viable |expected '[^']{1,10}' after "
    r"|assigning to '|no matching (?:member )?function for call to '[^'(]{1,300}'$|'[^']{1,300}' file not found"
    r"|extraneous |unused (?:variable|function|parameter) '[^']{1,300}'$|expected expression$"
)
_BY_EXTENSION = {"asm": "nasm", "nasm": "nasm", "m": "clang", "mm": "clang", "metal": "clang"}
_GNU_WORDS = (
    ": No such file or directory",
    "was not declared in this scope",
    "before '",
    "before \u2018",
)


def read(line: Line) -> Failure | None:
    """The error on this line; None for warnings, notes and all else."""
    text = line.text
    if "rror: " not in text and "fatal: " not in text:
        return None
    if (match := _PLACED.match(text)) is not None:
        return _placed(match, line.number)
    if (match := _PROGRAM.match(text)) is not None:
        return _of_the_driver(match, line.number)
    return None


def _placed(match: re.Match[str], number: int) -> Failure | None:
    file, message = match["file"], match["message"].rstrip()
    if _PROBE.match(file) is not None or message.startswith(_OTHERS):
        return None
    rule = _RULE.search(message[-310:])
    code = rule["rule"] if rule else None
    if code is not None and code[0] != "-" and _TIDY.match(code) is None:
        return None  # "[nullPointer]": another analyser's
    bare = message[: -len(rule[0])] if rule else message
    tool = _SPEAKERS.get(match["severity"]) or _whose(file, message, code)
    maybe = _MAYBE.search(bare) if "did you mean" in bare else None
    return Failure(
        type=_TYPES.get(tool or "", FailureType.BUILD)
        if code != "clang-diagnostic-error"
        else FailureType.BUILD,
        tool=tool,
        rule=_named(code),
        message=bare if bare.strip() else message,
        file=None if file[0] in "<{" or _TEMPORARY.match(file) else file,
        line=int(match["line"]) if match["line"] else None,
        column=int(match["column"]) if match["column"] else None,
        suggestion=f"Did you mean {maybe['name']}?" if maybe else None,
        command=_command(tool, file),
        log=LogSpan(start=number, end=number),
    )


def _of_the_driver(match: re.Match[str], number: int) -> Failure:
    """What the compiler says of itself: no place in the source."""
    message = match["message"]
    killed = _KILLED.match(message) is not None
    rule = _RULE.search(message[-310:])
    return Failure(
        type=FailureType.INFRA if killed else FailureType.BUILD,
        tool="clang" if "clang" in match["program"] else "gcc",
        rule=_named(rule["rule"]) if rule else None,
        message=message[: -len(rule[0])] if rule and len(rule[0]) < len(message) else message,
        weak=_ECHO.match(message) is not None,
        log=LogSpan(start=number, end=number),
    )


_SPEAKERS = {"Error": "as", "internal compiler error": "gcc"}
_TYPES = {"clang-tidy": FailureType.LINT, "clang-format": FailureType.FORMAT}


def _whose(file: str, message: str, code: str | None) -> str | None:
    """The tool that words it so; None when gcc and clang both do."""
    if (tool := _BY_EXTENSION.get(file.rpartition(".")[2])) is not None:
        return tool
    if code is not None and (tool := _by_rule(code)) is not None:
        return tool
    if "\u2018" in message or any(words in message for words in _GNU_WORDS):
        return "gcc"
    return "clang" if _CLANG.search(message) is not None else None


def _by_rule(code: str) -> str | None:
    """The tool that writes its rules so."""
    if code == "-Wclang-format-violations":
        return "clang-format"
    if code[0] != "-":
        return "clang-tidy"
    if code.startswith("-Werror,"):
        return "clang"
    return "gcc" if code.startswith(("-Werror=", "-fpermissive")) else None


def _named(code: str | None) -> str | None:
    """The rule without how it became an error."""
    if code is None:
        return None
    if code.startswith("-Werror="):
        return f"-W{code[8:]}"
    return code.removeprefix("-Werror,").partition(",-warnings-as-errors")[0]


def _command(tool: str | None, file: str) -> str | None:
    if tool == "clang-format":
        return f"clang-format --dry-run -Werror {shlex.quote(file)}"
    return f"clang-tidy {shlex.quote(file)}" if tool == "clang-tidy" else None
