"""Python tracebacks as the interpreter prints them, chained and grouped ones too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.core.log_paths import is_foreign
from bot.core.pattern import pattern

HEADER = "Traceback (most recent call last):"
MAX_FRAMES = 1000

_FRAME = pattern(
    r'\s*File "(?P<path>[^"]{1,500})", line (?P<line>\d{1,7})(?:, in (?P<name>\S.{0,200}))?$'
)
_RAISED = pattern(r"[A-Za-z_][\w.<>]{0,300}(?::|$)")
_MARGIN = pattern(r" {0,40}[|+] ?")
_RULE = pattern(r" {0,40}\+[-+]+(?: \d{1,4} -+)?$")


class Frame(NamedTuple):
    """One call, as printed; `name` is empty where a file could not be parsed."""

    path: str
    line: int
    name: str


@dataclass(slots=True, kw_only=True)
class Raised:
    """One exception with the calls that led to it, outermost first."""

    frames: list[Frame] = field(default_factory=list)
    message: str = ""
    group: bool = False

    @property
    def name(self) -> str:
        """The class of the exception, without its module."""
        return self.message.partition(":")[0].rpartition(".")[2]

    @property
    def own(self) -> Frame | None:
        """The deepest call in code that is not installed."""
        ours = (frame for frame in reversed(self.frames) if not is_foreign(frame.path))
        return next(ours, None)


def read(texts: Iterable[str]) -> list[Raised]:
    """The exceptions of a traceback, in the order printed: causes before what they caused.

    Args:
        texts: the lines of one traceback, from its header or from its first frame.
    """
    found: list[Raised] = []
    open_: Raised | None = None
    for raw in texts:
        text = unmargined(raw)
        if text.endswith(HEADER):
            open_ = Raised(group="Exception Group" in text)
            found.append(open_)
        elif open_ is None:
            if (frame := frame_of(text)) is not None and not found:
                open_ = Raised(frames=[frame])
                found.append(open_)
            elif found and found[-1].message.endswith(":") and text.strip():
                found[-1].message += f" {text.strip()}"
        elif text[:1].strip():
            open_.message = text if _RAISED.match(text) else ""
            open_ = None
        elif len(open_.frames) < MAX_FRAMES and (frame := frame_of(text)) is not None:
            open_.frames.append(frame)
    return found


def unmargined(text: str) -> str:
    """A line of an exception group without the lines drawn left of it."""
    if _RULE.match(text):
        return ""
    margin = _MARGIN.match(text)
    return text[margin.end() :] if margin else text


def frame_of(text: str) -> Frame | None:
    """The call a line names, if it does."""
    if 'File "' not in text or (match := _FRAME.match(text)) is None:
        return None
    return Frame(match["path"], int(match["line"]), match["name"] or "")


def first_cause(raised: Sequence[Raised]) -> Raised | None:
    """What went wrong first; of a group, its first member."""
    complete = [each for each in raised if each.message]
    single = next((each for each in complete if not each.group), None)
    return single or next(iter(complete), None)
