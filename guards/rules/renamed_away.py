"""A test that is left in the tree where no runner runs it looks kept, and can never fail."""

from collections import Counter
from collections.abc import Iterator

from guards.buried_tests import burials
from guards.change import Change, FileChange
from guards.code import Code, inside
from guards.evidence import Evidence, Need
from guards.facts import Definition, Kind
from guards.pattern import expression
from guards.policy import Policy
from guards.reading import all_sides, is_collected
from guards.test_matching import Located, match_tests
from guards.verdict import Finding, Severity

NAME = "renamed_away"
SEVERITY = Severity.REJECT
NEEDS = frozenset({Need.CONTENTS})

_REMEDY = "let the test runner collect and run it again, and make it pass"
_NEVER = expression(
    r"cfg \( (?:any \( \)|FALSE|false|not \( test \)|not \( all \( \) \)|target_os = \"none\")"
    r"|\bcfg \( feature = \"[^\"]{0,60}(?:never|disabled|broken|skip|flaky|slow)[^\"]{0,60}\""
)
_BUILD_TAG = expression(r"//\s?(?:go:build|\+build)\s{1,4}([^\n]{1,200})")
_NO_BUILD = expression(r"\b(?:ignore|never|disabled?|skip|false|todo|wip|broken|none|off|fixme)\b")
_NOTHING = frozenset({"None", "False", "0", "nil", "null", "undefined", '""', "lambda : None"})
_DELETES = expression(r"\s*del\s{1,3}([\w.]{1,200})\s*(?:#|$)")
_UNWAITED = expression(r"\.(?:resolves|rejects)\.")


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find tests that are still there to be read, but that nothing runs."""
    for each in burials(change).buried:
        severity = Severity.NEEDS_HUMAN if each.doubtful else SEVERITY
        yield _finding(f"{each.test.case.name} {each.how}", each.file, each.line, severity)
    names = {case.simple_name for each in _before(change) for case in each.cases}
    for side in all_sides(change):
        if side.after is not None and (is_collected(side.file.path) or side.file.is_test):
            yield from _compiled_out(side.file, side.before, side.after)
            yield from _overridden(side.file, side.before, side.after, names)
            yield from _unlisted(side.file, side.before, side.after, names)
    for old, new in match_tests(change).pairs:
        yield from _not_awaited(old, new)


def _before(change: Change) -> list[Code]:
    return [side.before for side in all_sides(change) if side.before is not None]


def _compiled_out(file: FileChange, old: Code | None, new: Code) -> Iterator[Finding]:
    """New attributes and build tags that keep code from being compiled."""
    known = Counter(each.text for each in (old.markers if old else ()))
    for marker in new.markers:
        if not _NEVER.search(marker.text[:500]):
            continue
        if known[marker.text] > 0:
            known[marker.text] -= 1
            continue
        yield _finding(f"what follows is never compiled: {marker.text[:200]}", file, marker.line)
    if new.language == "go" and old is not None:
        had = {tag for _, tag in _build_tags(old)}
        for line, tag in _build_tags(new):
            if tag not in had:
                severity = SEVERITY if _NO_BUILD.search(tag) else Severity.NEEDS_HUMAN
                message = f"the tests of this file are only built with {tag}"
                yield _finding(message, file, line, severity)


def _build_tags(code: Code) -> Iterator[tuple[int, str]]:
    for comment in code.comments[:50]:
        if match := _BUILD_TAG.match(comment.text[:400]):
            yield comment.line, match[1].strip()


def _overridden(
    file: FileChange, old: Code | None, new: Code, names: set[str]
) -> Iterator[Finding]:
    """Assignments that put nothing in the place of a test."""
    known = Counter((each.target, each.value) for each in (old.assignments if old else ()))
    for each in new.assignments:
        name = each.target.rpartition(" . ")[2]
        if name not in names or each.value not in _NOTHING:
            continue
        if known[each.target, each.value] > 0:
            known[each.target, each.value] -= 1
            continue
        yield _finding(
            f"{name} is replaced by nothing: {each.target} = {each.value}", file, each.line
        )


def _unlisted(file: FileChange, old: Code | None, new: Code, names: set[str]) -> Iterator[Finding]:
    """What makes pytest leave a class or a function out: a constructor, `del`."""
    if new.language != "python":
        return
    for line in file.added[:5000]:
        if (match := _DELETES.match(line.text[:500])) and match[1].rpartition(".")[2] in names:
            yield _finding(f"{match[1]} is deleted after its definition", file, line.number)
    known = {each.name for each in (old.definitions if old else ())}
    for each in new.definitions:
        if not each.name.endswith(".__init__") or each.name in known or each.parent < 0:
            continue
        suite = new.definitions[each.parent]
        head = (file.after or b"")[suite.at : suite.body_span[0]]
        if suite.kind is Kind.SUITE and b"TestCase" not in head and suite.name in known:
            message = f"{suite.name} has a constructor now, so that pytest leaves it out"
            yield _finding(message, file, each.line)


def _not_awaited(old: Located, new: Located) -> Iterator[Finding]:
    """Tests that became generators, or whose promises nobody waits for any more."""
    if new.code.language == "python" and _yields(new) and not _yields(old):
        message = f"{new.case.name} became a generator, which a runner does not run"
        yield _finding(message, new.file, new.case.line)
    if _is_async(new) and not _is_async(old) and "await" not in new.case.body.split():
        message = f"{new.case.name} became a coroutine that awaits nothing"
        yield _finding(message, new.file, new.case.line)
    if (name := _never_run(new)) and _never_run(old) != name:
        yield _finding(f"{new.case.name} never runs what {name} asserts", new.file, new.case.line)
    had, has = _promises(old), _promises(new)
    if has > had:
        message = f"{new.case.name} does not wait for what it asserts"
        yield _finding(message, new.file, new.case.line)


def _is_async(located: Located) -> bool:
    raw = (located.content or b"")[located.case.at : located.case.at + 2000]
    head = f"async def {located.case.simple_name}".encode()
    return located.code.language == "python" and head in raw


def _yields(located: Located) -> bool:
    return "yield" in located.case.body.split()


def _never_run(located: Located) -> str:
    """The name of a function inside a test that asserts something and that nothing calls."""
    case, code = located.case, located.code
    for inner in inside(code.definitions, (case.at + 1, case.end)):
        asserts = any(inner.at <= each.at < inner.end for each in case.assertions)
        if inner.kind is Kind.FUNCTION and asserts and not _is_used(inner, located):
            return inner.simple_name
    return ""


def _is_used(inner: Definition, located: Located) -> bool:
    case, code = located.case, located.code
    name, used = inner.simple_name, f"{inner.simple_name} ("
    is_coroutine = (located.content or b"")[inner.at : inner.at + 6] == b"async "
    if inner.markers or not name:
        return True
    outside = [
        each
        for each in inside(code.calls, (case.at, case.end))
        if not inner.at <= each.at < inner.end
    ]
    if code.language == "python" and is_coroutine:
        return any(
            (each.callee == name and each.awaited) or any(used in text for text in each.arguments)
            for each in outside
        )
    mentions = inside(code.mentions, (case.at, case.end))
    return any(
        each.text.partition(".")[0] == name and not inner.at <= each.at < inner.end
        for each in mentions
    )


def _promises(located: Located) -> int:
    case, code = located.case, located.code
    return sum(
        not call.awaited and not call.inner and bool(_UNWAITED.search(call.callee))
        for call in inside(code.calls, (case.at, case.end))
    )


def _finding(
    message: str, file: FileChange, line: int | None, severity: Severity = SEVERITY
) -> Finding:
    return Finding(
        guard=NAME, severity=severity, message=message, remedy=_REMEDY, file=file.path, line=line
    )
