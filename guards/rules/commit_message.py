"""A message may switch CI off, or talk to whoever judges the change: neither is a fix."""

import re
from collections.abc import Iterator

from guards.change import Change, FileChange
from guards.evidence import Evidence, Need
from guards.pattern import expression
from guards.policy import Policy
from guards.roles import Role
from guards.verdict import Finding, Severity

NAME = "commit_message"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_MAX_CHARACTERS = 20_000
_SKIP = expression(
    r"\[\s*(?:(?:skip|no)[ _-](?:ci|actions?|cd|tests?|checks?|travis|circleci|appveyor|azp|azurepipelines|azure devops|gitlab|drone|semaphore|netlify|vercel|buildkite|codecov|pipelines?|bitrise|cirrus)"
    r"|(?:ci|actions?|azurepipelines|azp|travis|appveyor|drone|circleci|codecov|cirrus|buildkite)[ _-](?:skip|off)|skip all|skip-checks)\s*\]|\*\*\*\s*NO_CI\s*\*\*\*"
    r"|^\s*skip-checks\s*:\s*true\b|^\s*skip-ci\s*:\s*true\b|##vso\[skip|^\s*(?:ci\.skip|no-ci)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_TO_MODELS = expression(
    r"\b(?:ignore|disregard|forget|override)\s+(?:\w+\s+){0,3}?(?:all|any|your|previous|prior|above|earlier|other)\s+(?:\w+\s+){0,3}?(?:instructions?|prompts?|rules?|guidelines?|guards?|policies)\b"
    r"|\b(?:you are|as) (?:an?|the) (?:ai|llm|language model|code reviewer|reviewing (?:model|agent|assistant)|automated reviewer)\b"
    r"|\b(?:dear|attention|note to|instructions? (?:to|for))\s+(?:the\s+)?(?:ai|llm|model|claude|gpt|copilot|reviewer bot|reviewing model|automated review\w*|reviewing agent|ai review\w*|code review (?:bot|agent)|judge)\b"
    r"|\b(?:approve|pass|accept) (?:this|the) (?:change|pull request|pr|diff|commit|patch) (?:without|regardless|no matter|immediately|unconditionally)"
    r"|<\s*/?\s*(?:system|assistant|instructions?)\s*>|\[/?INST\]|<\|im_(?:start|end)\|>|\b(?:system prompt|system message)\s*:"
    r"|\b(?:do not|don't) (?:flag|report|reject|mention) (?:this|these|the) (?:change|test|diff|edit|commit|deletion|file)s?\b",
    re.IGNORECASE,
)
_PROSE = expression(
    r"(?:prompt|agent|llm|\bai\b|openai|anthropic|claude|chat|jailbreak|injection)", re.IGNORECASE
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find words that keep CI from running, and text addressed to a reviewing model."""
    for message in change.messages:
        text = message[:_MAX_CHARACTERS]
        match = _SKIP.search(text)
        if match:
            prose = all(file.role is Role.DOCS for file in change.files)
            what = f"the commit message keeps CI from running: {match[0].strip()[:80]}"
            yield _finding(what, Severity.WARN if prose else SEVERITY)
        match = _TO_MODELS.search(text)
        if match:
            yield _finding(f"the commit message speaks to a reviewing model: {match[0][:120]}")
    for file in change.files:
        yield from _added(file)


def _added(file: FileChange) -> Iterator[Finding]:
    """Text to a model in the lines of a change; repositories about models write such lines too."""
    if file.role in {Role.VENDORED, Role.LOCK, Role.GENERATED}:
        return
    known = {
        match[0].lower() for line in file.removed if (match := _TO_MODELS.search(line.text[:2000]))
    }
    about = bool(_PROSE.search(file.path)) or file.is_test
    for line in file.added:
        match = _TO_MODELS.search(line.text[:2000])
        if match and match[0].lower() not in known:
            yield Finding(
                guard=NAME,
                severity=Severity.WARN if about else Severity.NEEDS_HUMAN,
                message=f"text addressed to a reviewing model: {match[0][:120]}",
                remedy="take the text out: the change is judged by what it does",
                file=file.path,
                line=line.number,
            )


def _finding(message: str, severity: Severity = SEVERITY) -> Finding:
    return Finding(
        guard=NAME,
        severity=severity,
        message=message,
        remedy="say in the message what the change does, and nothing to machines",
    )
