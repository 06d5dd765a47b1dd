"""What the facts of a file mean for its tests: cases with their assertions, marks and doubles."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from guards.code import Assertion, Case, Code, Double, Mark, MarkKind, Strength, Suppression, inside
from guards.facts import (
    Definition,
    Fact,
    Kind,
)
from guards.syntax.conditions import FAILS, is_hollow, own_calls, statement_assertion
from guards.syntax.language import Language
from guards.syntax.notes import Found
from guards.syntax.reader import Reader, Touched
from guards.syntax.tree import SourceTree

_MAX_CASES: Final = 5000
_MAX_MARK: Final = 300
_MAX_OUTPUT: Final = 200  # lines of a comment that states an output


def read_code(
    source: bytes, language: Language, grammar: str, touched: Touched | None = None
) -> Code:
    """All facts of a file; with `touched`, in detail only those that a change touches.

    Raises:
        UnparsableError: larger than MAX_SOURCE_BYTES.
    """
    prepared = getattr(language, "prepared", None)
    readable = source if prepared is None else prepared(source)
    tree = SourceTree(readable, grammar, language.SYNTAX)
    reader = Reader(tree, language.SYNTAX, language.kind_of, touched)
    found = reader.read()
    caught = getattr(language, "errors_caught", None)
    if caught is not None:
        found.handlers += caught(found, reader)
        found.handlers.sort(key=lambda fact: fact.at)
    found.dead.sort()
    found.comparisons.sort(key=lambda fact: fact.at)
    marks = tuple(_marks(found, language))
    helpers = _asserting_helpers(found, language, reader)
    definitions = [item for item in found.definitions if item.kind is Kind.TEST][:_MAX_CASES]
    cases = tuple(_case(item, found, language, reader, helpers, marks) for item in definitions)
    return Code(
        language=language.NAME,
        damaged=tree.root.has_error,
        definitions=tuple(found.definitions),
        cases=cases,
        assertions=tuple(_assertions((0, len(source)), found, language, reader, helpers)),
        shadowed=frozenset() if language.SYNTAX.repeatable else _shadowed(definitions),
        calls=tuple(found.calls),
        assignments=tuple(found.assignments),
        branches=tuple(found.branches),
        comparisons=tuple(found.comparisons),
        handlers=tuple(found.handlers),
        leaves=tuple(found.leaves),
        literals=tuple(found.literals),
        mentions=tuple(found.mentions),
        imports=tuple(found.imports),
        comments=tuple(found.comments),
        markers=tuple(found.markers),
        marks=marks,
        suppressions=tuple(_suppressions(found, language)),
        doubles=tuple(_doubles(found, language)),
        tables=tuple(found.tables),
        dead=tuple(found.dead),
    )


def _case(
    definition: Definition,
    found: Found,
    language: Language,
    reader: Reader,
    helpers: frozenset[str],
    marks: Sequence[Mark],
) -> Case:
    span = (definition.at, definition.end)
    mentions = inside(found.mentions, span)
    tables = inside(found.tables, span)
    own = list(_assertions(definition.body_span, found, language, reader, helpers))
    rows = [row for table in tables for row in table.rows]
    rows += [marker.text for marker in definition.markers if marker.arguments]
    return Case(
        name=definition.name,
        line=definition.line,
        at=definition.at,
        end=definition.end,
        body=definition.body,
        assertions=tuple(own),
        swallowed=sum(
            language.swallows(handler)
            and any(handler.guarded[0] <= item.at < handler.guarded[1] for item in own)
            for handler in inside(found.handlers, span)
        ),
        rows=tuple(rows),
        parametrized=language.is_table(definition, found),
        names=frozenset(name for item in mentions for name in item.text.split("."))
        | {call.name for call in inside(found.calls, span)},
        literals=frozenset(item.text for item in inside(found.literals, span)),
        marks=tuple(mark for mark in marks if span[0] <= mark.at < span[1]),
    )


def _assertions(
    span: tuple[int, int],
    found: Found,
    language: Language,
    reader: Reader,
    helpers: frozenset[str],
) -> Iterator[Assertion]:
    """What is asserted within a span and can be reached, in order."""
    everything = [*_of_calls(span, found, language, helpers), *_of_statements(span, found, reader)]
    explained: set[int] = set()
    for branch, own in own_calls(inside(found.branches, span), inside(found.calls, span)):
        assertion = language.condition(branch, own)
        if assertion is not None:
            explained |= {call.at for call in own}
            everything.append(assertion)
    everything = [each for each in everything if each.matcher != FAILS or each.at not in explained]
    everything += _of_comments(span, found, reader)
    for item in sorted(everything, key=lambda each: each.at):
        if not any(start <= item.at < end for start, end in found.dead):
            yield item


def _of_comments(span: tuple[int, int], found: Found, reader: Reader) -> Iterator[Assertion]:
    """What a comment says that a test prints, to the end of the test."""
    beginning = reader.syntax.stated_output
    comments = inside(found.comments, span) if beginning else ()
    for index, comment in enumerate(comments):
        if re.match(beginning, comment.text[:200], re.IGNORECASE):
            text = "\n".join(each.text for each in comments[index:][:_MAX_OUTPUT])
            yield Assertion(
                text=text,
                line=comment.line,
                at=comment.at,
                strength=Strength.EXACT,
                matcher="output",
                expected=text,
                constant=True,
            )
            return


def _of_calls(
    span: tuple[int, int], found: Found, language: Language, helpers: frozenset[str]
) -> Iterator[Assertion]:
    for call in inside(found.calls, span):
        if call.inner and call.name not in language.SYNTAX.asserting_links:
            continue
        assertion = language.assertion(call)
        if assertion is None and call.name in helpers:
            assertion = Assertion(
                text=call.text,
                line=call.line,
                at=call.at,
                strength=Strength.EXACT,
                matcher=call.name,
            )
        if assertion is not None:
            yield assertion


def _of_statements(span: tuple[int, int], found: Found, reader: Reader) -> Iterator[Assertion]:
    for statement, condition in found.asserts:
        if not span[0] <= statement.start_byte < span[1]:
            continue
        inner, negated = condition, False
        for _ in range(4):
            if inner.type in reader.syntax.wrappers and inner.named_child_count == 1:
                inner = inner.named_children[0]
            elif (
                inner.type in {"not_operator", "unary_expression"} and inner.named_child_count == 1
            ):
                inner, negated = inner.named_children[0], not negated
        yield statement_assertion(
            text=f"assert {reader.tree.text(condition)}",
            comparison=reader.notes.comparison(inner),
            negated=negated,
            hollow=is_hollow(inner, reader, negated=negated),
            place=(statement.start_byte, statement.start_point.row + 1),
        )


def _asserting_helpers(found: Found, language: Language, reader: Reader) -> frozenset[str]:
    """Functions of the file that are no tests and assert something for whoever calls them."""
    return frozenset(
        item.simple_name
        for item in found.definitions
        if item.kind is Kind.FUNCTION
        and any(
            each.strength > Strength.HOLLOW
            for each in _assertions(item.body_span, found, language, reader, frozenset())
        )
    )


def _shadowed(tests: Sequence[Definition]) -> frozenset[str]:
    seen: set[tuple[int, str]] = set()
    twice: set[str] = set()
    for item in tests:
        if (item.parent, item.name) in seen:
            twice.add(item.name)
        seen.add((item.parent, item.name))
    return frozenset(twice)


def _marks(found: Found, language: Language) -> Iterator[Mark]:
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
    for fact, kind, text in sorted(facts, key=lambda each: each[0].at):
        head = text[:_MAX_MARK]
        yield Mark(
            kind=kind,
            text=head,
            platform=language.is_platform(head),
            at=fact.at,
            end=fact.end,
            line=fact.line,
        )


def _suppressions(found: Found, language: Language) -> Iterator[Suppression]:
    items = [language.suppression(comment) for comment in found.comments]
    items += [language.suppression_of_marker(marker) for marker in found.markers]
    yield from sorted((item for item in items if item), key=lambda item: item.at)


def _doubles(found: Found, language: Language) -> Iterator[Double]:
    for call in found.calls:
        if (target := language.double(call)) is not None:
            yield Double(target=target, text=call.text, at=call.at, end=call.end, line=call.line)
