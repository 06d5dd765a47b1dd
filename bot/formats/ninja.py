"""ninja: a build file that is wrong; a failed edge only repeats what the compiler said."""

from collections.abc import Iterable, Iterator

from bot.core import make_folders
from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.make_folders import Folders
from bot.core.pattern import pattern

NAME = "ninja"
HINTS = ("FAILED: ", "ninja: ", *make_folders.HINTS)
REACH = (0, 0)

_EDGE = pattern(
    r"\s{0,12}FAILED: (?:\[code=\d{1,10}\] ?)?(?P<output>(?=[^\s]{0,400}/|[^\s.]{1,200}\.(?:o|obj|l?a|so|dylib|lib|dll|exe|pdb|d|stamp|pcm|h|cc?|cpp|py|js|json|txt|bin|hex|elf|wasm)[\d.]{0,12}(?: |$))[^\s:'\"(]{1,1000})(?: |$)"
)
_SAID = pattern(
    r"\s{0,12}ninja(?:\.exe)?: (?P<kind>error|fatal): (?:(?P<file>[^\s:']{1,300}):(?P<line>\d{1,7}): )?(?P<message>.{1,2000})$"
)
_STOPPED = pattern(r"\s{0,12}ninja(?:\.exe)?: (?P<message>build stopped: .{1,300})$")
_NO_FILE = ("loading '", "chdir to", "unknown target", "unknown tool", "invalid")


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """What ninja found wrong itself, and weakly each command that failed."""
    folders = Folders()
    for line in lines:
        if folders.read(line):
            continue
        span = LogSpan(start=line.number, end=line.number)
        if (match := _SAID.match(line.text)) is not None:
            config = match["message"].startswith(_NO_FILE)
            yield Failure(
                type=FailureType.CONFIG if config else FailureType.BUILD,
                tool=NAME,
                message=match["message"],
                file=folders.place(match["file"]) if match["file"] else None,
                line=int(match["line"]) if match["line"] else None,
                log=span,
            )
        elif (match := _EDGE.match(line.text) or _STOPPED.match(line.text)) is not None:
            yield Failure(
                type=FailureType.BUILD,
                tool=NAME,
                message=match["message"]
                if "message" in match.groupdict()
                else f"FAILED: {match['output']}",
                weak=True,
                log=span,
            )
