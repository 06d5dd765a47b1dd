"""What keeps tests from running, what stands in for real code, and which tests are shadowed."""

from collections.abc import Iterator, Sequence
from typing import Final

from guards.code import Double, Mark, MarkKind
from guards.facts import (
    Definition,
    Fact,
)
from guards.syntax.found import Found
from guards.syntax.language import Language

_MAX_MARK: Final = 300
_MAX_CONDITIONS: Final = 500  # marks whose condition is looked up


def marks_of(found: Found, language: Language) -> Iterator[Mark]:
    """Skips, expected failures, focus and retries, in order."""
    facts: list[tuple[Fact, MarkKind, str]] = []
    facts += [
        (call, kind, call.text)
        for call in found.calls
        if (kind := language.mark_of_call(call)) is not None
    ]
    facts += [
        (marker, kind, marker.text)
        for marker in found.markers
        if (kind := language.mark_of_marker(marker)) is not None
    ]
    facts += [
        (item, kind, f"{item.target} = {item.value}")
        for item in found.assignments
        if (kind := language.mark_of_assignment(item)) is not None
    ]
    of_comment = getattr(language, "mark_of_comment", None)
    facts += [
        (comment, kind, comment.text)
        for comment in (() if of_comment is None else found.comments)
        if of_comment is not None and (kind := of_comment(comment)) is not None
    ]
    for count, (fact, kind, text) in enumerate(sorted(facts, key=lambda each: each[0].at)):
        head = text[:_MAX_MARK]
        condition = _condition_around(fact, found) if count < _MAX_CONDITIONS else ""
        yield Mark(
            kind=kind,
            text=head,
            platform=language.is_platform(head) or language.is_platform(condition),
            at=fact.at,
            end=fact.end,
            line=fact.line,
        )


def _condition_around(fact: Fact, found: Found) -> str:
    """The nearest condition that a fact stands under, as a conditional skip spells it."""
    around = [each for each in found.branches if each.body[0] <= fact.at < each.body[1]]
    nearest = max(around, key=lambda each: each.body[0], default=None)
    return "" if nearest is None else f"if ( {nearest.condition[:_MAX_MARK]} )"


def doubles_of(found: Found, language: Language) -> Iterator[Double]:
    """The stand-ins that calls put in place of real code."""
    for call in found.calls:
        if (target := language.double(call)) is not None:
            yield Double(target=target, text=call.text, at=call.at, end=call.end, line=call.line)


def shadowed_names(tests: Sequence[Definition], found: Found) -> frozenset[str]:
    """Names of tests that stand twice in one place, so that only the last one runs."""
    blocks = {call.at for call in found.calls if call.has_block}  # of one name, they all run
    seen: set[tuple[int, str]] = set()
    twice: set[str] = set()
    for item in tests:
        built_apart = any(marker.name == "cfg" for marker in item.markers)
        if (item.parent, item.name) in seen and item.at not in blocks and not built_apart:
            twice.add(item.name)
        seen.add((item.parent, item.name))
    return frozenset(twice)
