"""A test that is skipped, or expected to fail, says nothing; a fixer has no reason to add one."""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guards.change import Change, FileChange, Status
from guards.errors import UnparsableError
from guards.evidence import Evidence, Need
from guards.policy import Policy
from guards.python_source import always, dotted_name, last_name, nodes, text_of
from guards.python_tests import is_test_file
from guards.roles import is_code
from guards.test_matching import match_tests
from guards.verdict import Finding, Severity

NAME = "skips"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_REMEDY = "let the test run and pass; do not skip it or expect it to fail"
_MARKERS = frozenset(
    [
        "skip",
        "skipif",
        "skipIf",
        "skipUnless",
        "skipTest",
        "xfail",
        "importorskip",
        "SkipTest",
        "expectedFailure",
    ]
)
_ROOTS = ("pytest.", "unittest.", "mark.")  # what makes a marker one outside of test files
_IGNORED = frozenset({"collect_ignore", "collect_ignore_glob"})
_PLATFORM = re.compile(r"\b(?:platform|os\.name|version_info|implementation|maxsize)\b")
_OTHER_LANGUAGES = re.compile(
    r"\b(?:it|test|describe|context|suite)\.(?:skip|todo|only|failing|fixme)\b|\bx(?:it|describe|test)\s*\("
    r"|\bt\.Skip(?:f|Now)?\(|@(?:Ignore|Disabled)\b|#\[ignore\b|\bmarkTestSkipped\("
)
_LINE = re.compile(
    r"\bmark\s*\.\s*(?:skip|skipif|xfail)\b|\b(?:pytest|unittest)\s*\.\s*(?:skip\w*|xfail|importorskip|expectedFailure)\b"
    r"|\.skipTest\(|\bSkipTest\b|^\s*@(?:skip\w*|xfail|expectedFailure)\b|__test__\s*=\s*False|\bcollect_ignore"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marker:
    text: str
    line: int
    platform: bool = False


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find skips, expected failures and ignored files that were not there before."""
    known = Counter(marker.text for file in change.files for marker in _markers(file, old=True))
    taken_over = {new.file.path for _, new in match_tests(change).pairs}
    for file in change.files:
        # A new file of new tests takes nothing away, but a person may ask why it skips.
        is_new = file.status is Status.ADDED and is_test_file(file.path)
        harmless = change.from_trees and is_new and file.path not in taken_over
        for marker in _markers(file, old=False):
            if known[marker.text] > 0:  # it was there, or has moved
                known[marker.text] -= 1
                continue
            severity = Severity.NEEDS_HUMAN if marker.platform or harmless else SEVERITY
            yield Finding(
                guard=NAME,
                severity=severity,
                message=f"a test is skipped or expected to fail: {marker.text[:200]}",
                remedy=_REMEDY,
                file=file.path,
                line=marker.line,
            )


def _markers(file: FileChange, *, old: bool) -> Iterator[_Marker]:
    """Everything on one side of a file that skips."""
    path, content = (file.old_path, file.before) if old else (file.path, file.after)
    if path is None or not is_code(path):
        return
    if path.endswith(".py") and content is not None:
        try:
            yield from _in_syntax(nodes(content), is_test=file.is_test)
        except UnparsableError:
            content = None
    if content is None or not path.endswith(".py"):
        yield from _in_lines(path, file, old=old)


def _in_lines(path: str, file: FileChange, *, old: bool) -> Iterator[_Marker]:
    """Skips in the changed lines, for other languages and where contents are not known."""
    pattern = _LINE if path.endswith(".py") else _OTHER_LANGUAGES
    for line in file.removed if old else file.added:
        text = line.text.strip()
        if not text.startswith(("#", "//")) and pattern.search(text[:1000]):
            yield _Marker(text=text, line=line.number, platform=bool(_PLATFORM.search(text[:1000])))


def _in_syntax(tree: Sequence[ast.AST], *, is_test: bool) -> Iterator[_Marker]:
    calls = {id(node.func): node for node in tree if isinstance(node, ast.Call)}
    for node in tree:
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            if _switches_off(node):
                yield _Marker(text=text_of(node), line=node.lineno)
        elif isinstance(node, (ast.Attribute, ast.Name)) and _is_marker(node, is_test):
            whole = calls.get(id(node), node)
            text = text_of(whole)
            platform = "if" in last_name(node).lower() and bool(_PLATFORM.search(text[:1000]))
            yield _Marker(text=text, line=node.lineno, platform=platform)


def _is_marker(node: ast.Attribute | ast.Name, is_test: bool) -> bool:
    if last_name(node) not in _MARKERS or not isinstance(node.ctx, ast.Load):
        return False
    return is_test or dotted_name(node).startswith(_ROOTS) or last_name(node) == "SkipTest"


def _switches_off(node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> bool:
    """Whether an assignment keeps a class, a module or files from being collected."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = {last_name(target) for target in targets}
    off = "__test__" in names and node.value is not None and always(node.value) is False
    return off or bool(names & _IGNORED)
