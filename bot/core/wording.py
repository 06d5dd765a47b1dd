"""The texts that people read on GitHub. Pure; golden files hold every one of them.

Everything from a repository, a log or a person is shown as code or inside a fence that it cannot
close, bounded, and without anything that GitHub would turn into a mention.
"""

import re
from collections.abc import Iterator, Sequence

from bot.core.attribution import Whose
from bot.core.case import Case
from bot.core.diagnosis import FailureClass
from bot.core.failure import Failure
from bot.core.lifecycle import Stage
from bot.core.links import case_url
from bot.core.markdown import code, counted, one_line, sentence
from bot.core.patch import Attempt, Fixer
from bot.core.redact import redact
from bot.core.repo_config import Mode
from guards.verdict import Finding, Severity, Verdict

WORKING = "selfheal:working"
NEEDS_HUMAN = "selfheal:needs-human"
HOLD = "selfheal:hold"
MERGED = "Merged."
BOTS = frozenset({"renovate", "dependabot"})
SHOWN_FAILURES = 3
SHOWN_EXCEPTIONS = 3
MAX_SUBJECT = 60
MAX_NAME = 300
_URL = re.compile(r"https?://[^\s()\[\]<>\"'`\\]{1,500}")

_WHOSE = {
    Whose.BASE: "the base branch is broken without this pull request",
    Whose.PULL_REQUEST: "this pull request, on its own",
    Whose.INTERACTION: "this pull request together with what came before it",
    Whose.FLAKY: "nobody's: the same tree is green when run again",
    Whose.UNKNOWN: "unknown: the failing check could not be run here",
}
_COLOUR = {True: "red", False: "green", None: "could not be run"}
_NOT_ITS_FAULT = frozenset({FailureClass.FLAKY, FailureClass.INFRA, FailureClass.BASE_BROKEN})
_HEADLINE = {
    Stage.HEALED: "Healed",
    Stage.EXPLAINED: "Nothing to fix here",
    Stage.GAVE_UP: "Over to you",
    Stage.STOPPED: "Stopped",
    Stage.OVERTAKEN: "Stood down",
    Stage.NEEDS_HUMAN: "A person must look",
    Stage.PUSHING: "Pushing the fix",
    Stage.WAITING_CI: "Fixed, waiting for CI",
    Stage.REQUEUING: "Going back into the queue",
    Stage.WATCHING: "Back in the queue",
}
_NEXT = {
    Stage.HEALED: "Nothing.",
    Stage.EXPLAINED: "When the cause is gone, put this pull request into the queue again.",
    Stage.GAVE_UP: (
        "Settle what is said above and put this pull request into the queue again, or comment "
        "`/selfheal retry <hint>`: selfheal tries again with your hint."
    ),
    Stage.STOPPED: "selfheal does nothing more here; `/selfheal retry` starts it again.",
    Stage.OVERTAKEN: (
        "selfheal does nothing more here: somebody acted, and people go first. If it fails in the "
        "queue again, selfheal looks at it anew."
    ),
    Stage.NEEDS_HUMAN: (
        "Somebody with write access comments `/selfheal approve` (push this fix), "
        "`/selfheal retry <hint>` (try another) or `/selfheal stop`."
    ),
    Stage.WAITING_CI: "When the checks of this pull request are green, it goes back into the queue.",
    Stage.REQUEUING: "It goes back into the queue, at the tail.",
    Stage.WATCHING: "selfheal watches the entry until it is merged.",
}
_NEXT_WITHOUT_QUEUEING = {
    Stage.HEALED: "Put this pull request into the queue again.",
    Stage.WAITING_CI: "When the checks of this pull request are green, put it into the queue again.",
}
_SEVERITY = {
    Severity.REJECT: "rejected",
    Severity.NEEDS_HUMAN: "needs a person",
    Severity.WARN: "warning",
}


