"""Let the model look at files and edit them."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from bot.agent.toolbox import MAX_OUTPUT, Answer, BadInputError, ToolContext, text_of, truncated

NAME = "str_replace_based_edit_tool"
SCHEMA: Mapping[str, Any] = {
    "type": "text_editor_20250728",
    "name": NAME,
    "max_characters": MAX_OUTPUT,
}
AROUND = 4  # lines shown on either side of an edit
MAX_LISTED = 300
MAX_NAMED_LINES = 10
MAX_CONTENT = 1_000_000  # characters of one written file


async def run(args: Mapping[str, Any], context: ToolContext) -> Answer:
    """Do what `command` says: view, create, str_replace or insert."""
    command = text_of(args, "command")
    path = await _relative(text_of(args, "path"), context)
    if command == "view":
        return Answer(text=await _view(path, args, context))
    if command == "create":
        return Answer(text=await _create(path, args, context))
    if command == "str_replace":
        return Answer(text=await _replace(path, args, context))
    if command == "insert":
        return Answer(text=await _insert(path, args, context))
    msg = f"no command {command!r}; there are view, create, str_replace, insert"
    raise BadInputError(msg)


async def _relative(path: str, context: ToolContext) -> str:
    """The path below the root of the checkout; models like to write absolute ones."""
    if path.startswith("/"):
        told = await context.box.run("pwd", 10)
        root = told.text.strip().rstrip("/")
        if path != root and not path.startswith(f"{root}/"):
            msg = f"{path} lies outside the repository at {root}; use a path relative to it"
            raise BadInputError(msg)
        path = path[len(root) :].lstrip("/")
    parts = [part for part in path.split("/") if part not in {"", "."}]
    return "/".join(parts) or "."


async def _text(path: str, context: ToolContext) -> str:
    try:
        return (await context.box.read(path)).decode()
    except UnicodeDecodeError as exc:
        msg = f"{path} is not UTF-8 text; use bash to look at it"
        raise BadInputError(msg) from exc


async def _view(path: str, args: Mapping[str, Any], context: ToolContext) -> str:
    try:
        entries = await context.box.listing(path)
    except OSError:
        lines = _lines(await _text(path, context))
        first, last = _range(args.get("view_range"), len(lines))
        return truncated(_numbered(lines, first, last)) or "(the file is empty)"
    return await _tree(path, entries, context)


async def _tree(path: str, entries: tuple[str, ...], context: ToolContext) -> str:
    """Two levels of a folder, hidden names left out."""
    prefix = "" if path == "." else f"{path}/"
    shown: list[str] = []
    for entry in entries:
        if entry.startswith("."):
            continue
        shown.append(prefix + entry)
        if entry.endswith("/") and len(shown) < MAX_LISTED:
            with suppress(OSError):  # the folder may be closed to everybody, or gone by now
                inner = await context.box.listing(prefix + entry.rstrip("/"))
                shown += [prefix + entry + each for each in inner if not each.startswith(".")]
    if len(shown) > MAX_LISTED:
        shown = [*shown[:MAX_LISTED], f"[... {len(shown) - MAX_LISTED} more]"]
    return "\n".join(shown) or "(the folder is empty)"


def _range(wanted: object, count: int) -> tuple[int, int]:
    if wanted is None:
        return 1, count
    match wanted:
        case [int(first), int(last)] if 1 <= first <= max(count, 1) and (
            last == -1 or last >= first
        ):
            return first, count if last == -1 else min(last, count)
    msg = f"`view_range` must be [first, last] within 1 and {count}; last may be -1 for the end"
    raise BadInputError(msg)


async def _create(path: str, args: Mapping[str, Any], context: ToolContext) -> str:
    content = text_of(args, "file_text")
    await _write(path, content, context)
    return f"{path} was written: {len(_lines(content))} lines."


async def _replace(path: str, args: Mapping[str, Any], context: ToolContext) -> str:
    old, new = text_of(args, "old_str"), text_of(args, "new_str", "")
    text = await _text(path, context)
    count = text.count(old) if old else 0
    if count == 0:
        msg = f"nothing was replaced: `old_str` does not appear verbatim in {path}"
        raise BadInputError(msg)
    if count > 1:
        msg = (
            f"nothing was replaced: `old_str` appears {count} times in {path}, in lines "
            f"{_places(text, old)}; add lines around it until it is unique"
        )
        raise BadInputError(msg)
    at = text.index(old)
    await _write(path, text[:at] + new + text[at + len(old) :], context)
    line = text.count("\n", 0, at) + 1
    return await _shown(path, line, line + new.count("\n"), context)


async def _insert(path: str, args: Mapping[str, Any], context: ToolContext) -> str:
    new = text_of(args, "insert_text", args.get("new_str")).removesuffix("\n")
    text = await _text(path, context)
    lines = _lines(text)
    after = args.get("insert_line")
    if not isinstance(after, int) or not 0 <= after <= len(lines):
        msg = f"`insert_line` must be a whole number from 0 to {len(lines)}"
        raise BadInputError(msg)
    end = "" if text and not text.endswith("\n") and after < len(lines) else "\n"
    await _write(path, "\n".join([*lines[:after], new, *lines[after:]]) + end, context)
    return await _shown(path, after + 1, after + 1 + new.count("\n"), context)


async def _write(path: str, content: str, context: ToolContext) -> None:
    if len(content) > MAX_CONTENT:
        msg = f"a file of more than {MAX_CONTENT} characters is not written"
        raise BadInputError(msg)
    try:
        raw = content.encode()
    except UnicodeEncodeError as exc:  # half of a surrogate pair, which JSON can hold
        msg = "nothing was written: the text holds a character that UTF-8 cannot"
        raise BadInputError(msg) from exc
    await context.box.write(path, raw)


async def _shown(path: str, first: int, last: int, context: ToolContext) -> str:
    lines = _lines(await _text(path, context))
    around = _numbered(lines, max(1, first - AROUND), min(len(lines), last + AROUND))
    return f"{path} was edited:\n{truncated(around)}"


def _places(text: str, old: str) -> str:
    places: list[str] = []
    at = text.find(old)
    while at >= 0 and len(places) < MAX_NAMED_LINES:
        places.append(str(text.count("\n", 0, at) + 1))
        at = text.find(old, at + len(old))
    return ", ".join(places)


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def _numbered(lines: list[str], first: int, last: int) -> str:
    return "\n".join(f"{n:6}\t{line}" for n, line in enumerate(lines[first - 1 : last], first))
