"""A pipeline that no longer fails proves nothing: its checks must go on deciding."""

import re
from collections import Counter
from collections.abc import Iterator

from guards.change import Change, FileChange
from guards.errors import UnparsableError
from guards.evidence import Evidence, Need
from guards.gates import Gate, Loss, gates_in, lost
from guards.pattern import expression
from guards.pipelines import Mark, Pipeline, is_pipeline, read_pipeline
from guards.policy import Policy
from guards.triggers import events
from guards.verdict import Finding, Severity

NAME = "ci_masks"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_SCRIPTED = expression(r"(?:^|/)(?:Jenkinsfile[\w.-]*|[\w-]+\.jenkinsfile|Earthfile)$")
_JENKINS_MASK = expression(
    r"catchError|returnStatus\s*:\s*true|warnError|unstable\s*\(|expression\s*\{\s*(?:return\s+)?false|buildResult\s*:\s*['\"]SUCCESS|currentBuild\.result\s*=\s*['\"]SUCCESS"
    r"|propagate\s*:\s*false|failFast\s+false|allowEmptyResults\s*:\s*true|skipStagesAfterUnstable"
)
_ADDED_MASK = expression(
    r"^\s*-?\s*(?:continue-on-error|continueOnError|allow_failure|soft_fail|allowFailure)\s*:\s*['\"]?(?:true|yes|on)\b|^\s*-?\s*(?:if|condition)\s*:\s*['\"]?(?:\$\{\{\s*)?false\b"
    r"|^\s*when\s*:\s*(?:never|manual)\b"
)
_MILD = expression(
    r"upload|codecov|coveralls|notif|slack|comment|cache|clean|deploy|publish|release|artifact|badge|report|\bdocs?\b|pages|summary|download|telemetry|sarif|benchmark|nightly|experimental",
    re.IGNORECASE,
)
_ENVIRONMENT = expression(
    r"^(?:PYTEST_ADDOPTS|PYTEST_PLUGINS|NODE_OPTIONS|MAVEN_OPTS|MAVEN_ARGS|MAVEN_CLI_OPTS|JAVA_TOOL_OPTIONS|GRADLE_OPTS|GOFLAGS|CI|SKIP|TOX_SKIP_ENV|PYTHONPATH|PYTHONOPTIMIZE|HUSKY"
    r"|RUBYOPT|SKIP_\w+|NO_TESTS?|DISABLE_\w+|\w*_SKIP|RUN_\w*TESTS?|LD_PRELOAD)$"
)
_EMPTY = frozenset({"", "false", "0", "none"})
_SKIPPING = expression(
    r"(?:^|\s)-k|skip|ignore|deselect|collect-only|-m\s|-short|-run|-Dtest|failure\.ignore|--exit",
    re.IGNORECASE,
)
_DOCUMENTS = expression(r"\.md|docs?/|\.rst|\.txt|LICENSE|README|CHANGELOG|\.adoc", re.IGNORECASE)
_VERSION = expression(r"\d+(?:\.\d+)*")


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find checks that were removed, narrowed, masked, disabled or never start any more."""
    files = [
        file for file in change.files if is_pipeline(file.path) or is_pipeline(file.old_path or "")
    ]
    if change.from_trees:
        yield from _pipelines(files)
    else:
        for file in files:
            yield from _lines(file)
    for file in change.files:
        if _SCRIPTED.search(file.path):
            yield from _scripted(file)


def _pipelines(files: list[FileChange]) -> Iterator[Finding]:
    """All files together: what moved to another one is not lost."""
    before: list[tuple[FileChange, Pipeline]] = []
    after: list[tuple[FileChange, Pipeline]] = []
    for file in files:
        try:
            before.append((file, read_pipeline(file.old_path or file.path, _decoded(file.before))))
        except UnparsableError:
            before.append((file, Pipeline()))  # it ran nothing: whatever stands there now is new
        try:
            after.append((file, read_pipeline(file.path, _decoded(file.after))))
        except UnparsableError:
            message = f"{file.path} cannot be read, so what it still checks is not known"
            yield _finding(file, message, severity=Severity.NEEDS_HUMAN)
            after.append((file, before[-1][1]))
    losses = list(_lost_gates(before, after))
    yield from losses
    for (file, old), (_, new) in zip(before, after, strict=True):
        told = [loss.message for loss in losses if loss.file == file.path]
        for finding in _marks(file, old, new):
            if not any(finding.message.partition(": ")[2] in message for message in told):
                yield finding
        yield from _matrix(file, old, new)
        yield from _environment(file, old, new)
        yield from _triggers(file, old, new)


def _lost_gates(
    before: list[tuple[FileChange, Pipeline]], after: list[tuple[FileChange, Pipeline]]
) -> Iterator[Finding]:
    where: dict[int, FileChange] = {}
    old, new = list[Gate](), list[Gate]()
    for side, gates in ((before, old), (after, new)):
        for file, pipeline in side:
            gates.extend(pipeline.gates)
            where.update((id(gate), file) for gate in pipeline.gates)
    for loss in lost(old, new):
        yield _lost(where[id(loss.new or loss.old)], loss)


def _lost(file: FileChange, loss: Loss) -> Finding:
    what = "removed" if loss.what == "removed" else loss.what
    build = loss.old.kind == "build" and not loss.new
    mild = _MILD.search(loss.old.place) and loss.old.kind != "test"
    return _finding(
        file,
        f"`{loss.old.text[:120]}` of {loss.old.place or file.path} no longer decides: {what}"[:300],
        line=loss.new.line if loss.new else None,
        severity=SEVERITY if loss.sure and not build and not mild else Severity.NEEDS_HUMAN,
        remedy="let the check run whole, and fail when it fails",
    )


def _marks(file: FileChange, old: Pipeline, new: Pipeline) -> Iterator[Finding]:
    known = Counter(mark.identity for mark in old.marks)
    places = {mark.place for mark in old.marks} | {gate.place for gate in old.gates} | old.units
    for mark in new.marks:
        if known[mark.identity] > 0:
            known[mark.identity] -= 1
            continue
        fresh = bool(old.gates) and not any(
            place == mark.place or place.startswith(mark.place + "/") for place in places
        )
        severity = _weight(mark, fresh=fresh)
        if severity is not Severity.PASS:
            message = f"{mark.place or file.path}: {mark.text}"
            yield _finding(file, message, line=mark.line, severity=severity)


def _weight(mark: Mark, *, fresh: bool) -> Severity:
    if mark.text.startswith("allow_failures"):
        return SEVERITY
    if fresh:  # a new job or step may be on trial; what was lost for it is found by its commands
        return Severity.WARN if mark.kind in {"ignored", "disabled"} else Severity.PASS
    if mark.kind == "retry":
        return Severity.NEEDS_HUMAN if "test" in mark.kinds else Severity.WARN
    if mark.kind == "condition":
        return Severity.NEEDS_HUMAN if mark.kinds & {"test", "lint"} else Severity.PASS
    if mark.kinds & {"test", "lint"} and not (
        _MILD.search(mark.place) and "test" not in mark.kinds
    ):
        return Severity.REJECT
    return (
        Severity.NEEDS_HUMAN
        if _MILD.search(mark.about) or mark.kind == "disabled"
        else Severity.REJECT
    )


def _matrix(file: FileChange, old: Pipeline, new: Pipeline) -> Iterator[Finding]:
    for axis, values in old.matrix.items():
        now = new.matrix.get(axis)
        if now is None:
            if _still(axis, new):
                yield _finding(file, f"{axis} is no longer varied", severity=Severity.NEEDS_HUMAN)
            continue
        gone, come = list((values - now).elements()), list((now - values).elements())
        if not gone:
            continue
        message = f"{axis} no longer has {', '.join(gone)[:150]}"
        if not come and old.matrix.keys() >= new.matrix.keys():
            yield _finding(file, message)
        elif len(come) < len(gone) or not all(
            _newer(a, b) for a, b in zip(sorted(gone), sorted(come), strict=False)
        ):
            yield _finding(file, message, severity=Severity.NEEDS_HUMAN)
    for excluded in new.excluded - old.excluded:
        yield _finding(file, f"left out of the matrix: {excluded[:150]}")


def _still(axis: str, new: Pipeline) -> bool:
    job = axis.rpartition("/")[0].removesuffix("/strategy")
    return any(gate.place.startswith(job) for gate in new.gates)


def _newer(old: str, new: str) -> bool:
    before = [int(part[:9]) for part in re.findall(r"\d+", old[:80])]
    after = [int(part[:9]) for part in re.findall(r"\d+", new[:80])]
    return after >= before and _VERSION.sub("#", old) == _VERSION.sub("#", new)


def _environment(file: FileChange, old: Pipeline, new: Pipeline) -> Iterator[Finding]:
    for key, (value, line) in new.environment.items():
        name = key.rpartition("/")[2]
        if not _ENVIRONMENT.match(name) or old.environment.get(key, ("\0", 0))[0] == value:
            continue
        switched = (name == "CI" and value.lower() in _EMPTY) or _SKIPPING.search(value)
        skips = name.startswith(("SKIP", "DISABLE", "NO_TEST")) and value.lower() not in _EMPTY
        severity = SEVERITY if switched or skips else Severity.NEEDS_HUMAN
        yield _finding(file, f"{name}={value[:120]} changes what the checks do", line, severity)


def _triggers(file: FileChange, old: Pipeline, new: Pipeline) -> Iterator[Finding]:
    if not old.gates or not new.gates or old.triggers == new.triggers:
        return
    before, after = events(old.triggers), events(new.triggers)
    for event, filters in before.items():
        if event not in after:
            severity = (
                SEVERITY
                if event in {"pull_request", "pr", "push", "merge_group", "trigger"}
                else Severity.NEEDS_HUMAN
            )
            yield _finding(file, f"no longer started by {event}", severity=severity)
            continue
        for key, value in after[event].items():
            known = filters.get(key)
            if known == value:
                continue
            yield from _filter(file, event, key, (known, value))
        for key in filters.keys() - after[event].keys():
            if "ignore" not in key and key not in {"branches", "paths", "types", "tags", "only"}:
                yield _finding(file, f"{event} without {key}", severity=Severity.NEEDS_HUMAN)


def _filter(
    file: FileChange, event: str, key: str, sides: tuple[list[str] | None, list[str]]
) -> Iterator[Finding]:
    known, value = sides
    added = [item for item in value if item not in (known or [])]
    gone = [item for item in known or [] if item not in value]
    message = f"{event} narrowed: {key}: {', '.join(value)[:150]}"
    if "ignore" in key or key in {"exclude", "except"}:
        if added:
            harmless = all(_DOCUMENTS.search(item) for item in added)
            yield _finding(file, message, severity=Severity.NEEDS_HUMAN if harmless else SEVERITY)
    elif known is None:
        mild = key in {"types", "tags"} or {"main", "master"} & set(value)
        yield _finding(file, message, severity=Severity.NEEDS_HUMAN if mild else SEVERITY)
    elif gone and not added:
        yield _finding(file, message)
    elif gone:
        yield _finding(file, message, severity=Severity.NEEDS_HUMAN)


def _scripted(file: FileChange) -> Iterator[Finding]:
    """A pipeline that is a program: by its text."""
    known = Counter(
        match[0] for line in file.removed for match in _JENKINS_MASK.finditer(line.text[:2000])
    )
    for line in file.added:
        for match in _JENKINS_MASK.finditer(line.text[:2000]):
            if known[match[0]] > 0:
                known[match[0]] -= 1
                continue
            yield _finding(file, f"a failure is let pass: {line.text.strip()[:160]}", line.number)
    for loss in lost(_quoted_gates(file, old=True), _quoted_gates(file, old=False)):
        yield _lost(file, loss)


def _quoted_gates(file: FileChange, *, old: bool) -> list[Gate]:
    lines = file.removed if old else file.added
    found: list[Gate] = []
    for line in lines:
        text = line.text[:2000].strip()
        if text.startswith(("//", "#", "*", "/*")):
            continue
        for part in re.split(r"['\"]{1,3}", text):
            found.extend(gates_in(part.removeprefix("RUN "), line=line.number, place=file.path))
    return found


def _lines(file: FileChange) -> Iterator[Finding]:
    """Only a diff is there."""
    known = Counter(line.text.strip() for line in file.removed)
    for line in file.added:
        text = line.text[:2000]
        if _ADDED_MASK.search(text) and not known[text.strip()]:
            yield _finding(file, f"a failure is let pass: {text.strip()[:160]}", line.number)
    for loss in lost(_line_gates(file, old=True), _line_gates(file, old=False)):
        yield _lost(file, loss)


def _line_gates(file: FileChange, *, old: bool) -> list[Gate]:
    found: list[Gate] = []
    for line in file.removed if old else file.added:
        text = re.sub(r"^\s*(?:- +)?(?:[\w-]+: +)?", "", line.text[:2000])
        found.extend(gates_in(text, line=line.number, place=file.path))
    return found


def _decoded(content: bytes | None) -> str:
    return (content or b"").decode("utf-8-sig", errors="replace")


def _finding(
    file: FileChange,
    message: str,
    line: int | None = None,
    severity: Severity = SEVERITY,
    remedy: str = "leave the pipeline as strict as it was",
) -> Finding:
    return Finding(
        guard=NAME, severity=severity, message=message, remedy=remedy, file=file.path, line=line
    )
