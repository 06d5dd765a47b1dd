"""Workflow commands, which GitHub shows at the lines; then the outcome."""

from collections.abc import Iterator

from guards.printable import HEADLINES, code, printable
from guards.verdict import Excerpt, Finding, Severity, Verdict

_COMMANDS = {Severity.REJECT: "error", Severity.NEEDS_HUMAN: "warning", Severity.WARN: "notice"}


def render(verdict: Verdict, *, colour: bool = False) -> str:
    """One command a line, and a last line for the log."""
    lines = [_command(finding) for finding in verdict.findings if finding.severity in _COMMANDS]
    for title, said in _remarks(verdict):
        lines.append(f"::notice title=selfheal guard, {title}::{_data(said)}")
    lines.append(f"selfheal guard: {HEADLINES[verdict.outcome]}")
    return "".join(f"{line}\n" for line in lines)


def _remarks(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """A title and a text each; GitHub shows ten of a kind, so one stands for all of its kind."""
    exempted = (f"{each.finding} (by {each.owner} until {each.until})" for each in verdict.exempted)
    policy = [*(str(each) for each in verdict.lowered), *verdict.warnings]
    plugins = (f"{each.name} {each.version}" for each in verdict.plugins)
    not_run = (f"{each.guard}: {each.why}" for each in verdict.not_run)
    for title, texts in (
        ("policy", policy),
        ("exempted", exempted),
        ("plug-ins", plugins),
        ("not judged", not_run),
    ):
        if said := "; ".join(texts):
            yield title, said


def _command(finding: Finding) -> str:
    place = {
        "file": finding.file,
        "line": finding.line,
        "title": f"selfheal guard: {finding.guard}",
    }
    known = ",".join(f"{key}={_property(str(value))}" for key, value in place.items() if value)
    said = [
        f"{finding.message} → {finding.remedy}",
        *_excerpt("-", finding.before),
        *_excerpt("+", finding.after),
    ]
    return f"::{_COMMANDS[finding.severity]} {known}::{'%0A'.join(map(_data, said))}"


def _excerpt(mark: str, excerpt: Excerpt | None) -> Iterator[str]:
    for line in excerpt.lines if excerpt else ():
        yield f"{mark} {code(line)}"


def _data(text: str) -> str:
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
