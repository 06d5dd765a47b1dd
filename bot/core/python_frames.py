"""Python tracebacks as the interpreter prints them, chained and grouped ones too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.core.log_paths import is_foreign
from bot.core.pattern import pattern

HEADER = "Traceback (most recent call last):"
_HANDLING = "During handling of the above exception"
CHAINED = ("The above exception was the direct cause", _HANDLING)
SYNTAX = ("SyntaxError", "IndentationError", "TabError")
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
    handling: bool = False  # raised while the one before was handled, not said to come of it
    on_purpose: bool = False  # by a statement that is shown

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
    handling = False
    for raw in texts:
        text = unmargined(raw)
        if text.startswith(CHAINED):
            handling = text.startswith(_HANDLING)
        if text.endswith(HEADER):
            open_ = Raised(group="Exception Group" in text, handling=handling)
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
        else:
            _take(open_, text)
    return found


def _take(raised: Raised, text: str) -> None:
    """A call, or a line of source shown below one."""
    if len(raised.frames) < MAX_FRAMES and (frame := frame_of(text)) is not None:
        raised.frames.append(frame)
        raised.on_purpose = False
    elif text.lstrip().startswith("raise "):
        raised.on_purpose = True


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


def blamed(raised: Sequence[Raised]) -> Raised | None:
    """What a program died of; of a group, its first member.

    What was raised on purpose for another exception explains it; what went wrong while another was
    handled only hides it. A file that cannot be parsed is to blame whatever was made of it.
    """
    complete = [each for each in raised if each.message]
    if any(each.group for each in complete):
        return next((each for each in complete if not each.group), complete[0])
    unread = next((each for each in complete if each.name in SYNTAX), None)
    if unread is not None or not complete:
        return unread
    last = len(complete) - 1
    while last and complete[last].handling and not complete[last].on_purpose:
        last -= 1
    ours = (each for each in reversed(complete[: last + 1]) if each.own is not None)
    return next(ours, complete[last])
