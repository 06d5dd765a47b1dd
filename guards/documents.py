"""Read settings that strangers wrote, in whichever format their file has: plain values come out."""

import configparser
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from guards import toml_text, xml_text, yaml_text
from guards.errors import UnparsableError
from guards.pattern import expression

_MAX_BYTES = 2 * 1024 * 1024
_MAX_DEPTH = 64
_MAX_VALUES = 100_000
_MAX_TEXT = 16 * 1024 * 1024  # of all dotted keys and values together

_JSON = expression(
    r"\.(?:json|jsonc|json5|code-workspace|webmanifest|xctestplan)$|(?:^|/)(?:\.swcrc|\.jshintrc|\.jscsrc|\.arcconfig)$"
)
_TOML = expression(r"\.toml$|(?:^|/)(?:Pipfile|uv\.lock|poetry\.lock|Cargo\.lock)$")
_INI = expression(
    r"\.(?:ini|cfg|conf|properties|env|editorconfig|globalconfig|lcovrc)$|(?:^|/)(?:\.flake8|\.coveragerc|\.?pylintrc|\.pydocstyle(?:rc)?"
    r"|\.pycodestyle|\.pep8|\.npmrc|\.env(?:\.[\w-]+)*|\.envrc|\.bandit|\.style\.yapf|\.gitconfig)$"
)
_YAML = expression(r"\.(?:ya?ml|clang-tidy|clang-format|clangd)$|(?:^|/)CITATION\.cff$")
_XML = expression(
    r"\.(?:xml|xml\.dist|csproj|fsproj|vbproj|proj|props|targets|runsettings|ruleset|nuspec|DotSettings|xsd|plist|resx|xcscheme|xctestplan\.xml)$"
)
# Settings without an extension, of the JavaScript tools: JSON or YAML.
_EITHER = expression(r"(?:^|/)\.[\w-]+rc$")

# A quote or comment that nobody closes runs to the end: no character is looked at twice.
_TOKEN = expression(
    r"""(?P<double>"(?:[^"\\\n]|\\.)*+"?)|(?P<single>'(?:[^'\\\n]|\\.)*+'?)|(?P<comment>//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?)"""
    r"|(?P<name>[A-Za-z_$][\w$]*+)|(?P<number>[-+.\d][\w.+-]*+)|(?P<space>\s++)|(?P<other>.)",
    re.DOTALL,
)
_WORDS = frozenset(["true", "false", "null"])
_BLANKS = expression(r"(?<=\S)[^\S\n]{9,}")


def document(path: str, content: bytes) -> Any:
    """The values in a file of settings: mappings, sequences and scalars.

    XML elements are mappings from the names of their children, `@name` for attributes and `#text`;
    an element of text alone is that text, and elements of one name are a sequence.

    Raises:
        UnparsableError: no known format, or not readable as what its name says.
    """
    read = _reader(path)
    if read is None:
        msg = f"{path}: no known format of settings"
        raise UnparsableError(msg)
    if len(content) > _MAX_BYTES:
        msg = f"{path}: larger than {_MAX_BYTES} bytes"
        raise UnparsableError(msg)
    try:
        return read(_decoded(content))
    except (ValueError, configparser.Error, RecursionError, UnparsableError) as exc:
        msg = f"{path}: {type(exc).__name__}"
        raise UnparsableError(msg) from exc


def is_document(path: str) -> bool:
    """Whether a file of this name can be read here."""
    return _reader(path) is not None


def flat(values: Any) -> Mapping[str, str]:
    """Dotted keys to texts; a sequence of scalars is one text, of mappings has keys with numbers.

    Raises:
        UnparsableError: too deep or too much.
    """
    return dict(_within_bounds(_walk(values, "", 0, numbered=True)))


def entries(values: Any) -> tuple[tuple[str, str], ...]:
    """Dotted keys and texts, one a scalar: the items of a sequence all stand under its key.

    Raises:
        UnparsableError: too deep or too much.
    """
    return tuple(_within_bounds(_walk(values, "", 0, numbered=False)))


def text_of(value: Any) -> str:
    """A scalar as settings spell it: `true`, `null`, `80`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)


def lenient_json(text: str) -> Any:
    """JSON with comments, trailing commas, single quotes and bare keys.

    Raises:
        ValueError: not even that.
    """
    try:
        return json.loads(text)
    except ValueError:
        return json.loads("".join(_strict(text)))


def _reader(path: str) -> Callable[[str], Any] | None:
    for pattern, read in (
        (_JSON, lenient_json),
        (_TOML, toml_text.loads),
        (_INI, _ini),
        (_YAML, yaml_text.loads),
        (_XML, xml_text.loads),
        (_EITHER, _json_or_yaml),
    ):
        if pattern.search(path):
            return read
    return None


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    return content.decode("utf-8-sig")


def _strict(text: str) -> Iterator[str]:
    """The tokens of lenient JSON as strict JSON spells them."""
    comma = False
    for match in _TOKEN.finditer(text):
        kind, piece = match.lastgroup, match[0]
        if kind in {"comment", "space"}:
            continue
        if comma and piece not in {"}", "]"}:
            yield ","
        comma = piece == ","
        if kind == "single":
            yield json.dumps(piece.strip("'").replace("\\'", "'"))
        elif kind == "name" and piece not in _WORDS:
            yield json.dumps(piece)
        elif not comma:
            yield piece


def _ini(text: str) -> Any:
    # Long blanks inside a line would be looked at again from each of their places.
    text = _BLANKS.sub(" ", text)
    first = next((line for line in text.split("\n") if line.strip() and line[0] not in "#;"), "")
    parser = configparser.RawConfigParser(
        strict=False, allow_no_value=True, default_section="\0", empty_lines_in_values=False
    )
    try:
        parser.read_string(text if first.startswith("[") else f"[-]\n{text}")
    except AttributeError as exc:  # a value goes on below a key that has none
        raise ValueError from exc
    sections = {name: dict(parser[name]) for name in parser.sections()}
    return sections.pop("-", {}) | sections


def _json_or_yaml(text: str) -> Any:
    try:
        return lenient_json(text)
    except ValueError:
        return yaml_text.loads(text)


def _walk(value: Any, key: str, depth: int, *, numbered: bool) -> Iterator[tuple[str, str]]:
    if depth > _MAX_DEPTH:
        msg = "too deep to be read"
        raise UnparsableError(msg)
    if isinstance(value, Mapping):
        for name, inner in value.items():
            inner_key = f"{key}.{text_of(name)}" if key else text_of(name)
            yield from _walk(inner, inner_key, depth + 1, numbered=numbered)
    elif isinstance(value, list | tuple):
        yield from _walk_items(value, key, depth, numbered=numbered)
    else:
        yield key, text_of(value)


def _walk_items(
    items: list[Any] | tuple[Any, ...], key: str, depth: int, *, numbered: bool
) -> Iterator[tuple[str, str]]:
    if numbered and not any(isinstance(item, Mapping | list | tuple) for item in items):
        yield key, json.dumps([text_of(item) for item in items], ensure_ascii=False)
        return
    for number, item in enumerate(items):
        yield from _walk(item, f"{key}.{number}" if numbered else key, depth + 1, numbered=numbered)


def _within_bounds(pairs: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    size = 0
    for count, (key, value) in enumerate(pairs):
        size += len(key) + len(value)
        if count >= _MAX_VALUES or size > _MAX_TEXT:
            msg = "too much to be read"
            raise UnparsableError(msg)
        yield key, value
