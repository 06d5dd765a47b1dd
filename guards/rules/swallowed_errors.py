"""An error that is caught and forgotten happens all the same, and nobody hears of it."""

import re
from collections import Counter
from collections.abc import Iterator

from guards.change import Change, FileChange, Status
from guards.code import Code, inside
from guards.dropped_errors import dropped_errors
from guards.evidence import Evidence, Need
from guards.facts import Handler
from guards.pattern import expression
from guards.policy import Policy
from guards.reading import sides
from guards.roles import Role
from guards.verdict import Finding, Severity

NAME = "swallowed_errors"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_MAX_COLUMNS = 2000
_MAX_HANDLERS = 300
# Types that stand for any error, and words of a head that are no types.
_ANY = frozenset(
    [
        "Exception",
        "BaseException",
        "Throwable",
        "RuntimeException",
        "Error",
        "StandardError",
        "SystemException",
        "any",
        "Object",
        "object",
        "NonFatal",
        "dynamic",
        "AnyObject",
        "std.exception",
        "std.runtime_error",
        "Any",
        "_",
    ]
)
_HEAD = expression(r"[A-Za-z_][\w.]*|\.\.\.")
_NO_TYPES = frozenset(
    [
        "except",
        "catch",
        "rescue",
        "as",
        "in",
        "final",
        "const",
        "auto",
        "on",
        "let",
        "var",
        "val",
        "when",
        "case",
        "e",
        "err",
        "error",
        "ex",
        "exc",
        "exception",
        "t",
        "th",
        "throwable",
        "ignored",
        "ignore",
        "unused",
        "std",
        "unknown",
        "cause",
        "reason",
    ]
)
# What is done with an error that somebody will hear of.
_TOLD = expression(
    r"\breject\b|\bnext \( \w|\bcallback \( \w|\bcb \( \w|\bdone \( \w|\bexit\b|\babort\b|\bpanic\b|\bfail\w{0,10} \(|\bErr \(|\bfailure\b|\bLeft \("
    r"|\bstatus\b|\bsetError\b|\bonError\b|\bemit\b|\braise\b|\bthrow\b|\bhttp\w{0,20}Error|\bset_exception\b|\bresult\w{0,10}Exceptionally\b|\bcaptureException\b|\bis_?(?:a|instance)",
    re.IGNORECASE,
)
_LOGGED = expression(
    r"\b(?:log|logger|logging|console|slog|print\w{0,10}|puts|warn\w{0,4}|NSLog|debug|eprintln|Log|echo|syslog|error_log)\b"
)
_SORTED = expression(r"\b(?:instanceof|code|errno|name|status|is_a|kind|statusCode)\b|\bwhen\b")
_BROAD_HEAD = expression(
    r"^\s*except(?:\s+(?:Base)?Exception\b.{0,30})?:|\bcatch\s?(?:\((?:\.\.\.|(?:final )?\\?(?:\w{1,20} ?: ?)?(?:Exception|Throwable|RuntimeException|\w{1,12})(?: \$?\w{1,12})?)\)\s?)?\{|^\s*rescue(?:\s+(?:StandardError|Exception))?(?:\s+=>\s+\w+)?\s*$"
)
_EMPTY_BODY = expression(r"\{\s*(?:return[^;}]{0,30};?\s*)?\}|:\s*(?:pass|return\b.{0,20})\s*$")
_FORGETS = expression(
    r"\s*+(?:pass\b|return\s*(?:None|null|nil|false|true|False|True|0|\"\"|''|\[\]|\{\})?\s*;?\s|\}|nil\b|end\b|continue\b)"
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find new places where errors of any kind end in silence.

    Around code that stood there before they hide that it fails; with the author's own new code
    they may be meant.
    """
    for file in change.files:
        if file.role is Role.SOURCE and not file.path.endswith((".sh", ".bash")):
            found = list(_handlers(file, change, evidence))
            yield from found
            lines = {finding.line for finding in found}
            for line, text in dropped_errors(file):
                if line.number not in lines:
                    message = (
                        f"an error of code that was there before is dropped: {text.strip()[:160]}"
                    )
                    yield _finding(
                        file, line.number, message, _severity(file, evidence, is_old=True)
                    )


def _handlers(file: FileChange, change: Change, evidence: Evidence) -> Iterator[Finding]:
    both = sides(change, file)
    if both.after is None or file.after is None:
        yield from _empty_handlers(file, evidence)
        return
    known = Counter(map(_key, both.before.handlers if both.before else ()))
    for handler in both.after.handlers[:_MAX_HANDLERS]:
        if known[_key(handler)] > 0:
            known[_key(handler)] -= 1
        elif _is_broad(handler) and _is_silent(handler):
            is_old = _stood_there(handler, file, both.before, both.after)
            text = _plain(f"{handler.catches} {' '.join(handler.statements)}")
            what = "errors of code that was there before are" if is_old else "any error is"
            message = f"{what} caught and forgotten: {text[:160]}"
            yield _finding(file, handler.line, message, _severity(file, evidence, is_old))


def _empty_handlers(file: FileChange, evidence: Evidence) -> Iterator[Finding]:
    """The same by lines, where no tree can be read: a broad head, and nothing done below it."""
    texts = [line.text[:_MAX_COLUMNS] for line in file.added]
    gone = " ".join(line.text[:_MAX_COLUMNS].strip() for line in file.removed)[:200_000]
    for index, text in enumerate(texts):
        if not _BROAD_HEAD.search(text) or text.strip() in gone:
            continue
        body = " ".join(texts[index + 1 : index + 3])
        if _EMPTY_BODY.search(text) or _FORGETS.match(body):
            is_old = bool(file.removed) or file.status is not Status.ADDED
            message = f"any error is caught and forgotten: {text.strip()[:160]}"
            yield _finding(
                file, file.added[index].number, message, _severity(file, evidence, is_old)
            )


def _plain(text: str) -> str:
    """Canonical text without the marks of blocks."""
    return " ".join(text.replace("\u27e6", "").replace("\u27e7", "").split())


def _key(handler: Handler) -> tuple[str, tuple[str, ...]]:
    return handler.catches, handler.statements


def _is_broad(handler: Handler) -> bool:
    """Whether it catches errors of any kind, as far as its head says."""
    head = (
        handler.catches.replace(" . ", ".")
        .replace("\\ ", "")
        .replace(" :: ", ".")
        .replace(" ", " ")
    )
    words = [word.rpartition("\\")[2] for word in _HEAD.findall(head[:_MAX_COLUMNS])]
    if " when " in f" {head} " or " where " in f" {head} ":
        return False
    types = [word for word in words if word not in _NO_TYPES and word != "..."]
    return all(word in _ANY or word.islower() for word in types) and not any(
        word.islower() and "." in word and word not in _ANY for word in types
    )


def _is_silent(handler: Handler) -> bool:
    """Whether nobody is told: neither the caller nor whoever the error is handed to."""
    if handler.raises:
        return False
    body = " ".join(handler.statements)[:20_000]
    if _TOLD.search(body) or _SORTED.search(body):
        return False
    names = {
        word
        for word in re.findall(r"\w+", handler.catches)
        if word not in {"catch", "except", "rescue"}
    } - _ANY
    rest = [each for each in handler.statements if not _LOGGED.search(each)]
    handed_on = any(re.search(rf"\b{re.escape(name)}\b", each) for name in names for each in rest)
    return not handed_on


def _stood_there(handler: Handler, file: FileChange, before: Code | None, after: Code) -> bool:
    """Whether most calls, or else most lines, that are watched over are old."""
    if before is None or file.before is None or file.after is None:
        return False
    watched = list(_watched(handler.guarded, before, after))
    if watched:
        old = {call.text for call in before.calls}
        return 2 * sum(text in old for text in watched) >= len(watched)
    body = file.after[handler.guarded[0] : handler.guarded[1]]
    lines = [line.strip(b" \t{};") for line in body[:100_000].splitlines()]
    lines = [line for line in lines if line]
    known = {line.strip(b" \t{};") for line in file.before.splitlines()}
    return bool(lines) and 2 * sum(line in known for line in lines) >= len(lines)


def _watched(span: tuple[int, int], before: Code, after: Code) -> Iterator[str]:
    """The calls inside, and for those of a function that is new, what it calls in turn."""
    old = {each.simple_name for each in before.definitions}
    new = {each.simple_name: each for each in after.definitions if each.simple_name not in old}
    for call in inside(after.calls, span):
        if call.inner:
            continue
        if call.name in new:
            body = new[call.name].body_span
            yield from (each.text for each in inside(after.calls, body) if not each.inner)
        else:
            yield call.text


def _severity(file: FileChange, evidence: Evidence, is_old: bool) -> Severity:
    if not is_old:
        return Severity.WARN
    named = file.path in evidence.failing or file.old_path in evidence.failing
    return Severity.REJECT if named else SEVERITY


def _finding(file: FileChange, line: int, message: str, severity: Severity) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message,
        remedy="repair what fails; catch only errors that are expected, and pass on the others",
        file=file.path,
        line=line,
    )
