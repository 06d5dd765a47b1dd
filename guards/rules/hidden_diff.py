"""What a reviewer reads must be what the machine reads."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property

from guards.change import Change, FileChange, Line
from guards.characters import Kind, hidden
from guards.code_lines import code_of
from guards.evidence import Evidence, Need
from guards.globs import matches
from guards.lookalikes import passes_for, twin, words
from guards.pattern import expression
from guards.policy import Policy
from guards.roles import Role, is_test_role
from guards.verdict import Finding, Severity

NAME = "hidden_diff"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_MAX_COLUMNS = 4000
_MAX_PATTERN = 300
_MAX_WORDS = 200_000
_MAX_SEEN = 100_000  # of the characters of a line
_HIDING = expression(
    r"(?:^|\s)(?:-diff|binary|diff=|merge|-merge|filter|-text|linguist-(?:generated|vendored)"
    r"|export-ignore|working-tree-encoding|text=auto\s+-diff)"
)
_TRANSLATION = expression(
    r"(?:^|/)(?:locales?|i18n|l10n|langs?|translations?|messages|intl|nls|values-[\w-]+)/"
    r"|\.(?:po|pot|arb|xliff|xlf|ftl|strings|stringsdict|resx|resw)$|(?:^|/)messages[\w.-]*\.properties$",
    re.IGNORECASE,
)
_PROGRAMS = frozenset(
    {
        Role.SOURCE,
        Role.TEST,
        Role.TEST_SUPPORT,
        Role.CONFIG,
        Role.GOVERNANCE,
        Role.GENERATED,
        Role.VENDORED,
    }
)
_TESTS_IGNORED = expression(
    r"^/?(?:\*\*/)?(?:tests?|specs?|__tests__|__snapshots__|\.github|e2e|src|lib)/?(?:\*{1,2})?$"
    r"|[*_.-](?:test|spec)s?\.|(?:^|/)test_[\w*]|\.snap$|conftest|(?:^|/)\*(?:\.(?:py|[jt]sx?|go|rs|rb|java))?$"
)
# A comment that only looks closed, or only looks open.
_FALSE_END = expression(
    r"[\u2217\uff0a\u204e]/|\*[\u2215\u2044\uff0f]|[\u2215\u2044\uff0f][*\u2215\u2044\uff0f]"
)
# Encodings in which plain text means something else.
_CODING = expression(
    r"(?:coding|encoding|charset)[ \t]{0,8}[:= ][ \t]{0,8}[\"']?"
    r"(utf[-_]?7|utf[-_]?(?:16|32)\w*|rot[-_]?13|unicode[-_]escape|raw[-_]unicode[-_]escape|punycode|idna|hex"
    r"|base64|uu|quopri|zlib|bz2|mbcs|oem|iso-?2022-\w+|hz|shift[-_]?jis|big5\w*|gb\w{2,6}|cp037|ebcdic)\b",
    re.IGNORECASE,
)
_CODING_LINES = 2
# Java reads these before it knows what a comment is.
_EARLY_ESCAPE = expression(r"\\u+(?:000[aAdD]|002[aAfF])")

# kind → in code, in strings and comments, in prose and data
_WEIGHTS: Mapping[Kind, tuple[Severity, Severity, Severity]] = {
    Kind.BIDI: (Severity.REJECT, Severity.REJECT, Severity.NEEDS_HUMAN),
    Kind.MARK: (Severity.REJECT, Severity.NEEDS_HUMAN, Severity.PASS),
    Kind.INVISIBLE: (Severity.REJECT, Severity.NEEDS_HUMAN, Severity.PASS),
    Kind.BLANK: (Severity.REJECT, Severity.WARN, Severity.PASS),
    Kind.TAG: (Severity.REJECT, Severity.REJECT, Severity.NEEDS_HUMAN),
    Kind.BREAK: (Severity.REJECT, Severity.REJECT, Severity.PASS),
    Kind.CONTROL: (Severity.NEEDS_HUMAN, Severity.NEEDS_HUMAN, Severity.PASS),
}


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find attributes that hide diffs, and characters that hide or disguise code."""
    moved: Counter[str] = Counter()
    for file in change.files:
        moved.update(
            character for line in file.removed for _, character in hidden(line.text[:_MAX_SEEN])
        )
    for file in change.files:
        if file.path.rpartition("/")[2].casefold() == ".gitattributes":
            yield from _attributes(file)
        if file.path.rpartition("/")[2].casefold() == ".gitignore":
            yield from _ignored(file, change)
        yield from _lines(_Reading(file), moved)


class _Reading:
    """One file's added lines, and what of them is code; the costly parts only when asked for."""

    def __init__(self, file: FileChange) -> None:
        self.file = file
        self.is_program = file.role in _PROGRAMS
        self.is_translation = bool(_TRANSLATION.search(file.path))

    @cached_property
    def _codes(self) -> Mapping[int, str]:
        if self.file.after is None:
            numbered = [(line.number, line.text) for line in self.file.added]
        else:
            texts = self.file.after.decode(errors="replace").split("\n")
            numbered = list(enumerate(texts, start=1))
        codes = code_of((text for _, text in numbered), self.file.path)
        return {number: code for (number, _), code in zip(numbered, codes, strict=True)}

    def code(self, line: Line) -> str:
        """The line without strings and comments; all of it when that cannot be told."""
        return self._codes.get(line.number, line.text)

    @cached_property
    def plain_words(self) -> frozenset[str]:
        """The words of the code, as spelled."""
        found = (word for code in self._codes.values() for word in words(code))
        return frozenset(word for word, _ in zip(found, range(_MAX_WORDS), strict=False))


