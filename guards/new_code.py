"""Lines of code that a change adds, without their comments: what holds for any language.

Signals are told by the words that stand in a line, and counted on both sides of the whole change,
so that moved, renamed and reformatted code is never held against it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from guards.change import Change, FileChange, Line
from guards.code import Code
from guards.pattern import expression
from guards.reading import sides
from guards.roles import Role

MAX_COLUMNS = 2000
_MAX_LINES = 20_000
_MAX_WINDOW = 4
_VISIBLE = re.compile(rb"[^\r\n]")
_TWO_STRINGS = 4  # quotes
_CODE = expression(
    r"\.(?:py|pyx|js|jsx|mjs|cjs|ts|tsx|mts|cts|vue|svelte|go|rs|java|kt|kts|scala|groovy|cs|fs|vb|rb|php"
    r"|c|cc|cpp|cxx|h|hh|hpp|hxx|m|mm|swift|dart|ex|exs|erl|lua|pl|pm|r|jl|clj|hs|ml|zig)$",
    re.IGNORECASE,
)
_TOOLING = expression(
    r"(?:^|/)(?:\.[\w-]+|scripts?|tools?|tasks?|build|ci|benchmarks?|bench|examples?|docs?|hack|dev|bin)/"
    r"|(?:^|/)(?:setup|noxfile|fabfile|tasks|dodo|build|conf|rakefile|gulpfile|gruntfile)\.\w{1,4}$",
    re.IGNORECASE,
)
_COMMENT = expression(
    r"^\s*(?:#(?![!\[]|include|if|el|end|define|undef|pragma)|//|/\*|\*(?:\s|/|$)|--\s|;;)"
)
_TRAILING = expression(r"\s(?://|#)\s[^\"'`]*$")
_JOINED = expression(r"""["'`]\s{0,20}(?:\+|\.\.|\.|<>|\|\|)?\s{0,20}["'`]""")
_LISTED = expression(r"""["'`]\s{0,20},\s{0,20}["'`]""")
_STRINGS = expression(r'"(?:[^"\\\n]|\\.){0,500}"|\'(?:[^\'\\\n]|\\.){0,500}\'|`[^`\n]{0,500}`')
_JOINS = expression(r"""["'`]{2}\.join\b|\.join\(\s?(?:["'`]{2})?\s?\)|\bimplode\b|\bconcat\b""")
# The one character that pieces are put together with, after them or before them.
_JOINED_BY = expression(
    r"""\.join\(\s?["'`]([\w.:-])["'`]\s?\)|["'`]([\w.:-])["'`]\.join\(|\.Join\(\s?["'`]([\w.:-])["'`]|\bimplode\(\s?["']([\w.:-])["']"""
)
_RUST_TESTS = expression(r"^\s*#\[cfg\(test\)\]\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A line of code, with what stands around it on the same side of the change.

    Attributes:
        text: without comments; words that are put together from pieces are whole.
        context: the changed lines that stand close by, joined.
        bare: the text with its strings emptied.
        shown: as it stands in the file.
    """

    file: FileChange
    line: int
    text: str
    context: str
    bare: str
    shown: str


Keys = Callable[[Snippet], Sequence[str]]


def is_product(file: FileChange) -> bool:
    """Whether a file is code that users run: no test, no configuration, no generated text."""
    return file.role is Role.SOURCE and not file.is_test and bool(_CODE.search(file.path))


def is_tooling(file: FileChange) -> bool:
    """Whether a file helps developers, by the folder that it stands in."""
    return bool(_TOOLING.search(file.path))


def is_code_file(file: FileChange) -> bool:
    """Whether a file is code of any kind, tests included."""
    return bool(_CODE.search(file.path))


def new_signals(
    change: Change, wanted: Callable[[FileChange], bool], keys: Keys
) -> Iterator[tuple[Snippet, str]]:
    """Signals in added lines that the removed ones of the change do not account for."""
    files = [file for file in change.files if wanted(file)]
    known = Counter(
        key
        for file in files
        for snippet in snippets(change, file, old=True)
        for key in keys(snippet)
    )
    for file in files:
        for snippet in snippets(change, file, old=False):
            for key in keys(snippet):
                if known[key] > 0:
                    known[key] -= 1
                else:
                    yield snippet, key


def snippets(change: Change, file: FileChange, *, old: bool) -> Sequence[Snippet]:
    """The changed lines of one side that hold code."""
    name = f"snippets {old} {file.path}"
    if name not in change.memo:
        change.memo[name] = _snippets(change, file, old=old)
    found: Sequence[Snippet] = change.memo[name]
    return found


def stood_before(change: Change, file: FileChange, pattern: re.Pattern[str]) -> bool:
    """Whether the old file already had something like it, anywhere."""
    content = (file.before or b"")[:400_000].decode("utf-8", "replace")
    return any(pattern.search(line[:MAX_COLUMNS]) for line in content.splitlines()[:_MAX_LINES])


def _snippets(change: Change, file: FileChange, *, old: bool) -> Sequence[Snippet]:
    lines = (file.removed if old else file.added)[:_MAX_LINES]
    code = sides(change, file).before if old else sides(change, file).after
    content = file.before if old else file.after
    cleaned = _cleaned(code, content, strings=True)
    emptied = _cleaned(code, content, strings=False)
    end = _tests_of_rust(file, content)
    texts = [_text(line, cleaned) if line.number < end else "" for line in lines]
    bare = [_text(line, emptied) if line.number < end else "" for line in lines]
    return [
        Snippet(
            file=file,
            line=line.number,
            text=_whole(text),
            context=_context(lines, texts, index),
            bare=_STRINGS.sub(_emptied, bare[index]),
            shown=line.text.strip()[:200],
        )
        for index, (line, text) in enumerate(zip(lines, texts, strict=True))
        if text.strip()
    ]


def _context(lines: Sequence[Line], texts: Sequence[str], index: int) -> str:
    number = lines[index].number
    around = range(max(0, index - _MAX_WINDOW), min(len(lines), index + _MAX_WINDOW + 1))
    close = [texts[each] for each in around if abs(lines[each].number - number) <= _MAX_WINDOW]
    return _whole("\n".join(close))


def _whole(text: str) -> str:
    """The text with words whole that were put together from strings."""
    quotes = sum(map(text.count, "\"'`"))
    joined = _JOINED.sub("", text) if quotes >= _TWO_STRINGS else text
    if _JOINS.search(text):
        return _LISTED.sub("", joined)
    between = _JOINED_BY.search(text)
    return _LISTED.sub(next(filter(None, between.groups())), joined) if between else joined


def _text(line: Line, cleaned: Sequence[str] | None) -> str:
    if cleaned is not None:
        return cleaned[line.number - 1] if line.number <= len(cleaned) else ""
    text = line.text[:MAX_COLUMNS]
    return "" if _COMMENT.search(text) else _TRAILING.sub("", text)


def _cleaned(code: Code | None, content: bytes | None, *, strings: bool) -> Sequence[str] | None:
    """The lines of a file, with blanks where its comments were, and its long strings if wanted."""
    if code is None or content is None:
        return None
    blank = bytearray(content)
    long = [
        each for each in code.literals if each.is_string and b"\n" in content[each.at : each.end]
    ]
    for fact in (*code.comments, *(() if strings else long)):
        kept = _VISIBLE.sub(b" ", blank[fact.at : fact.end])
        blank[fact.at : fact.end] = kept
    return [line[:MAX_COLUMNS] for line in bytes(blank).decode("utf-8", "replace").split("\n")]


def _emptied(match: re.Match[str]) -> str:
    return match[0][0] * 2


def _tests_of_rust(file: FileChange, content: bytes | None) -> int:
    """The line on which a Rust file begins to test itself; far away when it never does."""
    if file.path.endswith(".rs") and content is not None:
        lines = content[:1_000_000].decode("utf-8", "replace").split("\n")
        for number, line in enumerate(lines, 1):
            following = lines[number].lstrip() if number < len(lines) else ""
            if _RUST_TESTS.match(line[:100]) and following.startswith(("mod ", "pub mod ")):
                return number
    return 1 << 40
