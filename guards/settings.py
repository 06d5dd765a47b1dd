"""What a change does to the settings of tools: the entries that appear, go, fall or rise.

The entries of all files of one tool are looked at together, so that moving settings between files
is nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from guards.change import Change, FileChange, Line, Status
from guards.lines import LineMap
from guards.pattern import expression
from guards.roles import Role
from guards.setting_entries import Entry, both_sides, read_entries
from guards.verdict import Severity
from guards.watches import Observation, Tool, Watch, compiled

_MAX_LINE = 2000
_MAX_OBSERVATIONS = 60
_NUMBER = expression(r"-?\d{1,9}(?:\.\d{1,6})?")


@dataclass(slots=True)
class _Side:
    """The entries of a tool in one tree, with a file that holds each."""

    count: Counter[Entry] = field(default_factory=Counter)
    files: dict[str, dict[str, FileChange]] = field(default_factory=dict)  # key → value → file


def observed(change: Change, tools: Sequence[Tool]) -> Iterator[Observation]:
    """Watched entries that changed for the worse, tool by tool."""
    for tool in tools:
        files = [file for file in change.files if tool.reads(file)]
        if not files:
            continue
        before, after = _both(tool, files, from_trees=change.from_trees)
        found = islice(_compared(tool, before, after), _MAX_OBSERVATIONS)
        is_new = not before.count and change.from_trees
        mild = is_new and (starts_project(change, files) or _starts_tool(change, tool))
        for item in found:
            yield replace(item, severity=Severity.WARN) if mild else item


def starts_project(change: Change, files: Sequence[FileChange]) -> bool:
    """Whether the files come with a folder of their own that is new with everything in it."""
    folders = [file.path.rpartition("/")[0] for file in files]
    for folder in folders:
        inside = [file for file in change.files if file.path.startswith(f"{folder}/")]
        is_new = all(file.status is Status.ADDED for file in inside)
        if not folder or not is_new or len(inside) <= folders.count(folder):
            return False
    return True


def _starts_tool(change: Change, tool: Tool) -> bool:
    """Whether another place of the change names the tool: a dependency, a hook, a job."""
    if not tool.introducible:
        return False
    names = (
        line.text.strip()
        for file in change.files
        if file.role in {Role.CONFIG, Role.GOVERNANCE, Role.LOCK} and tool.prefix(file.path) != ""
        for line in file.added
    )
    return any(tool.name in name and not name.startswith(("[", f'"{tool.name}')) for name in names)


def unreadable(change: Change, tools: Sequence[Tool]) -> Iterator[FileChange]:
    """Files of settings that could be read before the change and cannot be any more."""
    for file in change.files:
        if not change.from_trees or file.status is Status.DELETED or file.before is None:
            continue
        if any(tool.prefix(file.path) is not None for tool in tools) and file.after is not None:
            was = read_entries(file.old_path or file.path, file.before)
            if was is not None and read_entries(file.path, file.after) is None:
                yield file


def line_of(file: FileChange, *words: str) -> int | None:
    """Where an added line holds the words, else where a removed one stood; None when nowhere."""
    for wanted in (words, words[-1:]):
        for line in file.added:
            if _holds(line, wanted):
                return line.number
        for line in file.removed:
            if _holds(line, wanted):
                return LineMap(file).near(line.number) if file.after is not None else None
    return None


def _both(tool: Tool, files: Sequence[FileChange], *, from_trees: bool) -> tuple[_Side, _Side]:
    before, after = _Side(), _Side()
    for file in files:
        old, new, whole = both_sides(file, from_trees=from_trees)
        old_path = file.old_path or file.path
        for side, path, found in ((before, old_path, old), (after, file.path, new)):
            for entry in tool.own(path, found) if whole else found:
                side.count[entry] += 1
                side.files.setdefault(entry[0], {}).setdefault(entry[1], file)
    return before, after


def _compared(tool: Tool, before: _Side, after: _Side) -> Iterator[Observation]:
    gone, come = before.count - after.count, after.count - before.count
    keys = dict.fromkeys(key for key, _ in (*come, *gone))
    old, new = (_grouped(side.count, keys) for side in (before, after))
    for key in keys:
        for watch in tool.watches:
            if not compiled(rf"(?:^|\.)(?:{watch.key})$").search(key):
                continue
            found = _judged(watch, key, old.get(key, []), new.get(key, []))
            if found is not None:
                severity, message, value = found
                file, line = _place(key, value, after, before)
                yield Observation(
                    remedy=watch.remedy,
                    severity=severity,
                    message=f"{tool.name}: {message}",
                    file=file,
                    line=line,
                )
                break


def _grouped(counter: Counter[Entry], keys: Mapping[str, None]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for key, value in counter.elements():
        if key in keys:
            grouped.setdefault(key, []).append(value)
    return grouped


def _judged(
    watch: Watch, key: str, before: Sequence[str], after: Sequence[str]
) -> tuple[Severity, str, str] | None:
    """How bad, in which words, and the value to look for; None when nothing got worse."""
    if watch.lowered or watch.raised:
        return _number_judged(watch, key, before, after)
    old, new = (Counter(_items(watch, values)) for values in (before, after))
    for counter, pattern, verb in (
        (new if not before else Counter(), watch.first, "is now"),
        (new - old, watch.appears, "now has"),
        (old - new, watch.vanishes, "no longer has"),
    ):
        values = [value for value in counter if pattern and _full(pattern, value)]
        if counter and pattern is watch.vanishes:
            values = [value for value in values if not _covered(value, new)]
        if values:
            mild = watch.mild and all(_full(watch.mild, value) for value in values)
            severe = watch.severe and any(_full(watch.severe, value) for value in values)
            severity = Severity.WARN if mild else Severity.REJECT if severe else watch.severity
            shown = ", ".join(value or "nothing" for value in values)[:160]
            return severity, f"{watch.what}: {key[-120:]} {verb} {shown}", values[0]
    return None


def _covered(value: str, others: Iterable[str]) -> bool:
    """Whether another value is a folder above this one."""
    parts = value.removeprefix("./").split("/")
    above = {"/".join(parts[:depth]) for depth in range(1, min(len(parts), 12))} | {".", "**"}
    return "/" in value and any(other.removeprefix("./").rstrip("/*") in above for other in others)


def _number_judged(
    watch: Watch, key: str, before: Sequence[str], after: Sequence[str]
) -> tuple[Severity, str, str] | None:
    old, new = _numbers(before), _numbers(after)
    if not old:
        first = next(
            (f"{now:g}" for now in new if watch.appears and _full(watch.appears, f"{now:g}")), ""
        )
        message = f"{watch.what}: {key[-120:]} is now {first}"
        return (watch.severity, message, first) if first else None
    if not new:
        message = f"{watch.what}: {key[-120:]} was {old[0]:g} and is gone"
        return (Severity.NEEDS_HUMAN, message, before[0]) if watch.lowered else None
    worse = [
        (was, now)
        for was, now in zip(old, new, strict=False)
        if (watch.lowered and now < was) or (watch.raised and now > was)
    ]
    if not worse:
        return None
    was, now = worse[0]
    return watch.severity, f"{watch.what}: {key[-120:]} went from {was:g} to {now:g}", f"{now:g}"


def _numbers(values: Sequence[str]) -> list[float]:
    found = (_NUMBER.match(value.strip()) for value in values)
    return sorted(float(match[0]) for match in found if match)


def _items(watch: Watch, values: Sequence[str]) -> Iterator[str]:
    for value in values:
        parts = [part.strip(" \t()'\"^$") for part in compiled(watch.split).split(value)]
        for part in parts if any(parts) else ("",):
            if part or not any(parts):
                yield part.lower() if part in {"True", "False", "TRUE", "FALSE"} else part


def _full(pattern: str, value: str) -> bool:
    return compiled(pattern).fullmatch(value[:_MAX_LINE]) is not None


def _place(key: str, value: str, after: _Side, before: _Side) -> tuple[FileChange, int | None]:
    """A file with the key, of the new tree if it is there, and the line that says so."""
    last = key.rpartition(".")[2]
    known = [
        (text, file) for side in (after, before) for text, file in side.files.get(key, {}).items()
    ]
    for text, file in known:
        line = line_of(file, last, value or last) if value in text else None
        if line is not None:
            return file, line
    return known[0][1], None


def _holds(line: Line, words: Sequence[str]) -> bool:
    return all(word in line.text for word in words)
