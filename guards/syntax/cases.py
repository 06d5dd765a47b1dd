"""What the facts of a file mean for its tests: cases with their assertions, marks and doubles."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from guards.code import Assertion, Case, Code, Mark, Strength, inside
from guards.facts import (
    Definition,
    Kind,
)
from guards.syntax.conditions import FAILS, is_hollow, own_calls, statement_assertion
from guards.syntax.found import Found
from guards.syntax.header import Touched
from guards.syntax.language import Language
from guards.syntax.marks import doubles_of, marks_of, shadowed_names
from guards.syntax.reader import Reader
from guards.syntax.tree import SourceTree, is_damaged

_MAX_CASES: Final = 5000
_MAX_MARK: Final = 300
_MAX_SOURCES: Final = 50
_MAX_ROWS: Final = 2000
_PROVIDES: Final = re.compile(r"provider|source|theory|parameters|memberdata", re.IGNORECASE)
_MAX_DEAD: Final = 500
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
    marks = tuple(marks_of(found, language))
    helpers = _asserting_helpers(found, language, reader)
    definitions = _collected(found, language, touched)[:_MAX_CASES]
    cases = tuple(
        replace(case, rows=case.rows + rows)
        for case, rows in zip(
            (_case(item, found, language, reader, helpers, marks) for item in definitions),
            _provided(definitions, found),
            strict=True,
        )
    )
    return Code(
        language=language.NAME,
        damaged=found.too_deep or is_damaged(tree, language.SYNTAX),
        definitions=tuple(found.definitions),
        cases=cases,
        assertions=tuple(_assertions((0, len(source)), found, language, reader, helpers)),
        shadowed=frozenset() if language.SYNTAX.repeatable else shadowed_names(definitions, found),
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
        doubles=tuple(doubles_of(found, language)),
        tables=tuple(found.tables),
        dead=tuple(found.dead),
    )


def _collected(found: Found, language: Language, touched: Touched | None) -> list[Definition]:
    """The tests that a runner would find: those that can be reached and are run by somebody."""
    tests = [
        item
        for item in found.definitions
        if item.kind is Kind.TEST
        and not any(start <= item.at < end for start, end in found.dead[:_MAX_DEAD])
    ]
    entries = language.SYNTAX.entry_points
    everything = touched is None or touched.all_functions
    mains = [item for item in found.definitions if item.simple_name in entries]
    if not mains or not everything:
        return tests
    uses = Counter(item.text.rpartition(".")[2] for item in found.mentions)
    tests = [item for item in tests if _runs_by_itself(item) or _is_used(item, uses, found)]
    asserting = [call.at for call in found.calls if language.assertion(call) is not None]
    return sorted(
        tests + [item for item in mains if any(item.at <= at < item.end for at in asserting)],
        key=lambda item: item.at,
    )


def _is_used(test: Definition, uses: Counter[str], found: Found) -> bool:
    """Whether something names a test beside its own head."""
    head = inside(found.mentions, (test.at, test.body_span[0]))
    name = test.simple_name
    return uses[name] > sum(item.text.rpartition(".")[2] == name for item in head)


def _runs_by_itself(test: Definition) -> bool:
    """Whether a macro made a test, which then needs nobody to call it."""
    return not test.parameters or test.simple_name in test.parameters.split(" ")


def _provided(tests: Sequence[Definition], found: Found) -> Iterator[tuple[str, ...]]:
    """For each test the rows of the functions that its markers name as where its data comes from."""
    functions = {
        item.simple_name: item
        for item in found.definitions
        if item.kind in {Kind.FUNCTION, Kind.HOOK} and not item.untouched
    }
    for test in tests:
        texts = [marker.text for marker in test.markers if _PROVIDES.search(marker.name)]
        names = dict.fromkeys(re.findall(r"\w+", " ".join(texts)[:_MAX_MARK]))
        spans = [functions[name].body_span for name in names if name in functions]
        tables = [table for span in spans[:_MAX_SOURCES] for table in inside(found.tables, span)]
        yield tuple(row for table in tables[:_MAX_SOURCES] for row in table.rows)[:_MAX_ROWS]


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
    own = [*_of_markers(definition, language), *_of_chain(definition, found, language)]
    own += _assertions(definition.body_span, found, language, reader, helpers)
    of_nobody = getattr(language, "unwatched", None)
    lost = () if of_nobody is None else of_nobody(definition, found)
    own = [_hollow(item) if any(a <= item.at < b for a, b in lost) else item for item in own]
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
            and any(
                handler.guarded[0] <= item.at < handler.guarded[1] and item.matcher != FAILS
                for item in own
            )
            for handler in inside(found.handlers, span)
        ),
        rows=tuple(rows),
        parametrized=language.is_table(definition, found),
        names=frozenset(name for item in mentions for name in item.text.split("."))
        | {call.name for call in inside(found.calls, span)},
        literals=frozenset(item.text for item in inside(found.literals, span)),
        marks=tuple(mark for mark in marks if span[0] <= mark.at < span[1]),
    )


def _of_markers(definition: Definition, language: Language) -> Iterator[Assertion]:
    """What the markers of a test demand: `@Test(expected = …)`, `#[should_panic]`."""
    asserted = getattr(language, "assertion_of_marker", None)
    if asserted is not None:
        found = (asserted(marker) for marker in definition.markers)
        yield from (each for each in found if each is not None)


def _of_chain(definition: Definition, found: Found, language: Language) -> Iterator[Assertion]:
    """What hangs on the call that makes a test: `test(…)->throws(…)`."""
    asserted = getattr(language, "assertion_of_chain", None)
    if asserted is not None:
        calls = inside(found.calls, (definition.at, definition.at + 1))
        yield from (each for call in calls if (each := asserted(call)) is not None)


def _hollow(assertion: Assertion) -> Assertion:
    return replace(assertion, strength=Strength.HOLLOW)


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