def commit_message(case: Case, *, number: int, summary: str) -> str:
    """`Claude fix: …` with the trailers that let us find our own commit again."""
    subject = _inert(summary, MAX_SUBJECT) or "repair the failing check"
    names = ", ".join(check.name for check in case.checks) or "a required check"
    return (
        f"Claude fix: {subject}\n\n"
        f"{_inert(names, 200)} failed in the merge queue.\n\n"
        f"Selfheal-Case: {case.id}\n"
        f"Selfheal-Attempt: {number}\n"
    )


def _inert(text: str, limit: int) -> str:
    """Foreign text in a commit message, where it can close no issue and skip no CI."""
    return one_line(redact(text), limit).replace("[", "(").replace("]", ")")


def silent(case: Case) -> bool:
    """Whether an ended case has nothing to say: it is switched off, or people acted before us."""
    if case.config.mode is Mode.OFF:
        return True
    spoke = case.held is not None or case.enqueued is not None
    return case.outcome in {Stage.OVERTAKEN, Stage.STOPPED} and not spoke


def state_of(case: Case) -> Stage:
    """The stage as people should see it: on the way out that is how it ends."""
    return case.outcome or case.stage if case.stage is Stage.RELEASING else case.stage


def headline(case: Case) -> str:
    """A few words on how it stands."""
    state, found = state_of(case), case.diagnosis
    if state is Stage.EXPLAINED and (found is None or found.failure_class not in _NOT_ITS_FAULT):
        return "Left as it is"
    return _HEADLINE.get(state, "Working on it")


def sticky(case: Case, public_url: str) -> str:
    """The one comment of a pull request, in Markdown."""
    return "\n".join([*_head(case), *_failures(case), *_attempts(case), *_foot(case, public_url)])


def _head(case: Case) -> Iterator[str]:
    yield f"### selfheal: {headline(case)}"
    yield ""
    if case.reason:
        yield sentence(one_line(case.reason, 500))
        yield ""
    names = ", ".join(_check(check.name, check.url) for check in case.checks)
    if names:
        yield f"- **Out of the queue because of** {names} on group {code(case.entry.group[:12])}"
    if case.attribution is not None:
        yield f"- **Whose failure:** {_whose(case)}"
    if case.diagnosis is not None and case.diagnosis.why != case.reason:
        found = case.diagnosis.failure_class.value.replace("_", " ")
        yield f"- **Diagnosis:** {found}. {case.diagnosis.why}"


def _check(name: str, url: str | None) -> str:
    shown = code(name[:MAX_NAME])
    return f"[{shown}]({url})" if url and _URL.fullmatch(url) else shown


def _whose(case: Case) -> str:
    found = case.attribution
    if found is None:
        return ""
    others = ", ".join(f"#{number}" for number in found.others)
    runs = ", ".join(f"{trial.tree}: {_COLOUR[trial.failed]}" for trial in found.trials)
    text = _WHOSE[found.whose] + (f" ({others})" if others else "")
    return f"{text} ({runs})" if runs else text


def _failures(case: Case) -> Iterator[str]:
    if not case.failures:
        return
    yield ""
    yield f"**What failed** ({len(case.failures)})"
    yield ""
    for failure in case.failures[:SHOWN_FAILURES]:
        yield f"- {_failure(failure)}"
    if (more := len(case.failures) - SHOWN_FAILURES) > 0:
        yield f"- and {more} more"


def _failure(failure: Failure) -> str:
    tool = f" ({failure.tool}{f' {failure.rule}' if failure.rule else ''})" if failure.tool else ""
    return f"{code(failure.subject[:MAX_NAME])}: {code(failure.message[:200])}{tool}"


def _attempts(case: Case) -> Iterator[str]:
    if not case.attempts:
        return
    yield ""
    yield "**What was tried**"
    yield ""
    for attempt in case.attempts:
        yield f"{attempt.number}. {_attempt(attempt)}"
        yield from (f"   - {line}" for line in _verdict(attempt.verdict or Verdict()))
    for pushed in case.pushes:
        yield ""
        by = f", approved by {code(pushed.approved_by)}" if pushed.approved_by else ""
        yield f"Pushed {pushed.sha} (attempt {pushed.attempt}{by})."


