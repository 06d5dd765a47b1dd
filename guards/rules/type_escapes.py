"""Telling the type checker that anything fits silences it where it complained."""

import re
from collections import Counter
from collections.abc import Iterator

from guards.change import Change, FileChange, Line
from guards.code_lines import code_of
from guards.evidence import Evidence, Need
from guards.pattern import expression
from guards.policy import Policy
from guards.roles import Role, is_test_role
from guards.verdict import Finding, Severity

NAME = "type_escapes"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_MAX_COLUMNS = 2000
_MAX_LINES = 5000
_MIN_GONE = 3  # annotations on lines that are otherwise the same
_ROLES = frozenset({Role.SOURCE, Role.TEST, Role.TEST_SUPPORT})
_FAMILIES: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (suffixes, put, expression(pattern))
    for suffixes, put, pattern in (
        # What it is found in, what stood in its place ("" = nothing), and the escape itself.
        (
            r"\.[cm]?tsx?$|\.vue$|\.svelte$",
            "",
            r"\s?\bas\s+unknown\s+as\s+[\w.<>\[\]]{1,80}|\s?\bas\s+(?:any|never)\b(?:\s+as\s+[\w.<>\[\]]{1,80})?|<any>(?=[\w(])|(?<=[\w)\]])!(?=[.;,)\[])",
        ),
        (r"\.[cm]?tsx?$|\.vue$|\.svelte$", ":", r":\s?any\b(?:\[\])?"),
        (
            r"\.pyi?$",
            "",
            r"\b(?:typing\.|t\.)?cast\(\s?(?:[\"'])?(?:typing\.|t\.)?Any[\"']?\s?,\s?",
        ),
        (r"\.pyi?$", ":", r"(?::|->)\s?(?:typing\.|t\.)?Any\b"),
        (r"\.kts?$", "", r"!!|@Suppress\(\"UNCHECKED_CAST\"\)"),
        (r"\.swift$", "", r"\btry!|\bas!\s?[\w.<>\[\]]{1,60}|(?<=[\w)\]])!(?=[.;,)\[]|$)"),
        (r"\.cs$", "", r"(?<=[\w)\]])!(?=[.;,)\[])|\bunsafe\b|\(dynamic\)"),
        (r"\.cs$", "type", r"\bdynamic\b"),
        (r"\.rs$", "", r"\bunsafe\b|\btransmute\b|\.unwrap\(\)|\.expect\(|\.unwrap_unchecked\(\)"),
        (r"\.go$", "type", r"\binterface\{\}|\bany\b|\bunsafe\.Pointer\b"),
        (
            r"\.(?:java|scala)$",
            "",
            r"\.get\(\)|\.orElseThrow\(\)|\(\s?(?:Object|List|Map)\s?\)\s?|\.asInstanceOf\[[\w\[\]]{1,60}\]",
        ),
        (
            r"\.(?:cc|cpp|cxx|hpp|hh|h|c)$",
            "",
            r"\b(?:reinterpret_cast|const_cast)<[^<>]{1,80}>|\(void\s?\*\)",
        ),
        (r"\.dart$", "type", r"\bdynamic\b|(?<=[\w)\]])!(?=[.;,)\[])"),
        (r"\.php$", "type", r":\s?mixed\b|\bmixed\b"),
    )
)
_ANNOTATION = {
    ".py": expression(
        r"\s?->\s?[^:\n]{1,80}(?=:)|:\s?(?!\s*$)[A-Za-z_][\w.\[\], |\"']{0,80}?(?=\s?[,)=]|$)"
    ),
    ".ts": expression(r":\s?[A-Za-z_][\w.<>\[\] |\"']{0,80}?(?=\s?[,)={;]|$)"),
    ".rb": expression(r"^\s*sig\b[^\n]{0,300}$"),
    ".php": expression(
        r"\?\w+(?=\s\$)|\b(?:int|string|float|bool|array|self)(?=\s\$)|:\s?\??\w+(?=\s?[{;]|$)"
    ),
}
_TYPE_HOLE = expression(
    r"(?::|->)\s?[^,)=;{]{1,100}|\b[A-Z]\w*(?:<[^<>]{0,80}>)?|\b(?:int|string|float64|bool|byte|error|interface\{\}|any|dynamic|mixed|object|var|array)\b|[*&?\[\]]"
)
_STRUCTURE = expression(r"^\s*(?:type|func|import)\b.{0,200}\[\w{1,20} any\]")


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find lines that say the same as before, but no longer let the type checker look."""
    gone = Counter(
        match[0].strip()
        for file in change.files
        for text in _code(file.removed, file.old_path or file.path)
        for _, pattern in _patterns(file.path)
        for match in pattern.finditer(text)
    )
    for file in change.files:
        if file.role in _ROLES:
            yield from _escapes(file, gone, evidence)
            yield from _annotations(file, evidence)


def _escapes(file: FileChange, gone: Counter[str], evidence: Evidence) -> Iterator[Finding]:
    patterns = _patterns(file.path)
    if not patterns:
        return
    old = _code(file.removed, file.old_path or file.path)
    for line, text in zip(file.added[:_MAX_LINES], _code(file.added, file.path), strict=True):
        for put, pattern in patterns:
            match = pattern.search(text)
            if match is None or _STRUCTURE.match(text):
                continue
            if gone[match[0].strip()] > 0:
                gone[match[0].strip()] -= 1
                continue
            if _stood_there(text, put, pattern, old):
                message = f"the type checker no longer looks: {line.text.strip()[:160]}"
                yield _finding(file, line.number, message, _severity(file, evidence))
            break


def _patterns(path: str) -> list[tuple[str, re.Pattern[str]]]:
    return [(put, pattern) for suffixes, put, pattern in _FAMILIES if re.search(suffixes, path)]


def _code(lines: tuple[Line, ...], path: str) -> list[str]:
    texts = [line.text[:_MAX_COLUMNS] for line in lines[:_MAX_LINES]]
    return list(code_of(texts, path, strings=True))


def _stood_there(text: str, put: str, pattern: re.Pattern[str], old: list[str]) -> bool:
    """Whether a removed line says the same without the escape, or with a type in its place."""
    if not put:
        wanted = _squeezed(pattern.sub("", text))
        return any(wanted in (_squeezed(each), _squeezed(each).replace("?", "")) for each in old)
    if "mixed" in text and _squeezed(pattern.sub("", text)) in {_squeezed(each) for each in old}:
        return False  # no type stood there, and now the widest does
    wanted = _squeezed(_TYPE_HOLE.sub("", text))
    known = [each for each in old if not pattern.search(each)]
    return any(wanted == _squeezed(_TYPE_HOLE.sub("", each)) for each in known if len(wanted) > 1)


def _annotations(file: FileChange, evidence: Evidence) -> Iterator[Finding]:
    """Annotations that go from lines which stay: one by one they may be cleaned up."""
    dot = file.path.rfind(".")
    pattern = _ANNOTATION.get(file.path[dot:].replace(".tsx", ".ts").replace(".mts", ".ts"))
    if pattern is None or is_test_role(file.role):
        return
    bare: dict[str, int] = {}
    for line, text in zip(file.added[:_MAX_LINES], _code(file.added, file.path), strict=True):
        bare.setdefault(_squeezed(text), line.number)
    found = []
    for text in _code(file.removed, file.old_path or file.path):
        without = _squeezed(pattern.sub("", text))
        if without != _squeezed(text) and without in bare and _DECLARES.search(text):
            found.append((bare[without], text))
    if len(found) >= _MIN_GONE or (found and file.path in evidence.failing):
        message = f"{len(found)} lines lost their types, the first: {found[0][1].strip()[:160]}"
        yield _finding(file, found[0][0], message, _severity(file, evidence))


_DECLARES = expression(
    r"\b(?:def|function|const|let|var|public|private|protected|async|export|sig|fn)\b|^\s*\w+\s?:|=>"
)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _severity(file: FileChange, evidence: Evidence) -> Severity:
    if is_test_role(file.role):
        return Severity.WARN
    return Severity.REJECT if file.path in evidence.failing else SEVERITY


def _finding(file: FileChange, line: int, message: str, severity: Severity) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message,
        remedy="repair the types, so that the checker can agree",
        file=file.path,
        line=line,
    )
