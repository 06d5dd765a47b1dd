"""npm, 6 to 11: why it could not resolve, install, audit or run, told in lines that begin with `npm ERR!` or `npm error`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "npm"
HINTS = ("ERR!", "npm error", "[31merror")
REACH = (0, 0)

_SAID = pattern(r"(?:##\[error\])?\s{0,40}npm (?:ERR!|error)(?: (?P<text>.*))?$")
_CODE = pattern(r"code (?P<code>[A-Z][A-Z0-9_]{2,60}|\d{1,4})$")
_NOISE = pattern(
    r"(?:code|errno|syscall|path|file|dest|type|cwd|stack|argv|node|npm|prefix|location|workspace|signal|command) ?(?:\S|$)"
    r"|A complete log|Note |In most cases|If you|\s{4,}at |at |\}|\s*$|This is probably not|For a full report|Clean install|Usage:"
)
_TOPIC = pattern(
    r"(?:404(?= +[^N])|notarget|notsup|engine|enoent|JSON\.parse|ERESOLVE|ELIFECYCLE|EBADENGINE|E[A-Z]{3,20}|network|syscall|gyp ERR!) +(?=\S)"
)
_INSTALL = pattern(r"path \S{0,400}node_modules[/\\]")
_LIFECYCLE = pattern(
    r"(?:Lifecycle script|Test failed|\S{1,200} \w{1,60}: `|Exit status|Failed at the|command failed)"
)
_MISSING = pattern(
    r"(?:Missing script:|missing script:|could not determine executable|npx canceled due to missing)"
)
_OUT_OF_SYNC = pattern(r".{0,10}(?:`npm ci` can only|cipm can only|The `npm ci` command can only)")
_INFRA = pattern(
    r"E(?:CONNREFUSED|CONNRESET|TIMEDOUT|NOTFOUND|AI_AGAIN|RR_SOCKET_TIMEOUT|429|5\d\d|NOSPC|PIPE|HOSTUNREACH|NETUNREACH|MFILE)"
    r"|ERR_SOCKET_TIMEOUT|FETCH_ERROR|SELF_SIGNED_CERT\w{0,30}|UNABLE_TO_\w{1,60}|CERT_\w{1,40}|ECONNABORTED|ERR_STREAM_\w{1,40}|EPROTO$"
)
_CONFIG = pattern(
    r"E(?:JSONPARSE|USAGE|NEEDAUTH|401|403|OTP|UNSUPPORTEDPROTOCOL|NOWORKSPACES|CONFIG|NOLOCK|NOAUDIT|NOENT|ACCES|PERM|INVALIDTAGNAME)$"
)
# Their first line says only what kind of thing is wrong.
_TWO_LINES = ("E404", "EBADENGINE", "EJSONPARSE")
MIN_WORDS = 3
MAX_LINES = 60
MAX_DETAIL = 40


@dataclass
class _Block:
    """What npm said in one go."""

    start: int
    end: int
    texts: list[str] = field(default_factory=list)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a block; weak where npm only repeats that a script failed."""
    block: _Block | None = None
    for line in lines:
        match = _SAID.match(line.text)
        if match is None:
            continue
        text = (match["text"] or "").rstrip()
        new = (
            block is None
            or line.number > block.end + 3
            or (_CODE.match(text) and any(_CODE.match(each) for each in block.texts))
        )
        if block is not None and new:
            yield from _tell(block)
        if block is None or new:
            block = _Block(line.number, line.number)
        block.end = line.number
        if len(block.texts) < MAX_LINES:
            block.texts.append(text)
    if block is not None:
        yield from _tell(block)


def _tell(block: _Block) -> Iterator[Failure]:
    texts = block.texts
    code = next((match["code"] for text in texts if (match := _CODE.match(text))), None)
    words = [text for text in texts if not _NOISE.match(text)]
    message = _message(code, words, texts)
    if message is None:
        return
    is_script = code is None or code == "ELIFECYCLE" or code.isdigit()
    installs = any(_INSTALL.match(text) for text in texts)
    missing = any(_MISSING.match(text) for text in words)
    kind = _type(code, words) if not missing else FailureType.CONFIG
    file = "package.json" if code == "EJSONPARSE" and "package.json" in " ".join(texts) else None
    yield Failure(
        type=kind,
        tool=NAME,
        rule=code if code and not code.isdigit() else None,
        message=message,
        file=file,
        detail=tuple(text for text in texts[:MAX_DETAIL] if text),
        log=LogSpan(start=block.start, end=block.end),
        weak=is_script and not (installs or missing or _is_telling(words)),
    )


def _is_telling(words: list[str]) -> bool:
    """Whether words without a code say the reason all the same."""
    said = ("audit endpoint returned", "cb() never called", "Exit handler never called")
    return _is_out_of_sync(words) or any(each in text for text in words for each in said)


def _is_out_of_sync(words: list[str]) -> bool:
    return any(_OUT_OF_SYNC.match(text) for text in words)


def _paragraph(texts: list[str]) -> str:
    """The first lines behind the code, up to an empty one: `npm ci` breaks its sentence."""
    told: list[str] = []
    for text in texts:
        if text.strip() and not _CODE.match(text):
            told.append(text.strip())
        elif told:
            break
    return " ".join(told)


def _message(code: str | None, words: list[str], texts: list[str]) -> str | None:
    """The first words that say something, without the topic npm begins each line with."""
    told = []
    for text in words:
        topic = _TOPIC.match(text)
        told.append((text if topic is None or code == "ERESOLVE" else text[topic.end() :]).strip())
    telling = [text for text in told if len(text) >= MIN_WORDS and text != "404"]
    if not telling:
        return f"npm failed with code {code}" if code else None
    first = telling[0]
    if code == "ERESOLVE":
        return "; ".join(telling[:6])
    if code in _TWO_LINES:
        return ": ".join(dict.fromkeys(telling[:2]))
    if code == "EUSAGE":
        return _paragraph(texts) or first
    if code is not None and code.isdigit() and "command failed" in texts:
        said = (text.partition("command ")[2] for text in texts if text.startswith("command "))
        ran = next((text for text in said if text != "failed"), "")
        return f"command failed: {ran}" if ran else "command failed"
    return first


def _type(code: str | None, words: list[str]) -> FailureType:
    text = " ".join(words)
    if code is not None and _INFRA.match(code):
        return FailureType.INFRA
    if (
        "audit endpoint returned an error" in text
        or "never called" in text
        or "network" in text[:40]
    ):
        return FailureType.INFRA
    if _is_out_of_sync(words):
        return FailureType.DEPENDENCY
    if code is not None and _CONFIG.match(code):
        return FailureType.CONFIG
    if code is not None and not code.isdigit() and code != "ELIFECYCLE":
        return FailureType.DEPENDENCY
    return (
        FailureType.BUILD
        if any(_LIFECYCLE.match(each) for each in words)
        else FailureType.DEPENDENCY
    )