def _verdict(verdict: Verdict) -> Iterator[str]:
    """What the guards found, and all that makes their word weigh less."""
    for finding in verdict.findings[:5]:
        yield f"{_SEVERITY.get(finding.severity, finding.severity.value)}: {_finding(finding)}"
    if verdict.salvage:
        files = dict.fromkeys(code(part.file[:MAX_NAME]) for part in verdict.salvage)
        yield f"the rest may be right without its changes to {_some(list(files))}"
    for each in verdict.exempted[:SHOWN_EXCEPTIONS]:
        by = f"{code(each.owner[:100])} until {each.until.isoformat()}"
        yield f"let through by {by}: {_finding(each.finding)} ({code(one_line(each.reason, 120))})"
    for setting in verdict.lowered[:SHOWN_EXCEPTIONS]:
        yield f"the policy is laxer than by itself: {code(one_line(str(setting), 200))}"
    for warning in verdict.warnings[:SHOWN_EXCEPTIONS]:
        yield f"about the policy: {code(one_line(warning, 200))}"
    lists = (verdict.exempted, verdict.lowered, verdict.warnings)
    if more := sum(max(0, len(each) - SHOWN_EXCEPTIONS) for each in lists):
        yield f"and {more} more about the policy"


def _finding(finding: Finding) -> str:
    where = f" in {code(finding.file)}" if finding.file else ""
    return f"{code(finding.message[:200])}{where}"


def _some(names: Sequence[str]) -> str:
    more = len(names) - SHOWN_EXCEPTIONS
    return ", ".join(names[:SHOWN_EXCEPTIONS]) + (f" and {more} more" if more > 0 else "")


def _attempt(attempt: Attempt) -> str:
    who = f"recipe {code(attempt.name)}" if attempt.by is Fixer.RECIPE else code(attempt.name)
    said = f": {code(one_line(attempt.summary, 120))}" if attempt.summary else ""
    end = f" **{one_line(attempt.why_failed, 200)}**" if attempt.why_failed else ""
    cost = (
        f" (${attempt.cost_usd:.2f}, {counted(attempt.turns, 'turn')})"
        if attempt.by is Fixer.MODEL
        else ""
    )
    return f"{who}{said}{cost}{end}"


def next_step(case: Case) -> str:
    """What happens next, or who has to do what; "" while selfheal is at work."""
    state = state_of(case)
    if case.config.mode is not Mode.REQUEUE and case.reason != MERGED:
        return _NEXT_WITHOUT_QUEUEING.get(state) or _NEXT.get(state, "")
    return _NEXT.get(state, "")


def _next(case: Case) -> Iterator[str]:
    if follows := next_step(case):
        yield ""
        yield f"**Next:** {follows}"


def _foot(case: Case, public_url: str) -> Iterator[str]:
    yield from _next(case)
    yield ""
    left = max(0.0, case.config.limits.usd_per_pr - case.spend_usd)
    spend = f"Spent ${case.spend_usd:.2f}, ${left:.2f} left for this pull request."
    url = case_url(public_url, case.id)
    yield f"<sub>{spend}{f' [The whole case]({url}).' if url else ''} `/selfheal help`</sub>"


def status(case: Case) -> str:
    """The answer to `/selfheal status`."""
    tried = f"{case.model_attempts} of {counted(case.config.limits.attempts, 'attempt')} used"
    stands = one_line(case.note, 300) or case.stage.value.replace("_", " ")
    return f"{headline(case)}: {sentence(stands)} {tried}, ${case.spend_usd:.2f} spent."


def report_summary(case: Case) -> str:
    """The Markdown of our check run."""
    return "\n".join([*_head(case), *_failures(case), *_attempts(case), *_next(case)])
