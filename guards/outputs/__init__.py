"""The shelf of outputs: a verdict for people, programs, code scanning and GitHub's log.

Each module has `render(verdict, *, colour=False) -> str`, and is imported when it is asked for.
Pure: text comes back. Paths, messages and excerpts quote untrusted files: control characters
never leave here as they are.
"""

from importlib import import_module

from guards.verdict import Verdict

FORMATS = {"text": "text", "json": "document", "sarif": "sarif", "github": "github"}


def render(output: str, verdict: Verdict, *, colour: bool = False) -> str:
    """The verdict in one of `FORMATS`; colours only where the format knows any."""
    text: str = import_module(f"guards.outputs.{FORMATS[output]}").render(verdict, colour=colour)
    return text
