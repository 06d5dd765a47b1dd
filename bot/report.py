"""Our own check run on a pull request's head, made of a case."""

from bot.core.case import Case
from bot.core.links import case_url
from bot.core.wording import headline, report_summary
from bot.ports import CheckReport

RETRY = ("retry", "Retry", "Try once more")
STOP = ("stop", "Stop", "Leave this pull request alone")


def report(case: Case, public_url: str, *, conclusion: str | None) -> CheckReport:
    """How the case stands; `conclusion` None while it is being worked on."""
    return CheckReport(
        external_id=case.id,
        title=headline(case),
        summary=report_summary(case),
        conclusion=conclusion,
        details_url=case_url(public_url, case.id) or None,
        annotate=case.failures,
        actions=(STOP,) if conclusion is None else (RETRY, STOP),
    )
