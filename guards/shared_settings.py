"""Files that steer the tests among other things: their part that does, cut out and put back."""

import configparser
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from guards import toml_text
from guards.pattern import expression

_TOML_PARTS = ("tool.pytest", "tool.coverage", "tool.tox", "tool.nox", "tool.hatch.envs")
_INI_PARTS = expression(
    r"tool:pytest|coverage:.{0,100}|testenv.{0,100}|tox.{0,100}|nosetests|aliases"
)
_JSON_PARTS = (
    "scripts", "jest", "vitest", "mocha", "ava", "tap", "nyc", "c8", "karma", "jasmine", "wireit", "nx",
)  # fmt: skip
_HEADER = expression(r"^\[\[?[ \t]*([^\]\n]{1,200}?)[ \t]*\]", re.MULTILINE)
_MAX_BYTES = 1024 * 1024


def is_shared(path: str) -> bool:
    """Whether settings of tests stand beside others in a file of this name."""
    return path.rpartition("/")[2] in _GRAFTS


def graft(path: str, body: bytes, donor: bytes) -> bytes:
    """`body` with the settings of tests that `donor` has.

    All of `donor` when they cannot be cut out of it: nothing of the other side may steer the tests.
    """
    if len(body) > _MAX_BYTES or len(donor) > _MAX_BYTES:
        return donor
    try:
        return _GRAFTS[path.rpartition("/")[2]](body.decode(), donor.decode()).encode()
    except (ValueError, configparser.Error, RecursionError, AttributeError):
        return donor


def _json(body: str, donor: str) -> str:
    ours, theirs = json.loads(body), json.loads(donor)
    if all(ours.get(key) == theirs.get(key) for key in _JSON_PARTS):
        return body
    kept = {key: value for key, value in ours.items() if key not in _JSON_PARTS}
    taken = {key: theirs[key] for key in _JSON_PARTS if key in theirs}
    return json.dumps(kept | taken, indent=2, ensure_ascii=False) + "\n"


def _toml(body: str, donor: str) -> str:
    ours, theirs = _toml_parts(body), _toml_parts(donor)
    if ours[0] == theirs[0]:
        return body
    grafted = _replaced(body, donor, _is_toml_part)
    if _toml_parts(grafted) != (theirs[0], ours[1]):
        msg = "the settings cannot be cut out by their lines"
        raise ValueError(msg)
    return grafted


def _toml_parts(text: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The settings of tests, and all others, by dotted name."""
    inside: dict[str, Any] = {}
    document = toml_text.loads(text)
    for name in _TOML_PARTS:
        *above, last = name.split(".")
        table: Any = document
        for key in above:
            table = table.get(key, {}) if isinstance(table, dict) else {}
        if isinstance(table, dict) and last in table:
            inside[name] = table.pop(last)
    return inside, _without_empty(document)


def _without_empty(table: Mapping[str, Any]) -> Mapping[str, Any]:
    """A table without tables that hold nothing: a header alone says nothing."""
    cleaned = {
        key: _without_empty(value) if isinstance(value, dict) else value
        for key, value in table.items()
    }
    return {key: value for key, value in cleaned.items() if value != {}}


def _is_toml_part(header: str) -> bool:
    name = header.replace('"', "").replace("'", "").replace(" ", "").strip("[]")
    return any(name == part or name.startswith(f"{part}.") for part in _TOML_PARTS)


def _ini(body: str, donor: str) -> str:
    ours, theirs = _ini_parts(body), _ini_parts(donor)
    if ours[0] == theirs[0]:
        return body
    grafted = _replaced(body, donor, lambda header: bool(_INI_PARTS.fullmatch(header)))
    if _ini_parts(grafted) != (theirs[0], ours[1]):
        msg = "the settings cannot be cut out by their lines"
        raise ValueError(msg)
    return grafted


def _ini_parts(text: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    parser = configparser.RawConfigParser(strict=False)
    parser.read_string(text)
    sections = {name: dict(parser[name]) for name in parser.sections()}
    inside = {name: sections[name] for name in sections if _INI_PARTS.fullmatch(name)}
    return inside, {name: sections[name] for name in sections if name not in inside}


def _replaced(body: str, donor: str, is_part: Callable[[str], bool]) -> str:
    """The sections of `body` that are no part, then those of `donor` that are."""
    kept = [text for header, text in _sections(body) if header is None or not is_part(header)]
    taken = [text for header, text in _sections(donor) if header is not None and is_part(header)]
    return "".join(text if text.endswith("\n") else f"{text}\n" for text in kept + taken if text)


def _sections(text: str) -> list[tuple[str | None, str]]:
    """Header and text of each section, in order; what stands before the first has none."""
    text = text.replace("\r\n", "\n")
    starts = [(match[1], match.start()) for match in _HEADER.finditer(text)]
    ends = [start for _, start in starts[1:]] + [len(text)]
    first = starts[0][1] if starts else len(text)
    return [
        (None, text[:first]),
        *((name, text[start:end]) for (name, start), end in zip(starts, ends, strict=True)),
    ]


_GRAFTS: Mapping[str, Callable[[str, str], str]] = {
    "package.json": _json,
    "pyproject.toml": _toml,
    "setup.cfg": _ini,
}
