"""What became of the assertions of one test: which stayed, were rewritten, went and came.

Only text that all languages share is looked at: subjects, expected values, strength, literals.
"""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from guards.code import Assertion, Case, Strength
from guards.pattern import expression

_MOST_COMPARED = 60  # assertions of one test that are compared with each other one by one
_ALIKE = 0.5
_MAX_TEXT = 4000
_LITERAL = expression(
    r"""\"(?:[^\"\\]|\\.){0,2000}\"|'(?:[^'\\]|\\.){0,2000}'|`[^`]{0,2000}`|\b\d[\d_.]{0,60}[eE] ?- ?\d{1,3}|\b\d[\w.]{0,60}"""
)
_RAISES = expression(
    r"(?i)(?:raise|throw|exception|panic|error$|reject|failswith|assert_err|errored|warns)"
)
_WORD = expression(r"[^\W\d]\w{0,80}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One assertion that was rewritten."""

    before: Assertion
    after: Assertion


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """The assertions of both sides of a test; those that are word for word the same left out.

    Attributes:
        gone: those of the old side that nothing replaces. come: those that replace nothing.
    """

    revised: tuple[Revision, ...] = ()
    gone: tuple[Assertion, ...] = ()
    come: tuple[Assertion, ...] = ()


def differences(old: Case, new: Case) -> Differences:
    """Pair the rewritten assertions of two versions of a test, the most alike first."""
    gone = _without(old.assertions, new.assertions)
    come = _without(new.assertions, old.assertions)
    revised: list[Revision] = []
    for key in _KEYS:
        gone, come = _paired(gone, come, key, revised)
    gone, come = _similar(gone, come, revised)
    revised.sort(key=lambda each: each.after.at)
    return Differences(revised=tuple(revised), gone=tuple(gone), come=tuple(come))


def is_real(assertion: Assertion) -> bool:
    """Whether an assertion can fail at all."""
    return assertion.strength > Strength.HOLLOW


def expects_error(assertion: Assertion) -> bool:
    """Whether an assertion wants something to fail."""
    return _RAISES.search(assertion.matcher) is not None


@lru_cache(maxsize=1 << 14)
def shape(text: str) -> str:
    """A text without its constants."""
    return _LITERAL.sub("…", text[:_MAX_TEXT])


@lru_cache(maxsize=1 << 14)
def literals(text: str) -> tuple[str, ...]:
    """The constants of a text in order; strings without their quotes."""
    found = _LITERAL.findall(text[:_MAX_TEXT])
    return tuple(each[1:-1].replace('\\"', '"') if each[0] in "\"'`" else each for each in found)


@lru_cache(maxsize=1 << 14)
def words(text: str) -> tuple[str, ...]:
    """The names of a text in order, without those inside of strings."""
    return tuple(_WORD.findall(shape(text)))


def _without(some: Sequence[Assertion], others: Sequence[Assertion]) -> list[Assertion]:
    known = Counter(each.text for each in others)
    rest = []
    for each in some:
        known[each.text] -= 1
        if known[each.text] < 0:
            rest.append(each)
    return rest


def _subject(assertion: Assertion) -> str:
    return assertion.subject or assertion.text


_KEYS: Sequence[Callable[[Assertion], Hashable]] = (
    lambda each: (_subject(each), each.expected, is_real(each)),
    lambda each: (shape(each.text), _subject(each)),
    lambda each: (_subject(each), each.matcher),
    lambda each: shape(each.text),
    _subject,
    lambda each: (each.expected, each.matcher) if literals(each.expected) else each.text,
    lambda each: (shape(_subject(each)), each.matcher),
    lambda each: "an error" if expects_error(each) else each.text,
)


def _paired(
    gone: Sequence[Assertion],
    come: Sequence[Assertion],
    key: Callable[[Assertion], Hashable],
    revised: list[Revision],
) -> tuple[list[Assertion], list[Assertion]]:
    index: dict[Hashable, list[Assertion]] = {}
    for after in reversed(come):
        index.setdefault(key(after), []).append(after)
    rest, taken = [], set[int]()
    for before in gone:
        found = index.get(key(before))
        if found:
            after = found.pop()
            taken.add(id(after))
            revised.append(Revision(before=before, after=after))
        else:
            rest.append(before)
    return rest, [after for after in come if id(after) not in taken]


def _similar(
    gone: list[Assertion], come: list[Assertion], revised: list[Revision]
) -> tuple[list[Assertion], list[Assertion]]:
    """Pairs of what still shares at least half of its names and constants."""
    rest = gone[_MOST_COMPARED:]
    left = list(come)
    for before in gone[:_MOST_COMPARED]:
        candidates = left[:_MOST_COMPARED]
        scored = [(_likeness(before, after), -index) for index, after in enumerate(candidates)]
        score, index = max(scored, default=(0.0, 0))
        if score >= _ALIKE:
            revised.append(Revision(before=before, after=left.pop(-index)))
        else:
            rest.append(before)
    return rest, left


def _likeness(one: Assertion, other: Assertion) -> float:
    """How much of what the first looks at is looked at by the other too, from 0 to 1."""
    first = Counter([*words(_subject(one)), *literals(_subject(one))])
    second = Counter([*words(_subject(other)), *literals(_subject(other))])
    everything = Counter([*words(other.text), *literals(other.text)])
    most = max(first.total(), second.total())
    if not most or not first:
        return 0.0
    inside = bool(one.subject) and not first - everything
    return 1.0 if inside else (first & second).total() / most


def readable(text: str) -> str:
    """Canonical text as people write it, cut to what a message may quote."""
    closed = re.sub(r" (?=[).,;\]:])", "", text[:400])
    return re.sub(r"(?<=[(\[.!]) |(?<=\w) (?=[(\[])|(?<=\w\)) (?=[(\[.])", "", closed)[:200]
