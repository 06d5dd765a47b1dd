"""What is taken out with its failing test can fail no more, and serve nobody either."""

import re
from collections import Counter
from collections.abc import Iterator

from guards.change import Change, FileChange
from guards.evidence import Evidence, Need
from guards.facts import Kind
from guards.kept_definitions import (
    Kept,
    Lone,
    gone_functions,
    kept_functions,
    new_functions,
    product_sides,
)
from guards.lines import LineMap
from guards.pattern import expression
from guards.policy import Policy
from guards.reading import all_sides
from guards.roles import Role
from guards.verdict import Finding, Severity

NAME = "removed_features"
SEVERITY = Severity.NEEDS_HUMAN
NEEDS: frozenset[Need] = frozenset()

_MAX_COLUMNS = 2000
_MAX_COMPARED = 200
_DEPRECATED = expression(r"deprecat|obsolete|legacy|will be removed|no longer", re.IGNORECASE)
# An option of a command, or the address of a page.
_OPTION = expression(
    r"(?:add_argument|option|Option|addOption|opt|flag|Flag|\.(?:String|Bool|Int)(?:Var)?P?)\(?\s?[^\n]{0,40}?[\"'`](--?[A-Za-z][\w-]{1,40})|\[(?:--?)([a-z][\w-]{1,40})"
)
_ROUTE = expression(
    r"(?:@\w{1,30}\.(?:route|get|post|put|patch|delete)|@(?:Get|Post|Put|Patch|Delete|Request)Mapping|\b(?:app|router|server|api|r|mux|e)\.(?:get|post|put|patch|delete|GET|POST|PUT|PATCH|DELETE|HandleFunc|Handle|Get|Post)|\[Http(?:Get|Post|Put|Delete)|^\s*(?:get|post|put|patch|delete))\(?\s?[\"'`](/[^\"'`\s]{0,100})"
)
_LITERAL = expression(
    r"\"[^\"]{0,200}\"|'[^']{0,200}'|\b\d[\w.]*|\b(?:True|False|true|false|None|null|nil)\b"
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find functions, options and routes that are gone while tests spoke of them.

    Nobody needs to be asked about what is private, renamed, or was announced to go.
    """
    tested = _no_longer_tested(change)
    still = _names_now(change)
    new = new_functions(change)
    for lone in gone_functions(change):
        name = lone.definition.simple_name
        if name in tested and name not in still and _is_public(lone) and not _renamed(lone, new):
            yield _finding(lone.file, lone.definition.line, f"{name} is gone, and so is its test")
    yield from _addresses(change)
    yield from _defaults(change)


def _no_longer_tested(change: Change) -> frozenset[str]:
    """Names that a test used which is gone, and no test uses now."""
    before: set[str] = set()
    after: set[str] = set()
    for both in all_sides(change):
        if both.file.is_test and both.before is not None:
            kept = {case.name for case in both.after.cases} if both.after else set()
            for case in both.before.cases:
                before |= case.names if case.name not in kept else set()
        if both.file.is_test and both.after is not None:
            for case in both.after.cases:
                after |= case.names
    return frozenset(before - after)


def _names_now(change: Change) -> frozenset[str]:
    """Names that are defined, or used, in the product as it is."""
    found: set[str] = set()
    for both in product_sides(change):
        if both.after is not None:
            found |= {each.simple_name for each in both.after.definitions}
    return frozenset(found)


def _renamed(lone: Lone, new: list[Lone]) -> bool:
    """Whether a new function says most of what the old one said."""
    old = set(lone.definition.body.split()[:_MAX_COLUMNS])
    return any(
        2 * len(old & set(other.definition.body.split()[:_MAX_COLUMNS])) > len(old)
        and len(other.definition.statements) * 2 >= len(lone.definition.statements)
        for other in new[:_MAX_COMPARED]
    )


def _is_public(lone: Lone) -> bool:
    definition = lone.definition
    if definition.simple_name.startswith("_") or len(definition.statements) < 1:
        return False
    content = lone.file.before or b""
    around = content[max(definition.at - 300, 0) : definition.end][:20_000]
    private = re.match(
        r"\s*+(?:private|internal|fileprivate|static\s+(?:int|void|char|bool))\b",
        _head(content, definition.at),
    )
    parents = definition.parent
    in_function = parents >= 0 and lone.code.definitions[parents].kind is Kind.FUNCTION
    return (
        not in_function
        and not private
        and not _DEPRECATED.search(around.decode("utf-8", "replace"))
    )


def _head(content: bytes, at: int) -> str:
    return content[at : at + 200].decode("utf-8", "replace")


def _addresses(change: Change) -> Iterator[Finding]:
    """Options and routes by the lines that name them; a renamed one leaves a new one behind."""
    for what, pattern in (("the option", _OPTION), ("the route", _ROUTE)):
        new = Counter(
            name
            for file in change.files
            if file.role is Role.SOURCE
            for line in file.added
            for name in _named(pattern, line.text)
        )
        for file in change.files:
            if file.role is not Role.SOURCE:
                continue
            added = sum(len(_named(pattern, line.text)) for line in file.added)
            gone = [(line, name) for line in file.removed for name in _named(pattern, line.text)]
            for line, name in gone[added:]:
                if new[name] <= 0 and not _announced(file):
                    yield _finding(file, line.number, f"{what} {name} is gone")


def _named(pattern: re.Pattern[str], text: str) -> list[str]:
    return [
        next(group for group in match.groups() if group)
        for match in pattern.finditer(text[:_MAX_COLUMNS])
    ]


def _announced(file: FileChange) -> bool:
    return any(_DEPRECATED.search(line.text[:_MAX_COLUMNS]) for line in file.removed)


def _defaults(change: Change) -> Iterator[Finding]:
    """Defaults of public parameters that have another value."""
    expectations = any(file.is_test and file.removed for file in change.files)
    for each in kept_functions(change):
        if each.old.parameters == each.new.parameters or each.new.simple_name.startswith("_"):
            continue
        if (was := _flipped(each)) is not None:
            severity = SEVERITY if expectations else Severity.WARN
            message = f"{each.new.simple_name} has another default: {was[0]} became {was[1]}"
            yield Finding(
                guard=NAME,
                severity=severity,
                message=message,
                remedy=_REMEDY,
                file=each.file.path,
                line=each.new.line,
            )


def _flipped(each: Kept) -> tuple[str, str] | None:
    """The first default that changed, when nothing but literals of the parameters did."""
    old, new = each.old.parameters[:4000], each.new.parameters[:4000]
    if _LITERAL.sub("0", old) != _LITERAL.sub("0", new):
        return None
    pairs = zip(_LITERAL.findall(old), _LITERAL.findall(new), strict=False)
    return next(((one[:80], other[:80]) for one, other in pairs if one != other), None)


_REMEDY = "repair the feature instead of taking it out; if it has to go, let a person decide"


def _finding(file: FileChange, line: int, message: str) -> Finding:
    return Finding(
        guard=NAME,
        severity=SEVERITY,
        message=message,
        remedy=_REMEDY,
        file=file.path,
        line=LineMap(file).near(line),
    )
