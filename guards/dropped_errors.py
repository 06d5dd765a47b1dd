"""Spellings that drop an error without a handler, told by the line and by what was removed."""

import re
from collections import Counter
from collections.abc import Iterator

from guards.change import FileChange, Line
from guards.code_lines import code_of
from guards.pattern import expression

_MAX_COLUMNS = 2000
_MAX_LINES = 800
# Spellings that catch without a handler; what stands around them is compared with what was there.
_WRAPPED = expression(
    r"\.unwrap_or_default\(|\.unwrap_or\(|\.unwrap_or_else\(\|_\||\.ok\(\)|\btry\?|\brunCatching\b|\.getOrDefault\(|\.getOrNull\(\)"
    r"|\.catch\(\s?(?:\(\s?_?\w{0,8}\s?\)|_?\w{1,8}|function\s?\(\w{0,8}\))\s?(?:=>)?\s?(?:\{\s?\}|null|undefined|\[\s?\]|\(\{\s?\}\)|false|0|\"\"|'')|\.catch\(\s?(?:noop|_\.noop|Function\.prototype)\s?\)"
    r"|\srescue\s+(?:nil|false|true|0|\[\]|\{\}|\"\"|''|\w+\b)\s*$|\bcontextlib\.suppress\(\s?(?:Base)?Exception|\bsuppress\(\s?(?:Base)?Exception\b|\.exceptionally\(\s?\w{1,12}\s?->|\.onErrorReturn\w{0,8}\(|\.onErrorResume\w{0,8}\("
    r"|\bTry\([^\n]{0,200}\)\.(?:getOrElse|toOption)|\.catchError\(\(_|\bpcall\(|=\s?@\w{1,60}\(|^\s*@\w{1,60}\(.{0,200}\);"
)
_FALLIBLE_RUST = expression(r"\?|\.unwrap\(\)|\.expect\(|\bResult\b|\.parse\b|::from_str")
_DROPPED_GO = expression(
    r"^\s*(?:[\w.]+\s?,\s?){0,4}_\s?:?=\s?(?P<value>[\w.\[\]()]+\(.{0,200})$|^\s*_\s?=\s?(?P<lone>err\b|[\w.]+\(.{0,200})"
)
_NIL_GO = expression(r"^\s*return\s(?:.{1,100},\s?)?nil\s*$")
_CALL = expression(r"[A-Za-z_]\w*(?=\s?[!(])")
_WRAPPERS = frozenset(
    [
        "unwrap_or_default",
        "unwrap_or",
        "unwrap_or_else",
        "ok",
        "runCatching",
        "getOrElse",
        "getOrDefault",
        "getOrNull",
        "catch",
        "suppress",
        "exceptionally",
        "pcall",
        "Try",
        "if",
        "for",
        "while",
        "switch",
        "return",
        "func",
        "fn",
        "with",
        "toOption",
        "catchError",
        "then",
    ]
)


def dropped_errors(file: FileChange) -> Iterator[tuple[Line, str]]:
    """Each added line that drops an error which a removed one did not, with its code."""
    added, removed = (
        list(code_of([line.text[:_MAX_COLUMNS] for line in lines], file.path, strings=True))
        for lines in (file.added[:_MAX_LINES], file.removed[:_MAX_LINES])
    )
    known = Counter(match[0].strip() for text in removed for match in _WRAPPED.finditer(text))
    is_go = file.path.endswith(".go")
    for line, text in zip(file.added[:_MAX_LINES], added, strict=True):
        what = _dropped_in_go(text, removed) if is_go else _dropped(text, removed, file.path)
        if what is not None and known[what] > 0:
            known[what] -= 1
        elif what is not None:
            yield line, text


def _dropped(text: str, removed: list[str], path: str) -> str | None:
    match = _WRAPPED.search(text)
    if match is None:
        return None
    if ("@" in match[0]) != path.endswith(".php") and "@" in match[0]:
        return None
    calls = set(_CALL.findall(text)) - _WRAPPERS
    for old in removed:
        same = calls & set(_CALL.findall(old)) or _same_start(text, old)
        if not same or _WRAPPED.search(old):
            continue
        if path.endswith(".rs") and not _FALLIBLE_RUST.search(old):
            continue
        return match[0].strip()
    return None


def _same_start(text: str, old: str) -> bool:
    words = re.findall(r"\w+", text)[:4], re.findall(r"\w+", old)[:4]
    return len(words[0]) > 1 and words[0][:2] == words[1][:2]


def _dropped_in_go(text: str, removed: list[str]) -> str | None:
    """`value, _ := f()` where the error was taken before, or `return nil` where it was returned."""
    match = _DROPPED_GO.search(text)
    if match is not None:
        calls = set(_CALL.findall(text)) or {"err"}
        for old in removed:
            if re.search(r"\berr\b", old) and (
                calls & set(_CALL.findall(old))
                or ("lone" in match.groupdict() and match["lone"] == "err")
            ):
                return match[0].strip()
        return None
    if _NIL_GO.search(text) and any(re.search(r"return\s.{0,100}\berr\b", old) for old in removed):
        head = text.strip().rpartition("nil")[0]
        same = any(
            old.strip().startswith(head + "err") or ("err" in old and old.strip().startswith(head))
            for old in removed
        )
        return text.strip() if same and not _returns_nil(removed, text) else None
    return None


def _returns_nil(removed: list[str], text: str) -> bool:
    return any(old.strip() == text.strip() for old in removed)
