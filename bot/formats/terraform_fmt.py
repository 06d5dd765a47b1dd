"""`terraform fmt -check` and `tofu fmt -check`: bare names of files, known by the command before them."""

import shlex
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "terraform"
HINTS = ("terraform fmt", "tofu fmt", "terraform-bin fmt", "tofu-bin fmt", "terraform.exe fmt")
REACH = (0, 120)
MAX_BEFORE = 40  # lines of the step's environment

_COMMAND = pattern(
    r"(?:##\[group\]Run |\[command\]|[^\s$>]{0,100} ?[$>+] ?|\+{1,4} )?(?:\S{1,200}/)?(?P<program>terraform|tofu)(?:-bin|\.exe)? fmt(?P<options> [^|;&]{0,300})"
    r"(?P<then>.{0,300})$"
)
_CHECKS = pattern(r".{0,300}? -{1,2}(?:check(?:=true)?|write=false)(?: |$)")
_HANDLED = pattern(r".{0,200}\|\| *(?:true|:|echo)\b")
_FILE = pattern(
    r"(?!--- |\+\+\+ )(?P<file>(?:[A-Za-z]:)?[\w@.\\/ -]{1,300}\.(?:tf|tfvars|tofu|tftest\.hcl|tfmock\.hcl|tofutest\.hcl))$"
)
_DIFF = pattern(r"[ +-]|@@ -\d|\\ No newline|$")
_NEXT = pattern(r"##\[(?:group|error|section)\]|\$ |\+{1,4} [a-z]|\[command\]")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a file, in the list that stands behind the command."""
    program, started, listing = "", 0, False
    for line in lines:
        text = line.text
        if " fmt" in text and (match := _COMMAND.match(text)) is not None:
            checks = _CHECKS.match(f"{match['options']} ") and not _HANDLED.match(match["then"])
            program, started, listing = match["program"] if checks else "", line.number, False
        elif program and (match := _FILE.match(text)) is not None and not text.startswith(" "):
            listing = True
            yield _failure(match["file"], program, line.number)
        elif _NEXT.match(text) or not (
            _DIFF.match(text) if listing else line.number <= started + MAX_BEFORE
        ):
            program = ""


def _failure(file: str, program: str, number: int) -> Failure:
    return Failure(
        type=FailureType.FORMAT,
        tool=program,
        message=f"{program} fmt: {file} is not formatted",
        file=file,
        command=f"{program} fmt -check -diff {shlex.quote(file)}",
        log=LogSpan(start=number, end=number),
    )
