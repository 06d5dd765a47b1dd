"""A finding may be let through once, by its content: with an owner, a reason and an end."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from guards.verdict import Exempted, Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """A person's word that one finding, and no other, is right.

    Attributes:
        fingerprint: of the finding, as the verdict shows it.
        guard: whose finding it is.
        reason: why it is right.
        owner: who answers for it.
        until: the last day on which it counts.
    """

    fingerprint: str
    guard: str
    reason: str
    owner: str
    until: date


def fingerprint(guard: str, path: str, content: str) -> str:
    """The same for the same change of the same file, wherever its lines stand.

    Bound to the text: a fingerprint of one change never covers the next, different one.
    """
    return _digest((guard, path, content))


def content_of(before: Iterable[str], after: Iterable[str]) -> str:
    """What a fingerprint keeps of removed and added lines.

    White space at the end of a line and the kind of line ending do not count.
    """
    return _digest((*_marked("-", before), *_marked("+", after)))


def _digest(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode(errors="backslashreplace")
        digest.update(b"%d:%b" % (len(data), data))
    return digest.hexdigest()


def _marked(mark: str, lines: Iterable[str]) -> Iterator[str]:
    return (mark + line.rstrip() for line in lines)


def exempt(
    findings: Sequence[Finding], exemptions: Sequence[Exemption], today: date | None
) -> tuple[list[Finding], list[Exempted], list[str]]:
    """What still counts, what does not any more, and what is to be said about the exemptions.

    When `today` is None, it is unknown, and no exemption counts.
    """
    current = {
        (each.guard, each.fingerprint): each
        for each in exemptions
        if today is not None and today <= each.until
    }
    kept: list[Finding] = []
    exempted: list[Exempted] = []
    for finding in findings:
        found = current.get((finding.guard, finding.fingerprint))
        if found is None:
            kept.append(finding)
        else:
            exempted.append(
                Exempted(finding=finding, owner=found.owner, reason=found.reason, until=found.until)
            )
    used = {(each.finding.guard, each.finding.fingerprint) for each in exempted}
    return kept, exempted, list(_warnings(exemptions, used, today))


def _warnings(
    exemptions: Sequence[Exemption], used: set[tuple[str, str]], today: date | None
) -> Iterator[str]:
    for each in exemptions:
        name = f"the exemption of {each.owner} for {each.guard} ({each.fingerprint[:12]})"
        if today is None:
            yield f"{name} does not count: today's date is not known here"
        elif today > each.until:
            yield f"{name} ended on {each.until}: remove it, or let its owner prolong it"
        elif (each.guard, each.fingerprint) not in used:
            yield f"{name} fits nothing in this change: remove it when its change has landed"
