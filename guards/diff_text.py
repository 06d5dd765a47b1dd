"""Build a `Change` from a unified diff alone: no contents, so fewer guards can judge it.

The text is untrusted and may lie about what it stands for. It is read strictly: what is neither
a header nor a hunk is refused, as is a file whose headers disagree about its name.
"""

import re
from dataclasses import dataclass, field

from guards.change import Change, FileChange, Status
from guards.errors import BadDiffError
from guards.hunks import DiffReader, RawLine
from guards.parse import ABSENT, MAX_FILES

MAX_DIFF_BYTES = 5 * 1024 * 1024
_MAX_HEADER = 4096
_NOWHERE = b"/dev/null"
_MODES = {
    b"old mode ": "old_mode",
    b"new mode ": "new_mode",
    b"new file mode ": "added_mode",
    b"deleted file mode ": "deleted_mode",
    b"rename from ": "rename_from",
    b"rename to ": "rename_to",
    b"--- ": "source",
    b"+++ ": "target",
}
_IGNORED = (b"index ", b"similarity index ", b"dissimilarity index ")
_BINARY = (b"Binary files ", b"GIT binary patch")
_ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_PLAIN_ESCAPES = {b"a": 7, b"b": 8, b"t": 9, b"n": 10, b"v": 11, b"f": 12, b"r": 13}


@dataclass(slots=True, kw_only=True)
class _Section:
    """What the headers of one file said."""

    names: bytes | None = None  # of the `diff --git` line, both as one
    fields: dict[str, bytes] = field(default_factory=dict)
    binary: bool = False


def from_diff(text: str | bytes) -> Change:
    """The change that a unified diff shows, as git or `diff -u` write it.

    Raises:
        BadDiffError: no such diff, larger than MAX_DIFF_BYTES, or of a merge.
    """
    diff = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    if len(diff) > MAX_DIFF_BYTES:
        msg = f"the diff is larger than {MAX_DIFF_BYTES} bytes"
        raise BadDiffError(msg)
    reader = DiffReader(diff)
    files: dict[str, FileChange] = {}
    while reader.line is not None:
        file = _file(reader)
        if file.path in files:
            reader.refuse(f"a second part for {file.path!r}")
        files[file.path] = file
        if len(files) > MAX_FILES:
            reader.refuse(f"more than {MAX_FILES} files")
    if not files and diff.strip():
        reader.refuse("nothing that looks like a diff")
    return Change(files=tuple(files[path] for path in sorted(files)), from_trees=False)


def _file(reader: DiffReader) -> FileChange:
    section = _headers(reader)
    removed, added = reader.hunks()
    old, new = _paths(reader, section)
    status = _status(section, old, new)
    if not (removed or added or section.binary or set(section.fields) - {"source", "target"}):
        empty_is_fine = section.names is not None and "source" not in section.fields
        reader.refuse("a file without changes" if empty_is_fine else "a file without hunks")
    return _built(section, status, old or new, new or old, (removed, added))


def _built(
    section: _Section,
    status: Status,
    old: bytes | None,
    new: bytes | None,
    lines: tuple[list[RawLine], list[RawLine]],
) -> FileChange:
    removed, added = lines
    binary = section.binary or any(b"\0" in line.content for line in (*removed, *added))
    gone, come = status is Status.DELETED, status is Status.ADDED
    return FileChange(
        path=(new or b"").decode(errors="backslashreplace"),
        old_path=None if come else (old or b"").decode(errors="backslashreplace"),
        status=status,
        old_mode=ABSENT if come else _mode(section, "deleted_mode", "old_mode"),
        new_mode=ABSENT if gone else _mode(section, "added_mode", "new_mode"),
        added=() if binary else tuple(line.decoded() for line in added),
        removed=() if binary else tuple(line.decoded() for line in removed),
        binary=binary,
    )


def _headers(reader: DiffReader) -> _Section:
    """Read up to the first hunk, or to the next file."""
    section = _Section()
    first = True
    while (line := reader.line) is not None and not line.startswith(b"@@ "):
        line = line.removesuffix(b"\r")
        if len(line) > _MAX_HEADER:
            reader.refuse(f"a header of more than {_MAX_HEADER} bytes")
        if not first and _begins_file(section, line):
            break
        if line.startswith(b"diff --git "):
            section.names = line.removeprefix(b"diff --git ")
        elif not line.startswith(b"diff -") and not _header(section, line):
            reader.refuse("neither a header nor a hunk")
        first = False
        reader.advance()
    return section


