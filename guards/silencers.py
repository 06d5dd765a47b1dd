"""What is written into a source file to silence a tool, in the words of each tool."""

import re
from dataclasses import dataclass

MAX_COLUMNS = 2000
_CODES = r"(?P<codes>[^\n]{1,300})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silencer:
    """One place that silences a tool.

    Attributes:
        family: tools of one purpose, "types", "lint", "coverage", "format", "security".
        text: as written, with single blanks. codes: the rules that are named; empty = all.
        whole_file: whether it reaches over more than one line or definition.
        own_line: whether no code stands on its line, so that it speaks of what follows.
        bare: the line without it, with single blanks.
    """

    line: int
    family: str
    text: str
    codes: frozenset[str]
    whole_file: bool
    own_line: bool
    bare: str


def _words(family: str, pattern: str, *, whole: bool = False) -> tuple[str, bool, re.Pattern[str]]:
    return family, whole, re.compile(pattern, re.IGNORECASE)


# The first that fits counts: those of whole files stand before those of lines.
_SILENCERS = (
    _words("lint", rf"#\s{{0,3}}(?:ruff|flake8)\s?:\s?noqa\b(?::\s?{_CODES})?", whole=True),
    _words("lint", rf"#\s{{0,3}}noqa\b(?::\s?{_CODES})?"),
    _words("lint", r"#\s{0,3}pylint:\s?skip-file\b", whole=True),
    _words("lint", rf"#\s{{0,3}}pylint:\s?disable(?:-next|-msg)?\s?=\s?{_CODES}"),
    _words(
        "types",
        r"#\s{0,3}(?:mypy:\s?ignore-errors|pyre-ignore-all-errors|pyright:\s?basic|typed:\s?(?:false|ignore)\b)",
        whole=True,
    ),
    _words(
        "types",
        r"#\s{0,3}(?:type|mypy|pyright|pyre|ty|pytype):?\s?(?:ignore|disable|fixme)[\w-]{0,20}(?:[\[=](?P<codes>[^\]\n]{1,200})\]?)?",
    ),
    _words("types", r"@(?:typing\.)?no_type_check\b"),
    _words("types", r"@ts-nocheck\b|@noflow\b|@(?:flow-)?suppress-all\b", whole=True),
    _words("types", r"@ts-(?:ignore|expect-error)\b"),
    _words("types", r"\$Flow(?:FixMe|Ignore|Issue|ExpectedError)(?:\[(?P<codes>[\w-]{1,60})\])?"),
    _words("types", rf"@(?:phpstan-ignore-(?:next-)?line|phpstan-ignore)\b(?:\s{_CODES})?"),
    _words("types", r"@psalm-suppress\s{1,3}(?P<codes>[\w, ]{1,200})"),
    _words("types", r"^\s*#nullable\s+disable\b", whole=True),
    _words("lint", rf"(?:es|ts|ox)lint-disable-(?:next-)?line\b(?:\s{_CODES})?"),
    _words("lint", rf"tslint:disable-(?:next-)?line\b(?::\s?{_CODES})?"),
    _words(
        "lint", rf"(?:eslint-disable|oxlint-disable|stylelint-disable)\b(?:\s{_CODES})?", whole=True
    ),
    _words(
        "lint", rf"tslint:disable\b(?::\s?{_CODES})?|jshint\s+ignore:|jslint\s+ignore:", whole=True
    ),
    _words("lint", rf"(?:biome-ignore-all|deno-lint-ignore-file)\b(?:\s{_CODES})?", whole=True),
    _words("lint", rf"(?:biome-ignore|deno-lint-ignore)\b(?:\s{_CODES})?"),
    _words("lint", r"//\s?lint:file-ignore\s+(?P<codes>\S{1,100})", whole=True),
    _words("lint", r"//\s?lint:ignore\s+(?P<codes>\S{1,100})"),
    _words("lint", r"//\s?nolint\b(?::\s?(?P<codes>[\w,\- ]{1,200}))?|//\s?revive:disable\S{0,80}"),
    _words("lint", r"@file\s?:\s?Suppress\s?\((?P<codes>[^)]{1,300})", whole=True),
    _words("lint", r"@Suppress(?:Warnings|Lint|FBWarnings)?\s?\(?(?P<codes>[^)\n]{1,300})"),
    _words("lint", r"//\s?noinspection\s(?P<codes>[\w, ]{1,200})|@noinspection\b"),
    _words("lint", r"\bNOSONAR\b|\bNOPMD\b|\bCHECKSTYLE[:.]\s?OFF\b|scalastyle:off|scalafix:off"),
    _words("lint", r"@(?:\w{1,30}\.)?nowarn\b(?:\((?P<codes>[^)]{1,200}))?"),
    _words("lint", r"ktlint-disable\b(?:\s(?P<codes>[^*\n]{1,200}))?"),
    _words("lint", r"#!\[(?:allow|expect)\((?P<codes>[^)]{1,300})", whole=True),
    _words("lint", r"#\[(?:cfg_attr\([^\]]{0,80},\s?)?(?:allow|expect)\((?P<codes>[^)]{1,300})"),
    _words("lint", r"#\s{0,3}pragma\s+warning\s+disable\b(?:\s(?P<codes>[\w, ]{1,200}))?"),
    _words(
        "lint",
        r"#\s{0,3}pragma\s+warning\s?\(\s?(?:push[^)]{0,20}\)|disable\s?:(?P<codes>[\d ]{1,100}))",
    ),
    _words(
        "lint", r"#\s{0,3}pragma\s+(?:GCC|clang)\s+diagnostic\s+ignored\s(?P<codes>[^\n]{1,100})"
    ),
    _words(
        "lint", r"\[(?:assembly:\s?)?(?:\w{1,30}\.){0,4}SuppressMessage\((?P<codes>[^)]{1,300})"
    ),
    _words("lint", r"ReSharper\s+disable\s+All\b", whole=True),
    _words("lint", r"ReSharper\s+disable\s+(?:once\s+)?(?P<codes>\S{1,100})"),
    _words(
        "lint", r"\bNOLINT(?:NEXTLINE|BEGIN)?\b(?:\((?P<codes>[^)]{1,200})\))?|cppcheck-suppress\b"
    ),
    _words("lint", r"phpcs:ignoreFile\b", whole=True),
    _words("lint", rf"phpcs:(?:ignore|disable)\b(?:\s{_CODES})?|@codingStandardsIgnore\w{{0,10}}"),
    _words("lint", r"#\s{0,3}(?:rubocop|standard):(?:disable|todo)\s(?P<codes>[\w/, ]{1,200})"),
    _words("lint", r":reek:\w{1,60}|brakeman:ignore"),
    _words("lint", r"swiftlint:disable:(?:next|this|previous)\b(?:\s(?P<codes>[\w ]{1,200}))?"),
    _words("lint", r"swiftlint:disable\b(?:\s(?P<codes>[\w ]{1,200}))?", whole=True),
    _words("lint", r"//\s?ignore_for_file:\s?(?P<codes>[\w, ]{1,200})", whole=True),
    _words("lint", r"//\s?ignore:\s?(?P<codes>[\w, ]{1,200})"),
    _words("lint", r"credo:disable-for-this-file\b", whole=True),
    _words("lint", r"credo:disable-for-\S{1,30}(?:\s(?P<codes>\S{1,100}))?|@dialyzer\s\{:nowarn"),
    _words("lint", r"#\s{0,3}shellcheck\s+disable=(?P<codes>[\w, ]{1,100})"),
    _words(
        "lint",
        r"hadolint\s+ignore=(?P<codes>[\w, ]{1,100})|luacheck:\s?(?:ignore|push)|@diagnostic\s+disable",
    ),
    _words("lint", r"##\s?no\s?critic\b|#\s?nolint\b|\{-#\s?OPTIONS_GHC\s+-(?:w|Wno)|clippy::all"),
    _words("lint", rf"trunk-ignore\b(?:\({_CODES})?|yamllint\s+disable|markdownlint-disable"),
    _words("security", rf"(?:#|//)\s?nosec\b:?(?:\s{_CODES})?"),
    _words("security", rf"\bnosemgrep\b(?::\s?{_CODES})?"),
    _words(
        "security", r"(?:tfsec|trivy):ignore[:=]\S{1,60}|checkov:skip=\S{1,60}|\blgtm\s?\[|codeql\["
    ),
    _words("security", r"pragma:\s?allowlist\s+secret|gitleaks:allow"),
    _words("coverage", r"pragma:\s?no\s?(?:cover|branch|mutate)\b"),
    _words("coverage", r"\b(?:istanbul|c8|v8|node:coverage)\s+(?:ignore\s+file)\b", whole=True),
    _words("coverage", r"\b(?:istanbul|c8|v8)\s+ignore\b|node:coverage\s+(?:disable|ignore)"),
    _words("coverage", r"coverage:ignore-file\b", whole=True),
    _words("coverage", r"coverage:ignore|coveralls-ignore|\$COVERAGE-OFF\$|#\s?nocov\b"),
    _words("coverage", r"@?ExcludeFromCodeCoverage\w{0,9}|@codeCoverageIgnore\w{0,8}|:nocov:"),
    _words(
        "coverage",
        r"\bLCOV_EXCL_\w{1,12}|\bGCOVR?_EXCL_\w{1,12}|#\[coverage\(off\)\]|cfg\(not\(tarpaulin",
    ),
    _words("format", r"#\s{0,3}(?:fmt|yapf|isort)\s?:\s?(?:off|skip|disable|skip_file)\b"),
    _words(
        "format", r"prettier-ignore\b|clang-format\s+off|#\[rustfmt::skip\]|swiftformat:disable"
    ),
)
_REASON = re.compile(r"\s--\s|\s#\s|\s//|\*/|-->|:\s|\sreason\b")
_CODE = re.compile(r"[\w./@-]{2,80}")
_EVERYTHING = frozenset({"all", "warnings", "clippy.all"})
_ATTRIBUTE = re.compile(r"\s*+(?:@|#!?\[|\[)")
_COMMENT = re.compile(r"\s*+(?:#|//|/\*|\*|--|<!--|;|%|\{-)")
_PARTLY = re.compile(
    r"(?:eslint|oxlint|stylelint|tslint)[:-]enable|swiftlint:enable|CHECKSTYLE[:.]\s?ON", re.I
)


