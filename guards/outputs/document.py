"""One `selfheal.verdict/v1` document."""

import json

from guards.verdict import Verdict


def render(verdict: Verdict, *, colour: bool = False) -> str:
    """JSON, in the same order for the same verdict."""
    return json.dumps(verdict.to_json(), indent=2) + "\n"
