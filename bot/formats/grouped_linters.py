"""Linters that print a heading, a file or a kind of finding, and their findings below it: a table."""

from collections.abc import Iterable, Iterator

from bot.core.failure import Failure
from bot.core.framing import Line
from bot.core.grouped_findings import Group, group_hints, grouped
from bot.core.pattern import pattern

NAME = "grouped linters"
REACH = (3, 40)  # as many files may be unused

_FILE = r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,300}"

TABLE = (
    Group(
        "pydoclint",
        (": DOC1", ": DOC2", ": DOC3", ": DOC4", ": DOC5", ": DOC6"),
        pattern(rf"{_FILE}\.pyi?)$"),
        pattern(r"    (?P<line>\d{1,7}): (?P<rule>DOC\d{3}): (?P<message>\S.{0,1000})$"),
        command="pydoclint",
    ),
    Group(
        "editorconfig-checker",
        ("Wrong indent", "Wrong amount of left-padding", "Trailing whitespace", "Wrong line endings", "Not all lines have the correct end of line", "Line too long ("),
        pattern(r"(?P<file>(?:[A-Za-z]:)?[^\s:]{1,300}):$"),
        pattern(
            r"\t(?:(?P<line>\d{1,7})(?:-\d{1,7})?: )?(?P<message>(?:Wrong|Trailing whitespace|Not all lines|Line too long|Final newline|Unexpected|No final).{0,200})$"
        ),
        command="editorconfig-checker",
    ),
    Group(
        "remark",
        (" remark-lint",),
        pattern(rf"{_FILE}\.(?:md|mdx|markdown))$"),
        pattern(
            r"\s{0,4}(?P<line>\d{1,7}):(?P<column>\d{1,7})(?:-\d{1,7}:\d{1,7})?  ?error  ?(?P<message>\S.{0,600}?)\s{1,80}(?P<rule>[a-z][a-z-]{2,60})\s{1,40}remark-lint$"
        ),
        command="remark",
    ),
    Group(
        "markdown-link-check",
        ("FILE: ", "[✖] "),
        pattern(r"FILE: (?P<file>\S.{0,300})$"),
        pattern(r"\s{0,4}\[✖\] (?P<message>\S.{0,600} → Status: \S.{0,200})$"),
        gap=100000,
        command="markdown-link-check",
    ),
    Group(
        "lychee",
        ("Errors in ", "] Rejected ", "| Failed: ", "| Network error", "| Error ", "| Rejected status", "| Not Found", "| File not found", "| Cannot find"),
        pattern(r"(?:#{1,4} )?Errors in (?P<file>\S.{0,300}?)$|\[(?P<file_>[^\s\]]{1,300})\]:$"),
        pattern(r"\s{0,8}(?:\* )?[✗✖]? ?\[(?P<rule>[1-5]\d\d|ERR|ERROR|TIMEOUT|UNKNOWN)\] (?P<message>\S.{0,600})$"),
        gap=0,
    ),
    Group(
        "knip",  # colours end before the count
        ("Unused files", "Unused dependencies", "Unused devDependencies", "Unlisted dependencies", "Unlisted binaries", "Unresolved imports",
         "Unused exports", "Unused exported types", "Unused exported enum members", "Unused exported class members", "Duplicate exports",
         "Unused optionalDependencies", "Referenced optional peerDependencies"),
        pattern(r"(?P<message>(?:Unused|Unlisted|Unresolved|Duplicate|Referenced) [A-Za-z ]{4,40}?) \(\d{1,6}\)$"),
        pattern(
            r"(?P<message>[^\s:][^:]{0,200}?) {2,200}(?P<file>[^\s:]{1,300}\.\w{1,8})(?::(?P<line>\d{1,7}):(?P<column>\d{1,7}))?\s{0,200}$|(?P<message_>(?P<file_>[^\s:]{1,300}))\s{0,200}$"
        ),
    ),
    Group(
        "depcheck",
        ("Unused dependencies", "Unused devDependencies", "Missing dependencies"),
        pattern(r"(?P<message>(?:Unused (?:devD|d)|Missing d)ependencies)$"),
        pattern(r"\* (?P<message>[@\w][\w./@-]{0,120})(?:: (?P<file>\S{1,300}))?$"),
    ),
    Group(
        "madge",
        (" circular dependenc",),
        pattern(r"[✖\xd7xX] (?P<message>Found \d{1,5} circular dependenc(?:y|ies))!$"),
        pattern(r"\d{1,5}\) (?P<message>(?P<file>[^\s:>]{1,300})(?: > [^\s>]{1,300}){1,60})$"),
    ),
    Group(
        "cfn-lint",
        ("E00", "E10", "E11", "E20", "E25", "E30", "E31", "E32", "E33", "E34", "E35", "E36", "E37", "E40", "E60", "E61", "E70", "E80"),
        pattern(r"(?P<rule>E\d{4}) (?P<message>\S.{0,800})$"),
        pattern(r"(?P<file>[^\s:]{1,300}\.(?:ya?ml|json|template)):(?P<line>\d{1,7}):(?P<column>\d{1,7})$"),
        gap=2,
        command="cfn-lint",
    ),
    Group(
        "publint",
        ("Errors:",),
        pattern(r"Errors:$"),
        pattern(r"\d{1,3}\. (?P<message>(?=pkg\.|/|The |\S{1,100} (?:is|does|should|has) ).{1,600})$"),
    ),
    Group(
        "cargo-machete",
        ("Cargo.toml:",),
        pattern(r"[\w-]{1,80} -- (?P<file>[^\s:]{0,300}Cargo\.toml):$"),
        pattern(r"\t(?P<message>[\w-]{1,80})$"),
    ),
    Group(
        "cargo-udeps",
        ("unused dependencies:", "└─── ", "├─── "),
        pattern(r"(?P<message>unused dependencies):$"),
        pattern(r"[ │]{1,12}[├└]─── (?P<message>\"[\w-]{1,80}\")$"),
        gap=3,
    ),
)  # fmt: skip
HINTS = group_hints(TABLE)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a finding."""
    return grouped(lines, TABLE)
