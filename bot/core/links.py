"""Paths of the pages that people are sent to, so that comments and pages agree."""

from urllib.parse import quote

from bot.core.ids import CaseId


def case_path(case_id: CaseId) -> str:
    """The path of a case's page; whatever the id holds ("/", "#", "@") is safe in a URL."""
    return f"/cases/{quote(case_id, safe='/@')}"


def transcript_path(case_id: CaseId, attempt: int) -> str:
    """The path of an attempt's transcript."""
    return f"{case_path(case_id)}/transcript/{attempt}"


def case_url(public_url: str, case_id: CaseId) -> str:
    """The address of a case's page; "" when nobody said where the pages are reached."""
    return f"{public_url.rstrip('/')}{case_path(case_id)}" if public_url else ""
