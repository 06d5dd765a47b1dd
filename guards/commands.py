"""Shell text as commands, and what keeps their failure from being seen. No shell is needed.

Read leniently: what is no shell (a batch file, a Jenkinsfile) still shows its commands.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guards.pattern import expression

_MAX_COLUMNS = 2000
_MAX_COMMANDS = 4000
_MAX_CONTINUED = 50

_TOKEN = expression(
    r"""(?P<space>\s+)|(?P<comment>(?<![^\s;&|()])\#.*)|(?P<operator>&&|\|\||;;|\|&|&>>?|\d?>&\d|[;|&()]|[{}](?=[\s;]|$))"""
    r"""|(?P<word>(?:\$\{\{[^}]{0,300}\}\}|\$\{[^}]{0,300}\}|\$\([^()]{0,300}\)|"(?:[^"\\]|\\.){0,1990}"|'[^']{0,1990}'|\\.|[^\s;&|(){}"'\\]|["'\\{}])+)""",
)
_ASSIGNMENT = expression(r"[A-Za-z_]\w*=")
_SUCCESS = frozenset(
    {"true", ":", "/bin/true", "echo", "printf", "ver", "cd", "write-host", "warn"}
)
_KEYWORDS = frozenset({"if", "then", "do", "else", "elif", "while", "until", "!", "time"})
_ZERO = frozenset({"0", "$zero", ""})
_FAILS = expression(r"\b(?:exit|return)\s+(?:/b\s+)?(?:[1-9]|\$|\"?\$)|\bfalse\b|\bthrow\b|\bdie\b")
_PIPEFAIL = expression(r"\bpipefail\b|\bPIPESTATUS\b")
_NO_ERREXIT = expression(r"set\s+(?:\+e\b|\+o\s+errexit|\+\w*e)")
_ERREXIT = expression(r"set\s+(?:-\w*e|-o\s+errexit)")
_TRAP = expression(r"trap\s+['\"]?(?:[^'\"]{0,200};\s*)?(?:exit\s+0|true|:)\b")
_STATUS_RESET = expression(r"\$(?:global:)?LASTEXITCODE\s*=\s*0", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One simple command.

    Attributes:
        words: without assignments before it and without quotes around.
        environment: the names and values assigned before it, `NAME=value`.
        mask: why its failure is not seen; "" when it is.
        offset: 0-based line in the text.
        text: the line, trimmed.
    """

    words: tuple[str, ...]
    environment: tuple[str, ...] = ()
    mask: str = ""
    offset: int = 0
    text: str = ""


def commands(text: str, *, pipefail: bool = False) -> list[Command]:
    """The commands of a script, in order; `pipefail`: a pipe fails where any part fails."""
    found: list[Command] = []
    pipefail = pipefail or bool(_PIPEFAIL.search(text))
    state = ""
    handles_failure = bool(_FAILS.search(text))
    if _TRAP.search(text):
        state = "a trap ends the script with success"
    for offset, line in _lines(text):
        if _NO_ERREXIT.match(line) and not handles_failure:
            state = "set +e"
        elif _ERREXIT.match(line) and state == "set +e":
            state = ""
        for command in _on_line(line, offset, pipefail, handles_failure):
            masked = command.mask or state
            found.append(_with_mask(command, masked))
            if len(found) >= _MAX_COMMANDS:
                return found
        if line.split() in (["exit"], ["exit", "0"]):
            state = state or "the script has ended before"
    return found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their continuations, trimmed, with the number of the first."""
    start, parts = 0, list[str]()
    for number, line in enumerate(text.split("\n")):
        if not parts:
            start = number
        stripped = line.strip()
        if stripped.endswith("\\") and len(parts) < _MAX_CONTINUED:
            parts.append(stripped[:-1])
            continue
        joined = " ".join((*parts, stripped)).strip()[:_MAX_COLUMNS]
        parts = []
        if joined:
            yield start, joined
    if parts:
        yield start, " ".join(parts).strip()[:_MAX_COLUMNS]


def _on_line(line: str, offset: int, pipefail: bool, handled: bool) -> Iterator[Command]:
    pieces = _pieces(line)
    for index, (given, _) in enumerate(pieces):
        words = given
        mask = _mask(pieces, index, pipefail, handled)
        while words and words[0].lower() in _KEYWORDS:
            if words[0] in {"if", "elif", "while", "until"} and not handled:
                mask = mask or f"only asked by `{words[0]}`"
            if words[0] == "!" and not handled:
                mask = mask or "its result is turned round"
            words = words[1:]
        count = 0
        while count < len(words) and _ASSIGNMENT.match(words[count]):
            count += 1
        if words[count:]:
            yield Command(
                words=tuple(_unquoted(word) for word in words[count:]),
                environment=tuple(words[:count]),
                mask=mask,
                offset=offset,
                text=line,
            )


def _pieces(line: str) -> list[tuple[list[str], str]]:
    """Words and the operator after them."""
    pieces: list[tuple[list[str], str]] = []
    words: list[str] = []
    for match in _TOKEN.finditer(line):
        if match.lastgroup == "word":
            words.append(match[0])
        elif match.lastgroup == "operator":
            operator = match[0]
            if operator[0] in "&0123456789>" and ">" in operator:
                continue
            if words or operator not in "({":
                pieces.append((words, operator))
            words = []
    if words:
        pieces.append((words, ""))
    return pieces


def _mask(
    pieces: Sequence[tuple[list[str], str]], index: int, pipefail: bool, handled: bool
) -> str:
    """Why the failure of one command of a line is not seen there."""
    last = index
    while last + 1 < len(pieces) and pieces[last][1] in {"&&", "|", "|&", "", ")", "}"}:
        if pieces[last][1] in {"|", "|&"} and last == index and not pipefail:
            return f"piped into {pieces[last + 1][0][0][:40]}" if pieces[last + 1][0] else "piped"
        last += 1
    operator = pieces[last][1]
    after = pieces[last + 1 :]
    rest = " ".join(" ".join(words) for words, _ in after)
    if operator == "||" and after and not _FAILS.search(rest) and _succeeds(after):
        return f"|| {rest[:40]}".strip()
    if operator == "&":
        return "left in the background"
    if operator == ";" and not handled and after and _ends_well(after):
        return f"; {rest[:40]}"
    return ""


def _succeeds(after: Sequence[tuple[list[str], str]]) -> bool:
    words = next((words for words, _ in after if words), [""])
    head = _unquoted(words[0]).lower()
    if head in {"exit", "return"}:
        return len(words) == 1 or words[-1] in _ZERO
    return head in _SUCCESS


def _ends_well(after: Sequence[tuple[list[str], str]]) -> bool:
    words = next((words for words, _ in reversed(after) if words), [""])
    head = _unquoted(words[0]).lower()
    if head in {"exit", "return"}:
        return words[-1] in _ZERO
    return head in _SUCCESS or bool(_STATUS_RESET.search(" ".join(words)))


def _unquoted(word: str) -> str:
    if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'":
        return word[1:-1]
    return word


def _with_mask(command: Command, mask: str) -> Command:
    if mask == command.mask:
        return command
    return Command(
        words=command.words,
        environment=command.environment,
        mask=mask,
        offset=command.offset,
        text=command.text,
    )