def _begins_file(section: _Section, line: bytes) -> bool:
    """Whether a header line belongs to the next file already."""
    if line.startswith(b"diff -"):
        return True
    return line.startswith(b"--- ") and "source" in section.fields and section.names is None


def _header(section: _Section, line: bytes) -> bool:
    """Take one header line in; False when it is none."""
    for prefix, name in _MODES.items():
        if line.startswith(prefix):
            if name in section.fields:
                return False
            section.fields[name] = line.removeprefix(prefix)
            return True
    if line.startswith(_BINARY):
        section.binary = True
        return True
    return line.startswith(_IGNORED)


def _paths(reader: DiffReader, section: _Section) -> tuple[bytes | None, bytes | None]:
    """Old and new path; None where there is no file. All headers must agree."""
    fields = section.fields
    if "source" in fields and "target" in fields:
        old, new = _side(fields["source"], b"a/"), _side(fields["target"], b"b/")
        if section.names is not None:
            _agree(reader, section.names, old or new, new or old)
    elif "rename_from" in fields and "rename_to" in fields:
        old, new = _unquoted(fields["rename_from"]), _unquoted(fields["rename_to"])
        _agree(reader, section.names or b"", old, new)
    else:
        old = new = _both(reader, section.names)
    if not old and not new:
        reader.refuse("a file without a name")
    renamed = "rename_from" in fields or "rename_to" in fields
    if old and new and old != new and section.names is not None and not renamed:
        reader.refuse("two names, but no rename")
    return old, new


def _agree(reader: DiffReader, names: bytes, old: bytes | None, new: bytes | None) -> None:
    """Refuse a `diff --git` line of other files than the rest of the headers."""
    if old is None or new is None or not _same_names(names, old, new):
        reader.refuse("the headers name different files")


def _same_names(names: bytes, old: bytes, new: bytes) -> bool:
    for left, right in ((b"a/" + old, b"b/" + new), (old, new)):
        if names == left + b" " + right:
            return True
        quoted = re.fullmatch(rb'("(?:[^"\\]|\\.)*"|.*) ("(?:[^"\\]|\\.)*"|.*)', names)
        if quoted and (_unquoted(quoted[1]), _unquoted(quoted[2])) == (left, right):
            return True
    return False


def _both(reader: DiffReader, names: bytes | None) -> bytes:
    """The path of a file whose name is on the `diff --git` line alone: twice the same one."""
    left, right = b"", b""
    if names is not None and len(names) % 2 == 1:
        middle = len(names) // 2
        left, right = _unquoted(names[:middle]), _unquoted(names[middle + 1 :])
    path = left.removeprefix(b"a/")
    if not path or path != right.removeprefix(b"b/"):
        reader.refuse("cannot tell which file this is")
    return path


def _side(field_: bytes, prefix: bytes) -> bytes | None:
    """The path of a `---` or `+++` line; None for no file."""
    path = field_ if field_.startswith(b'"') else field_.partition(b"\t")[0]
    path = _unquoted(path.removesuffix(b"\t"))
    return None if path == _NOWHERE else path.removeprefix(prefix)


def _unquoted(path: bytes) -> bytes:
    """A path out of git's C quotes."""
    if len(path) < len(b'""') or not (path.startswith(b'"') and path.endswith(b'"')):
        return path

    def plain(match: re.Match[bytes]) -> bytes:
        code = match[1]
        if len(code) > 1:
            return bytes([int(code, 8) & 0xFF])
        return bytes([_PLAIN_ESCAPES[code]]) if code in _PLAIN_ESCAPES else code

    return _ESCAPED.sub(plain, path[1:-1])


def _status(section: _Section, old: bytes | None, new: bytes | None) -> Status:
    if old is None or "added_mode" in section.fields:
        return Status.ADDED
    if new is None or "deleted_mode" in section.fields:
        return Status.DELETED
    return Status.MODIFIED if old == new else Status.RENAMED


def _mode(section: _Section, *names: str) -> str | None:
    for name in names:
        if name in section.fields:
            return section.fields[name].decode(errors="replace").strip()
    return None
