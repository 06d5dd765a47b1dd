"""Build a `Change` from what git says about two trees. Pure: whoever runs git hands over its output.

The list of paths, modes and blob ids comes from `git diff-tree --raw -z`, which cannot be
misread; the lines come from the patch of the same two trees. Both are checked against each
other and against the blobs, so that nothing in the repository (attributes, odd names, content
that looks like a diff) can hide a line from the guards.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from guards.change import Change, FileChange, Status
from guards.errors import BadDiffError
from guards.hunks import DiffReader, RawLine

# Put before the subcommand. Nothing of the repository's own configuration may run a program.
GIT_FLAGS = (
    "--no-pager",
    "--literal-pathspecs",
    "--no-replace-objects",
    *("-c", "core.quotePath=false"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.attributesFile=/dev/null"),
    *("-c", "diff.orderFile=/dev/null"),
    *("-c", "protocol.allow=never"),
)
_DIFF_FLAGS = (
    "-r",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-relative",
    "--ignore-submodules=none",
    "--submodule=short",
    "--find-renames=50%",
    "-l1000",
    "-O/dev/null",
)
# After `git diff-tree` (two commits or trees), `git diff-index --cached` or `git diff`.
RAW_FLAGS = (*_DIFF_FLAGS, "--raw", "-z", "--no-abbrev")
PATCH_FLAGS = (
    *_DIFF_FLAGS,
    *("--patch", "--text", "--full-index", "--unified=0", "--src-prefix=a/", "--dst-prefix=b/"),
)
# After `git rev-list`; then the commit and what it does not hold.
MESSAGES_FLAGS = ("--max-count=200", "--format=%B%x00")
# The environment of such a call, beside PATH.
GIT_ENV: Mapping[str, str] = {
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "HOME": "/nonexistent",
    "LC_ALL": "C",
}

MAX_PATCH_BYTES = 32 * 1024 * 1024
MAX_MESSAGES_BYTES = 256 * 1024
MAX_FILES = 3000
MAX_BLOB_BYTES = 2 * 1024 * 1024  # a larger blob is better left out of `blobs`: it is not judged

SUBMODULE = "160000"
ABSENT = "000000"
_RAW_ENTRY = re.compile(
    rb":([0-7]{6}) ([0-7]{6}) ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) ([ADMT]|R\d{1,3})"
)
_EXTENDED_HEADER = re.compile(
    rb"(?:(?:old|new|deleted file|new file) mode|(?:dis)?similarity index|rename (?:from|to)|index"
    rb"|---|\+\+\+) "
)
_UNUSUAL = re.compile(rb"""[\x00-\x1f"\\\x7f]""")
_UNUSUAL_OR_HIGH = re.compile(rb"""[\x00-\x1f"\\\x7f-\xff]""")
_ESCAPES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """One record of `git diff-tree --raw -z`; `old_path` equals `path` but for a rename."""

    status: Status
    old_mode: str
    new_mode: str
    old_blob: str
    new_blob: str
    old_path: bytes
    path: bytes


def parse_change(raw: bytes, patch: bytes, blobs: Mapping[str, bytes]) -> Change:
    """The change between two trees.

    Args:
        raw: what `git … diff-tree RAW_FLAGS BASE HEAD` printed.
        patch: what `git … diff-tree PATCH_FLAGS BASE HEAD` printed, for the same two.
        blobs: content by blob id, for `blob_ids(raw)`; one that is missing makes its side None.

    Raises:
        BadDiffError: the two disagree with each other or with the blobs, are damaged, or are
            larger than MAX_PATCH_BYTES or MAX_FILES.
    """
    if len(patch) > MAX_PATCH_BYTES:
        msg = f"the diff is larger than {MAX_PATCH_BYTES} bytes"
        raise BadDiffError(msg)
    reader = DiffReader(patch)
    files = [_file(entry, reader, blobs) for entry in raw_entries(raw)]
    if reader.line is not None:
        reader.refuse("the patch shows more than the list of changed files")
    return Change(files=tuple(sorted(files, key=lambda file: file.path)))


def blob_ids(raw: bytes) -> tuple[str, ...]:
    """The blobs, both sides, whose content `parse_change` wants; each once, in order."""
    sides = (
        side
        for entry in raw_entries(raw)
        for side in ((entry.old_mode, entry.old_blob), (entry.new_mode, entry.new_blob))
    )
    return tuple(dict.fromkeys(blob for mode, blob in sides if mode not in {SUBMODULE, ABSENT}))


def messages_of(listing: bytes) -> tuple[str, ...]:
    """The messages in what `git rev-list MESSAGES_FLAGS …` printed; one that was cut off counts."""
    entries = (entry.lstrip(b"\n").partition(b"\n")[2] for entry in listing.split(b"\0"))
    return tuple(entry.decode(errors="replace").strip() for entry in entries if entry.strip())


def raw_entries(raw: bytes) -> Iterator[RawEntry]:
    """Read `git diff-tree --raw -z --no-abbrev`.

    Raises:
        BadDiffError: not such output, or more than MAX_FILES files.
    """
    fields = raw.split(b"\0")
    if fields.pop() != b"":
        msg = "the list of changed files is cut off"
        raise BadDiffError(msg)
    rest = iter(fields)
    for count, head in enumerate(rest):
        match = _RAW_ENTRY.fullmatch(head)
        if match is None or count >= MAX_FILES:
            msg = f"more than {MAX_FILES} files" if match else "unreadable list of changed files"
            raise BadDiffError(msg)
        yield _raw_entry(match, rest)


