"""For people: the outcome, each finding with its lines and remedy, then what was not judged."""

from collections.abc import Iterator

from guards.printable import HEADLINES, code, counted, printable
from guards.verdict import Excerpt, Exempted, Finding, Severity, Verdict

_PAD = " " * 14
_RED, _YELLOW, _GREEN, _BOLD, _DIM = "31", "33", "32", "1", "2"
_STYLES = {
    Severity.REJECT: _RED,
    Severity.NEEDS_HUMAN: _YELLOW,
    Severity.WARN: _GREEN,
    Severity.PASS: _GREEN,
}
_Styled = tuple[str, str]  # a line, and its style; "" = none


def render(verdict: Verdict, *, colour: bool = False) -> str:
    """Lines of text, with escape codes for a terminal or without."""
    return "".join(
        f"\x1b[{style}m{line}\x1b[0m\n" if colour and style else f"{line}\n"
        for line, style in _lines(verdict)
    )


def _lines(verdict: Verdict) -> Iterator[_Styled]:
    headline = f"{HEADLINES[verdict.outcome]}: {counted(len(verdict.findings), 'finding')}"
    yield headline, f"{_BOLD};{_STYLES[verdict.outcome]}"
    for finding in verdict.findings:
        yield from _finding(finding)
    for exempted in verdict.exempted:
        yield from _exempted(exempted)
    yield from _policy(verdict)
    yield from _salvage(verdict)
    if verdict.incomplete:
        yield "  something that is required could not be judged:", _YELLOW
    for item in verdict.not_run:
        yield printable(f"  {'not judged':12}{item.guard}: {item.why}"), _DIM


def _policy(verdict: Verdict) -> Iterator[_Styled]:
    for lowered in verdict.lowered:
        yield printable(f"  {'lowered':12}{lowered}"), _YELLOW
    for warning in verdict.warnings:
        yield printable(f"  {'policy':12}{warning}"), _YELLOW
    for plugin in verdict.plugins:
        yield printable(f"  {'plug-in':12}{plugin.name} {plugin.version}"), _DIM


def _salvage(verdict: Verdict) -> Iterator[_Styled]:
    if verdict.salvage:
        yield f"  {'salvage':12}the rest could be judged alone without:", ""
    for part in verdict.salvage:
        lines = "all of its change" if part.first is None else f"lines {part.first}-{part.last}"
        yield printable(f"{_PAD}{part.file}: {lines}"), ""


def _finding(finding: Finding) -> Iterator[_Styled]:
    style = f"{_BOLD};{_STYLES[finding.severity]}"
    yield printable(f"  {finding.severity.value:12}{finding}"), style
    yield from _excerpt("-", finding.before, _RED)
    yield from _excerpt("+", finding.after, _GREEN)
    yield printable(f"{_PAD}→ {finding.remedy}"), ""


def _excerpt(mark: str, excerpt: Excerpt | None, style: str) -> Iterator[_Styled]:
    if excerpt is None:
        return
    for number, line in enumerate(excerpt.lines, start=excerpt.line):
        yield f"{_PAD}{number:>5} {mark} {code(line)}".rstrip(), style


def _exempted(exempted: Exempted) -> Iterator[_Styled]:
    yield printable(f"  {'exempted':12}{exempted.finding}"), _DIM
    said = f"{_PAD}by {exempted.owner} until {exempted.until}: {exempted.reason}"
    yield printable(said), _DIM