def silencers(
    lines: list[str] | tuple[str, ...], numbers: list[int] | None = None
) -> list[Silencer]:
    """Every silencer on some lines; `numbers` says what they are counted as."""
    found: list[Silencer] = []
    ended = any(_PARTLY.search(line[:MAX_COLUMNS]) for line in lines)
    for index, line in enumerate(lines):
        silencer = _silencer(line[:MAX_COLUMNS], numbers[index] if numbers else index + 1, ended)
        if silencer is not None:
            found.append(silencer)
    return found


def _silencer(line: str, number: int, ended: bool) -> Silencer | None:
    for family, whole, pattern in _SILENCERS:
        match = pattern.search(line)
        if match is None:
            continue
        codes = _codes(match)
        in_block = whole and ended and bool(codes)
        return Silencer(
            line=number,
            family=family,
            text=" ".join(match[0].split())[:200],
            codes=codes,
            whole_file=whole and not in_block,
            own_line=_is_own(line, match),
            bare=bare(line, match.start()),
        )
    return None


def bare(line: str, start: int | None = None) -> str:
    """A line without the comment that begins at, or around, a place; blanks do not count."""
    code = line if start is None else _uncommented(line, start)
    return "".join(code.split())


def _uncommented(line: str, start: int) -> str:
    head = line[:start]
    opened = max((head.rfind(mark) for mark in ("#", "//", "/*", "--", "<!--")), default=-1)
    if opened >= 0 and not _ATTRIBUTE.match(line[start:]):
        head = head[:opened]
    return head if not _ATTRIBUTE.match(line[start:]) else head + _after_attribute(line[start:])


def _after_attribute(text: str) -> str:
    """What follows an annotation with its arguments."""
    depth = 0
    for at, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if depth <= 0 and character in " )]" and at:
            return text[at + 1 :]
    return ""


def _is_own(line: str, match: re.Match[str]) -> bool:
    return bool(_COMMENT.match(line)) or (
        bool(_ATTRIBUTE.match(line)) and not bare(line, match.start())
    )


def _codes(match: re.Match[str]) -> frozenset[str]:
    given = match.groupdict().get("codes") or ""
    words = _CODE.findall(_REASON.split(f" {given}")[0].replace("::", "."))
    return frozenset(word.lower() for word in words if word.lower() not in _EVERYTHING)
