"""What comments in JavaScript tell linters, type checkers and coverage tools to leave out."""

import re

from guards.code import Suppression
from guards.facts import Comment

_SUPPRESSION = re.compile(
    r"(?P<tool>eslint|tslint|oxlint|biome|rome|prettier|istanbul|c8|v8|stryker|jshint|jscs|deno-lint|stylelint)"
    r"[\s:-]{1,3}(?P<word>(?:disable|ignore)[\w-]{0,20})\s{0,3}(?P<rest>[^\n]{0,300})"
    r"|@ts-(?P<ts>ignore|expect-error|nocheck)|\$Flow(?P<flow>FixMe|Ignore|Issue)|\b(?P<sonar>NOSONAR|nosemgrep)\b"
)
_CODE = re.compile(r"^[@\w/-]{2,60}$")


def suppression(comment: Comment) -> Suppression | None:
    """eslint-disable, @ts-ignore, istanbul ignore, biome-ignore, prettier-ignore and their like."""
    match = _SUPPRESSION.search(comment.text[:2000])
    if match is None:
        return None
    word, rest = match["word"] or "", match["rest"] or ""
    codes = re.split(r"--|:\s|\*/", rest)[0].replace(",", " ").split()
    is_line = re.search(r"next|line", word) is not None
    of_linter = match["tool"] in {"eslint", "oxlint", "tslint", "jshint", "stylelint"}
    whole = (of_linter and not is_line) or word.endswith(("-file", "-all", "-start"))
    return Suppression(
        tool=match["tool"] or ("types" if match["ts"] or match["flow"] else str(match["sonar"])),
        text=" ".join(match[0].split()),
        codes=tuple(code for code in codes[:30] if _CODE.match(code)),
        whole_file=whole or match["ts"] == "nocheck" or rest.startswith(("file", "start")),
        at=comment.at,
        end=comment.end,
        line=comment.line,
    )