def _raw_entry(match: re.Match[bytes], rest: Iterator[bytes]) -> RawEntry:
    modes_and_blobs = [group.decode() for group in match.groups()]
    status = Status(modes_and_blobs[4][0])
    old_path = next(rest, b"")
    path = next(rest, b"") if status is Status.RENAMED else old_path
    if not old_path or not path:
        msg = "the list of changed files is cut off"
        raise BadDiffError(msg)
    return RawEntry(
        status=status,
        old_mode=modes_and_blobs[0],
        new_mode=modes_and_blobs[1],
        old_blob=modes_and_blobs[2],
        new_blob=modes_and_blobs[3],
        old_path=old_path,
        path=path,
    )


def _file(entry: RawEntry, reader: DiffReader, blobs: Mapping[str, bytes]) -> FileChange:
    """One file, with its lines read from the patch."""
    removed, added = _section(entry, reader)
    if entry.status is Status.TYPE_CHANGED:  # git shows it as a deletion and an addition
        _, added = _section(entry, reader)
    before = _content(entry.old_mode, entry.old_blob, blobs)
    after = _content(entry.new_mode, entry.new_blob, blobs)
    binary = any(b"\0" in side for side in (before or b"", after or b"")) or any(
        b"\0" in line.content for line in (*removed, *added)
    )
    if before is not None and after is not None:
        _compare(entry, _lines(before), _lines(after), removed, added)
    return FileChange(
        path=entry.path.decode(errors="backslashreplace"),
        status=entry.status,
        old_path=None
        if entry.status is Status.ADDED
        else entry.old_path.decode(errors="backslashreplace"),
        old_mode=entry.old_mode,
        new_mode=entry.new_mode,
        before=None if entry.old_mode in {ABSENT, SUBMODULE} else before,
        after=None if entry.new_mode in {ABSENT, SUBMODULE} else after,
        added=() if binary else tuple(line.decoded() for line in added),
        removed=() if binary else tuple(line.decoded() for line in removed),
        binary=binary,
    )


def _section(entry: RawEntry, reader: DiffReader) -> tuple[list[RawLine], list[RawLine]]:
    """Removed and added lines of the section that must stand next for this entry."""
    line = reader.line
    # Headers are made and compared, not parsed: `a/x b/y b/z` can be read in two ways.
    if line is None or line not in {_header(entry, quote_high) for quote_high in (False, True)}:
        reader.refuse("the patch does not show the file that the list names")
    reader.advance()
    while (line := reader.line) is not None and _EXTENDED_HEADER.match(line):
        if line.startswith(b"index ") and not _index_agrees(entry, line):
            reader.refuse("the patch is of other blobs than the list")
        reader.advance()
    return reader.hunks()


def _index_agrees(entry: RawEntry, line: bytes) -> bool:
    old, _, new = line.split(b" ")[1].decode(errors="replace").partition("..")
    if entry.status is Status.TYPE_CHANGED:
        return old == entry.old_blob or new == entry.new_blob
    return (old, new) == (entry.old_blob, entry.new_blob)


def _header(entry: RawEntry, quote_high: bool) -> bytes:
    """The `diff --git` line that git writes for an entry."""
    old, new = (_quoted(side, quote_high) for side in (b"a/" + entry.old_path, b"b/" + entry.path))
    return b"diff --git " + old + b" " + new


def _quoted(path: bytes, quote_high: bool) -> bytes:
    """A path as git prints it: in C quotes when it holds anything unusual."""
    unusual = _UNUSUAL_OR_HIGH if quote_high else _UNUSUAL
    quoted = unusual.sub(_escaped, path)
    return path if quoted == path else b'"' + quoted + b'"'


def _escaped(match: re.Match[bytes]) -> bytes:
    byte = match[0][0]
    return f"\\{_ESCAPES.get(byte) or format(byte, '03o')}".encode()


def _content(mode: str, blob: str, blobs: Mapping[str, bytes]) -> bytes | None:
    """A side's content; empty where there is no file, None where it is not known."""
    if mode == ABSENT:
        return b""
    return None if mode == SUBMODULE else blobs.get(blob)


def _lines(content: bytes) -> list[bytes]:
    lines = content.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    return lines


def _compare(
    entry: RawEntry,
    before: list[bytes],
    after: list[bytes],
    removed: Sequence[RawLine],
    added: Sequence[RawLine],
) -> None:
    """Refuse a patch that is not exactly what lies between the two contents."""
    kept_before = _without(before, removed)
    kept_after = _without(after, added)
    if kept_before is None or kept_before != kept_after:
        name = entry.path.decode(errors="replace")
        msg = f"the patch of {name!r} is not what lies between its two contents"
        raise BadDiffError(msg)


def _without(lines: list[bytes], changed: Sequence[RawLine]) -> list[bytes] | None:
    """The lines that stay; None when a changed line is not what stands there."""
    if any(line.number > len(lines) or lines[line.number - 1] != line.content for line in changed):
        return None
    numbers = {line.number for line in changed}
    return [line for number, line in enumerate(lines, start=1) if number not in numbers]
