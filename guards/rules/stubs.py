"""A function that stops working out its answer passes the test that asks for one answer."""

import re
from collections.abc import Iterator

from guards.change import Change, FileChange
from guards.code import Code, inside
from guards.evidence import Evidence, Need
from guards.facts import Definition, Leave
from guards.kept_definitions import Kept, kept_functions, product_sides
from guards.pattern import expression
from guards.policy import Policy
from guards.verdict import Finding, Severity

NAME = "stubs"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_REMEDY = "let the function do its work, and repair what is wrong in it"
_MAX_TEXT = 20_000
# Statements that do nothing, and those that say that nothing is done yet.
_NOTHING = expression(r"^(?:pass|\.\.\.|;|return ;?|\{ \}|return|unit|\( \)|nil|end)$")
_NOT_YET = expression(
    r"NotImplemented|not[ _]?(?:yet[ _])?implemented|^TODO \(|^todo !|^unimplemented !|UnsupportedOperation|\bunreachable !|fatalError \(|NotSupportedException",
    re.IGNORECASE,
)
_LITERAL = (
    r"(?:-\s?)?\d[\w.]*|\"[^\"]{0,2000}\"|'[^']{0,2000}'|`[^`$]{0,2000}`|true|false|True|False|None|null|nil|undefined"
    r"|\[ \]|\{ \}|\( \)|: \w+|[a-zA-Z_]{1,30} ! \[ \]|String :: new \( \)|\"[^\"]{0,2000}\" \. (?:to_string|into|to_owned) \( \)"
)
_CONSTANT = expression(
    rf"^(?:return )?(?:Ok \( |Some \( |Promise \. resolve \( )?(?:{_LITERAL})(?: \))?(?: , (?:nil|{_LITERAL}))?(?: ;)?$"
)
_RETURN = expression(r"\breturn\b")
_BOOLEAN = frozenset({"true", "false", "True", "False"})
_TRIVIAL = frozenset({"", "None", "null", "nil", "undefined", "self", "this"})


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find functions that lost their body, answer with a constant now, or end before their work."""
    for each in kept_functions(change):
        if each.is_same or not _works(each.old_code, each.old):
            continue
        what = _emptied(each) or _answers_alike(each)
        if what:
            named = each.file.path in evidence.failing
            yield _finding(each.file, each.new.line, what, named=named)
    for both in product_sides(change):
        if both.before is not None and both.after is not None:
            yield from _cut_off(both.file, both.before, both.after)


def _works(code: Code, definition: Definition) -> bool:
    """Whether a body works something out: it calls, decides, or uses what it was given."""
    span = definition.body_span
    body = definition.body[:_MAX_TEXT]
    if _NOT_YET.search(body) and len(definition.statements) <= 2:  # noqa: PLR2004 - a stub before
        return False
    return bool(
        inside(code.calls, span) or inside(code.branches, span) or inside(code.mentions, span)
    )


def _emptied(each: Kept) -> str:
    """What is said when nothing of the body is left."""
    statements = [_plain(text) for text in each.new.statements]
    statements = [text for text in statements if not text.startswith(('"', "'", "#", "//"))]
    name = each.new.simple_name
    if all(_NOTHING.match(text) for text in statements) and _acts(each):
        return f"{name} does nothing any more"
    if len(statements) <= 2 and statements and _NOT_YET.search(statements[-1][:400]):  # noqa: PLR2004 - a message before it
        return f"{name} is not carried out any more: {statements[-1][:160]}"
    return ""


def _acts(each: Kept) -> bool:
    """Whether the old body did more than hand something back or set what it holds."""
    return bool(inside(each.old_code.calls, each.old.body_span)) or len(each.old.statements) > 1


def _answers_alike(each: Kept) -> str:
    """What is said when every answer is a constant and was not before."""
    old, new = _answers(each.old_code, each.old), _answers(each.new_code, each.new)
    if not new or not all(map(_is_constant, new)) or all(map(_is_constant, old)) or not old:
        return ""
    if len(_RETURN.findall(each.new.body[:_MAX_TEXT])) > len(new):
        return ""  # other answers of it were left alone
    words = {_plain(text).removeprefix("return ").removesuffix(" ;") for text in new}
    if _may_be_meant(each, words):
        return ""
    if words <= _TRIVIAL:
        return f"{each.new.simple_name} has no answer any more"
    return f"{each.new.simple_name} answers with a constant now: {min(words)[:160]}"


def _may_be_meant(each: Kept, words: set[str]) -> bool:
    """Whether the function still works something out on the way to its constants."""
    decides = inside(each.new_code.branches, each.new.body_span)
    new, old = _calls(each.new_code, each.new), _calls(each.old_code, each.old)
    if words <= _BOOLEAN and decides:
        return True
    if words <= _TRIVIAL:
        return bool(decides or new)
    # Cases that are told apart by constants are asked about elsewhere.
    told_apart = len(decides) > len(inside(each.old_code.branches, each.old.body_span))
    return len(new) >= len(old) > 0 or (len(words) > 1 and told_apart)


def _calls(code: Code, definition: Definition) -> set[str]:
    return {call.text for call in inside(code.calls, definition.body_span)}


def _answers(code: Code, definition: Definition) -> list[str]:
    """What goes out of a function itself, the last expression of a body without return included."""
    span = definition.body_span
    nested = [
        each.body_span
        for each in code.definitions
        if span[0] < each.at < span[1] and each.body_span != span
    ]
    leaves: list[Leave] = [
        leave
        for leave in inside(code.leaves, span)
        if not leave.raises
        and not any(start <= leave.at < end for start, end in nested)
        and not any(start <= leave.at < end for start, end in code.dead)
    ]
    found = [("" if leave.constant else "\0") + leave.value for leave in leaves if leave.value]
    if not found and definition.statements:
        found = [definition.statements[-1][:2000]]
    return found


def _is_constant(answer: str) -> bool:
    text = _plain(answer)
    return not text.startswith("\0") and (
        bool(_CONSTANT.match(text))
        or (not re.search(r"[A-Za-z_]\w* \(|\breturn\b", text) and _is_data(text))
    )


def _is_data(text: str) -> bool:
    """Whether names stand in it only as keys: a literal list or map."""
    words = re.findall(r"\"[^\"]*\"|'[^']*'|[A-Za-z_]\w*(?! ?:)", text[:2000])
    known = {"true", "false", "True", "False", "None", "null", "nil"}
    return text[:1] in "[{(" and all(word[0] in "\"'" or word in known for word in words)


def _plain(text: str) -> str:
    return " ".join(text.replace("\u27e6", "").replace("\u27e7", "").split())


def _cut_off(file: FileChange, before: Code, after: Code) -> Iterator[Finding]:
    """Lines that stayed, and that nothing reaches any more."""
    if file.before is None or file.after is None:
        return
    old = _dead_lines(file.before, before)
    known = {line.strip() for line in file.before.splitlines()}
    for start, end in after.dead[:200]:
        lines = [line.strip() for line in file.after[start:end][:_MAX_TEXT].splitlines()]
        kept = [line for line in lines if _says_something(line) and line in known]
        if kept and not set(kept) <= old:
            number = file.after.count(b"\n", 0, start) + 1
            text = kept[0][:160].decode("utf-8", "replace")
            yield _finding(file, number, f"this is never reached any more: {text}", named=False)


def _dead_lines(content: bytes, code: Code) -> set[bytes]:
    return {
        line.strip()
        for start, end in code.dead[:200]
        for line in content[start:end][:_MAX_TEXT].splitlines()
    }


def _says_something(line: bytes) -> bool:
    return len(line) > 3 and not line.startswith((b"//", b"#", b"*", b"/*", b"break", b"end"))  # noqa: PLR2004 - brackets


def _finding(file: FileChange, line: int, message: str, *, named: bool) -> Finding:
    return Finding(
        guard=NAME,
        severity=Severity.REJECT if named and "constant" not in message else SEVERITY,
        message=message,
        remedy=_REMEDY,
        file=file.path,
        line=line,
    )
