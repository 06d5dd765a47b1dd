"""Findings of a linter that nobody knows: `path.ext:line:column: message`.

Most tools print so, and so do programs that only talk about a file. Therefore these count only where
no other format found anything, and where the log says that it failed or is little else than them.
"""

import re
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "plain findings"
_SUFFIXES = (
    "adb", "ads", "adoc", "asm", "bash", "bats", "bzl", "c", "cc", "cfg", "cfn", "clj", "cljs", "cmake", "coffee", "conf", "cpp", "cr", "cs",
    "css", "csv", "cu", "cxx", "d", "dart", "dockerfile", "el", "elm", "env", "erb", "erl", "ex", "exs", "f", "f90", "feature", "fish", "fs",
    "gleam", "go", "gql", "gradle", "graphql", "groovy", "h", "haml", "hbs", "hcl", "hpp", "hrl", "hs", "html", "htm", "idr", "ini", "ipynb",
    "j2", "java", "jinja", "jl", "js", "json", "json5", "jsonnet", "jsx", "kt", "kts", "less", "lua", "m", "md", "mdx", "mjs", "cjs", "ml",
    "mli", "mm", "nim", "nix", "org", "p6", "php", "pl", "pm", "po", "pod", "pp", "properties", "proto", "ps1", "pug", "purs", "py", "pyi",
    "pyx", "r", "R", "rake", "raku", "rb", "re", "rego", "rkt", "rs", "rst", "s", "sass", "scala", "scm", "scss", "sh", "slim", "smali", "sol",
    "spec", "sql", "styl", "sv", "svelte", "swift", "tcl", "tex", "tf", "thrift", "toml", "ts", "tsx", "txt", "v", "vala", "vb", "vhd", "vhdl",
    "vim", "vue", "xml", "yaml", "yang", "yml", "zig", "zsh",
)  # fmt: skip
HINTS = (*(f".{suffix}:" for suffix in _SUFFIXES), "Dockerfile:", "Makefile:", "Vagrantfile:")
REACH = (0, 0)

_LINE = pattern(
    r"(?P<file>(?:[A-Za-z]:[\\/])?[\w./\\@~+-][^\s:()\[\]\"'|<>]{0,300}):(?P<line>\d{1,7})"
    r"(?:[:.,](?P<column>\d{1,5}))?(?:-(?:\d{1,7}[:.])?\d{1,7})?:?[ \t](?P<message>\S.{2,1500})$"
)
_SEVERITY = pattern(
    r"[\[(]?(?i:fatal error|syntax error|error|err|fatal)[\])]?(?:[:,-] {0,2}| (?=[\[(]))"
)
_LESS = pattern(
    r"[\[(]?(?i:warn(?:ing)?|note|info|hint|debug|style|suggestion|convention|refactor|notice|trace)\b"
    r"|(?:[\w.]{0,80}\.)?\w{0,40}Warning\b|\[?[WINC]\]? |[WINC]: |in |at |ok\b|[Pp]ass(?:ed)?\b|skip"
)
_RULE = pattern(r"[\[(]?(?P<rule>[A-Z]{1,6}[-_]?\d{1,6})[\])]?(?:: ?| {1,3}| - )(?=\S)")
_END_RULE = pattern(r" {1,4}[\[(](?P<rule>[A-Za-z@][\w./@-]{2,60})[\])]$")
_NUMBER_ONLY = pattern(r"[\d.,%/ ]{1,40}$")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One weak failure a line that has the shape of a finding and does not say that it is less."""
    for line in lines:
        match = _LINE.match(line.text)
        if match is None or _LESS.match(match["message"]) or _NUMBER_ONLY.match(match["message"]):
            continue
        if match["column"] or "/" in match["file"] or "\\" in match["file"] or _is_named(match):
            yield _finding(match, line)


def _is_named(match: re.Match[str]) -> bool:
    """Whether a file without folder and column looks like more than the mark of a logger."""
    return not match["file"].endswith((".go", ".c", ".cc", ".cpp", ".java", ".rs"))


def _finding(match: re.Match[str], line: Line) -> Failure:
    words = match["message"].rstrip()
    severity = _SEVERITY.match(words)
    if severity is not None:
        words = words[severity.end() :].strip() or words
    rule = _RULE.match(words)
    if rule is not None:
        words = words[rule.end() :]
    elif (rule := _END_RULE.search(words[-70:])) is not None:
        words = words[: len(words) - len(rule[0])]
    return Failure(
        type=FailureType.LINT,
        message=words,
        rule=rule["rule"] if rule else None,
        file=match["file"],
        line=int(match["line"]) or None,
        column=int(match["column"]) or None if match["column"] else None,
        log=LogSpan(start=line.number, end=line.number),
        weak=True,
    )
