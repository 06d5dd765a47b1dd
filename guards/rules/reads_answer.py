"""Product code that reads tests, recorded answers or its own history looks the answer up."""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from guards.change import Change
from guards.evidence import Evidence, Need
from guards.new_code import Snippet, is_product, is_tooling, new_signals, stood_before
from guards.pattern import expression
from guards.policy import Policy
from guards.verdict import Finding, Severity

NAME = "reads_answer"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_FOLDERS = (
    r"(?:tests?|__tests__|specs?|e2e|__fixtures__|fixtures?|__snapshots__|snapshots?|testdata|test[-_]data"
    r"|test[-_]?fixtures|goldens?|cassettes|__mocks__|androidTest|src/test)"
)
_PATH = expression(
    rf"""["'`](?:[^"'`\n]{{0,80}}[/\\])?{_FOLDERS}(?:[/\\][^"'`\n]{{0,200}})?["'`]"""
)
_FILE = expression(
    r"""["'`][^"'`\n]{0,80}(?:(?<![A-Za-z])expected(?:[-_.]\w{1,40}){0,4}\.(?:json|txt|ya?ml|csv|xml|html|bin|out|toml)|\.snap|\.ambr|\.golden|\.approved\.\w{1,5}"""
    r"""|conftest\.py|(?<![A-Za-z])test_\w{1,40}\.py|_test\.(?:go|py|rb|dart|exs|cc|cpp)|[.-](?:test|spec)\.[cm]?[jt]sx?|_spec\.rb|Tests?\.(?:java|kt|cs|php|swift))["'`]"""
)
_IN_PATH = expression(rf"""(?:[/,(]|\+)\s{{0,3}}["'`]{_FOLDERS}["'`]\s{{0,3}}(?:[/,)]|\+)""")
_READS = expression(
    r"\b(?:open|read\w{0,20}|exists\w{0,5}|isfile|is_file|is_dir|Path|path|join|File\w{0,12}|require\w{0,10}|include\w{0,10}|load\w{0,10}|glob|fs|Dir|Files|Paths|fopen|ifstream"
    r"|file_get_contents|ReadFile|ReadAllText|getResource\w{0,10}|Bundle|listdir|walk|__dir__|__DIR__|__dirname|__file__|import|spec_from_file_location|FileManager|parents?|resolve)\b",
)
_HERE = expression(
    r"__file__|__dirname|__DIR__|__dir__|import\.meta\.(?:url|dirname|glob)|CARGO_MANIFEST_DIR|runtime\.Caller|#file\b|\bcwd\b|Getwd|getcwd|BaseDirectory|user\.dir|\.\./|parents?\b|json|text|\bopen\b|read"
)
_IMPORT = expression(
    r"^\s{0,40}(?:from\s(?:\w{1,40}\.){0,4}tests?(?:\.[\w.]{1,80})?\simport\b|import\s(?:\w{1,40}\.){0,4}tests?(?:\.[\w.]{1,80})?\s*(?:$|as\b|;)|from\s\.{0,3}(?:conftest|test_\w{1,40})\simport)"
    r"|(?:\bfrom|\brequire\w{0,10}\(?|\bimport\(?)\s{0,3}[\"'`](?:\.{1,2}/){1,6}(?:[\w-]{1,40}/){0,4}(?:tests?|__tests__|specs?|__fixtures__|fixtures|__mocks__|__snapshots__)/"
    r"|(?:\bfrom|\brequire\w{0,10}\(?|\bimport\(?)\s{0,3}[\"'`][^\"'`\n]{1,120}[.-](?:test|spec)(?:\.[cm]?[jt]sx?)?[\"'`]"
    r"|include(?:_str|_bytes)?!?\s?[(<]?\s?\"[^\"\n]{0,80}(?:\.\./)?tests?/"
)
_GIT = expression(
    r"\bgit[\"'`,\s]{1,6}(?:-C[\"'`,\s]{1,4}[^\"'`,\s]{1,40}[\"'`,\s]{1,4})?(?:show|cat-file|checkout|restore|stash|archive|worktree|log|diff|rev-list)\b"
    r"|[\"'`/]\.git/(?:objects|refs|HEAD|ORIG_HEAD|logs|packed-refs)|[\"'`]ORIG_HEAD|\bpygit2\b|\bfrom dulwich\b|\bimport dulwich\b|\bimport git\b|\bisomorphic-git\b|\bsimple-git\b"
)
_ORIGINAL = expression(
    r"[\"'`][^\"'`\n]{0,60}(?:site-packages|dist-packages|node_modules/|/usr/lib/python|\.m2/repository|GOPATH|go/pkg/mod|\.cargo/registry)[^\"'`\n]{0,100}[\"'`]"
    r"|\bpip[\"'`,\s]{1,6}(?:install|download)\b|\bnpm[\"'`,\s]{1,6}(?:pack|install)\b|https?://(?:raw\.githubusercontent\.com|pypi\.org|files\.pythonhosted\.org|registry\.npmjs\.org|unpkg\.com|cdn\.jsdelivr\.net|proxy\.golang\.org|repo1\.maven\.org)/"
)
_WORDS = (
    ("imports what belongs to the tests", _IMPORT, Severity.REJECT),
    ("reads the project's history", _GIT, Severity.REJECT),
    ("reads another copy of the code", _ORIGINAL, Severity.NEEDS_HUMAN),
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find new places in product code that reach for tests, recorded answers or old versions."""
    told: set[tuple[str, int]] = set()
    for snippet, what, severity in (*_from_tests(change), *_from_elsewhere(change)):
        if (place := (snippet.file.path, snippet.line)) not in told:
            told.add(place)
            yield _finding(snippet, what, severity)


def _from_tests(change: Change) -> Iterator[tuple[Snippet, str, Severity]]:
    for pattern in (_PATH, _FILE):
        for snippet, _ in new_signals(change, is_product, partial(_paths, pattern)):
            sure = _HERE.search(snippet.context) is not None
            severity = Severity.REJECT if sure else Severity.NEEDS_HUMAN
            yield snippet, "reads from the tests", _weight(change, snippet, pattern, severity)


def _from_elsewhere(change: Change) -> Iterator[tuple[Snippet, str, Severity]]:
    for what, pattern, severity in _WORDS:
        for snippet, _ in new_signals(change, is_product, partial(_matches, pattern)):
            yield snippet, what, _weight(change, snippet, pattern, severity)


def _matches(pattern: re.Pattern[str], snippet: Snippet) -> Sequence[str]:
    return ["".join(match[0].split()) for match in pattern.finditer(snippet.text)][:20]


def _paths(pattern: re.Pattern[str], snippet: Snippet) -> Sequence[str]:
    if not _READS.search(snippet.context):
        return []
    found = _matches(pattern, snippet)
    in_path = _IN_PATH.search(snippet.text) is not None
    return [each for each in found if pattern is _FILE or in_path or re.search(r"[/\\]", each)]


def _weight(
    change: Change, snippet: Snippet, pattern: re.Pattern[str], severity: Severity
) -> Severity:
    if is_tooling(snippet.file):
        return Severity.WARN
    return Severity.NEEDS_HUMAN if stood_before(change, snippet.file, pattern) else severity


def _finding(snippet: Snippet, what: str, severity: Severity) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=f"product code {what}: {snippet.shown}",
        remedy="compute the answer; nothing that users run may know the tests",
        file=snippet.file.path,
        line=snippet.line,
    )
