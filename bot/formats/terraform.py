"""Terraform and OpenTofu errors in their boxes, tflint's issues, and `terraform fmt -check`."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "terraform"
HINTS = ("│", "╷", "╵", ".tf line ", ".tofu line ", ".tfvars line ", ".hcl line ", ".tf.json line ")
REACH = (4, 5)
MAX_BLOCK = 40

_BOX = pattern(r"(?:##\[error\])?(?:│|\|) ?")
_HEAD = pattern(r"Error: (?P<message>\S.{0,600})$")
_PLACE = pattern(
    r" {2}(?:on|with) (?P<file>[^\s,][^\n]{0,400}?\.(?:tf|tfvars|hcl|tofu|tf\.json|tftest\.hcl|tfvars\.json)) line (?P<line>\d{1,7})(?:,|:|$)"
)
_TFLINT = pattern(
    r"(?P<severity>Error|Warning|Notice): (?P<message>\S.{0,600}?) \((?P<rule>[a-z][a-z0-9_]{3,100})\)$"
)
_QUIET = pattern(r"\s*\d{1,7}: |\s*├|\s*\^|\s*with |\s*on ")
_STATE = (
    "Error acquiring the state lock",
    "Failed to query available provider packages",
    "Failed to install provider",
)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an error; warnings of tflint count too, for it fails for them."""
    block: list[Line] = []
    for line in lines:
        boxed = _BOX.match(line.text)
        text = line.text[boxed.end() :] if boxed else line.text
        if _HEAD.match(text) or _TFLINT.match(text):
            yield from _failure(block)
            block = [Line(line.number, text if boxed is None else "│" + text)]
        elif line.text.startswith(("╵", "╷")):
            yield from _failure(block)
            block = []
        elif block and line.number <= block[-1].number + 2 and len(block) < MAX_BLOCK:
            block.append(Line(line.number, text))
    yield from _failure(block)


def _failure(block: Sequence[Line]) -> Iterator[Failure]:
    """A block that is known for Terraform's: by its box or by the place in its words."""
    if not block:
        return
    first = block[0].text
    place = next((match for line in block[1:8] if (match := _PLACE.match(line.text))), None)
    boxed = first.startswith("│")
    if place is None and not boxed:
        return
    text = first.removeprefix("│")
    span = LogSpan(start=block[0].number, end=block[-1].number)
    failure = Failure(
        type=FailureType.BUILD,
        tool=NAME,
        message=text.removeprefix("Error: "),
        file=place["file"] if place else None,
        line=int(place["line"]) if place else None,
        command="terraform validate",
        detail=tuple(line.text for line in block[1:] if line.text.strip()),
        log=span,
    )
    lint = _TFLINT.match(text)
    if lint is not None and place is not None and not boxed:
        yield replace(
            failure,
            type=FailureType.LINT,
            tool="tflint",
            rule=lint["rule"],
            message=lint["message"],
            command=f"tflint --filter={shlex.quote(place['file'])}",
        )
    elif _HEAD.match(text):
        infra = failure.message.startswith(_STATE)
        yield replace(
            failure,
            type=FailureType.INFRA if infra else FailureType.BUILD,
            message=_message(failure),
        )


def _message(failure: Failure) -> str:
    """The headline and the first sentence that explains it."""
    said = [text.strip() for text in failure.detail if not _QUIET.match(text)]
    return f"{failure.message}: {said[0]}" if said else failure.message