def _attributes(file: FileChange) -> Iterator[Finding]:
    hiding = next((line for line in file.added if _HIDING.search(line.text[:_MAX_COLUMNS])), None)
    yield Finding(
        guard=NAME,
        severity=SEVERITY if hiding else Severity.NEEDS_HUMAN,
        message=f"{file.path} can hide changes from people and tools",
        remedy=f"leave {file.path} as it was",
        file=file.path,
        line=hiding.number if hiding else None,
    )


def _ignored(file: FileChange, change: Change) -> Iterator[Finding]:
    """What git ignores from now on no diff will show: tests, or files that were there."""
    known = {line.text.strip() for line in file.removed}
    folder = file.path.rpartition("/")[0]
    gone = [other.path for other in change.files if other.after is None or not other.after]
    for line in file.added:
        pattern = line.text.strip()[:_MAX_PATTERN]
        if not pattern or pattern.startswith(("#", "!")) or pattern in known:
            continue
        inside = "/".join(filter(None, [folder, pattern.strip("/")]))
        hides = any(matches(path, glob) for path in gone for glob in (inside, f"{inside}/**"))
        if hides or _TESTS_IGNORED.search(pattern[:_MAX_COLUMNS]):
            yield Finding(
                guard=NAME,
                severity=Severity.NEEDS_HUMAN,
                message=f"git will not show changes of {pattern[:120]!r} any more",
                remedy="leave tests and tracked files out of .gitignore",
                file=file.path,
                line=line.number,
            )


def _lines(reading: _Reading, moved: Counter[str]) -> Iterator[Finding]:
    for line in reading.file.added:
        found = _characters(reading, line, moved)
        if found is None and reading.is_program:
            found = _disguise(reading, line)
        if found is not None:
            yield Finding(
                guard=NAME,
                severity=found[0],
                message=f"the line has {found[1]}",
                remedy="write it with plain, visible characters that mean what they look like",
                file=reading.file.path,
                line=line.number,
            )


def _characters(reading: _Reading, line: Line, moved: Counter[str]) -> tuple[Severity, str] | None:
    """The weightiest hidden character that the change did not merely move."""
    worst: tuple[Severity, str] | None = None
    for kind, character in hidden(line.text[:_MAX_SEEN], first=line.number == 1):
        if moved[character] > 0:
            moved[character] -= 1
            continue
        severity = _weight(reading, line, kind, character)
        if severity.rank > (worst[0].rank if worst else 0):
            worst = severity, kind.value
            if severity is SEVERITY:
                break
    return worst


def _weight(reading: _Reading, line: Line, kind: Kind, character: str) -> Severity:
    in_code, in_text, in_prose = _WEIGHTS[kind]
    if kind is Kind.CONTROL and reading.is_program and is_test_role(reading.file.role):
        return Severity.WARN  # what programs print is tested with such characters
    if not reading.is_program:
        return min(in_prose, Severity.WARN, key=_rank) if reading.is_translation else in_prose
    if in_code is not in_text or reading.is_translation:
        if character in reading.code(line):
            return in_code
        return min(in_text, Severity.WARN, key=_rank) if reading.is_translation else in_text
    return in_code


def _rank(severity: Severity) -> int:
    return severity.rank


def _disguise(reading: _Reading, line: Line) -> tuple[Severity, str] | None:
    """Words, comments and encodings that the machine reads otherwise than people."""
    text = line.text[:_MAX_COLUMNS]
    if line.number <= _CODING_LINES and (coding := _CODING.search(text)):
        return SEVERITY, f"the encoding {coding[1]}, in which text is not what it seems"
    if reading.file.path.endswith(".java") and _EARLY_ESCAPE.search(text):
        return SEVERITY, "an escape that ends a line or a comment before the compiler reads it"
    if text.isascii():
        return None
    if _FALSE_END.search(text):
        return Severity.NEEDS_HUMAN, "a mark that only looks like the end of a comment"
    return _lookalike(reading, line, text)


def _lookalike(reading: _Reading, line: Line, text: str) -> tuple[Severity, str] | None:
    mixed = [(word, plain) for word in words(text) if (plain := passes_for(word))]
    code = words(reading.code(line)[:_MAX_COLUMNS])
    for word, plain in mixed:
        if word in code:
            return SEVERITY, f"the name {word[:80]!a}, which is read as {plain[:80]!r}"
        if plain in reading.plain_words:
            return Severity.NEEDS_HUMAN, f"the word {word[:80]!a}, which is read as {plain[:80]!r}"
    for word in code:
        other = twin(word)
        if other is not None and other in reading.plain_words:
            return SEVERITY, f"the name {word[:80]!a}, which is taken for {other[:80]!a}"
    return None
