"""The pytest settings of a repository, out of whichever file holds them."""

import configparser
import shlex
from collections.abc import Mapping
from typing import Any

from guards import toml_text
from guards.errors import UnparsableError

_SECTIONS = {
    "pytest.ini": "pytest",
    ".pytest.ini": "pytest",
    "tox.ini": "pytest",
    "setup.cfg": "tool:pytest",
}
_TOML = frozenset({"pyproject.toml", "pytest.toml", ".pytest.toml"})
_MAX_BYTES = 1024 * 1024
_MAX_OPTIONS = 20_000  # characters
_VALUED = frozenset(
    [
        "-k",
        "-m",
        "-p",
        "-o",
        "-W",
        "-c",
        "-n",
        "-r",
        "--ignore",
        "--ignore-glob",
        "--deselect",
        "--maxfail",
        "--rootdir",
        "--confcutdir",
        "--override-ini",
        "--pythonwarnings",
        "--config-file",
        "--lfnf",
        "--timeout",
        "--reruns",
        "--cov",
        "--cov-config",
        "--cov-report",
        "--cov-fail-under",
        "--import-mode",
        "--tb",
        "--durations",
        "--dist",
        "--junitxml",
        "--color",
        "--doctest-glob",
        "--basetemp",
        "--numprocesses",
        "--capture",
        "--log-level",
        "--log-cli-level",
        "--randomly-seed",
        "--ds",
        "--assert",
    ]
)


def is_pytest_config(path: str) -> bool:
    """Whether pytest reads its settings from a file of this name."""
    name = path.rpartition("/")[2]
    return name in _SECTIONS or name in _TOML


def pytest_settings(path: str, content: bytes) -> Mapping[str, str]:
    """The settings, each value as one text; empty when the file has none for pytest.

    Raises:
        UnparsableError: not readable as what its name says.
    """
    name = path.rpartition("/")[2]
    if len(content) > _MAX_BYTES:
        msg = f"{path}: larger than {_MAX_BYTES} bytes"
        raise UnparsableError(msg)
    try:
        text = content.decode()
        return _from_toml(text) if name in _TOML else _from_ini(text, _SECTIONS[name])
    except (ValueError, configparser.Error, RecursionError) as exc:
        msg = f"{path}: {type(exc).__name__}"
        raise UnparsableError(msg) from exc


def options(addopts: str) -> list[str]:
    """The command line options in `addopts`, each with its value behind one blank.

    What cannot be split as a shell does it is split at blanks.
    """
    try:
        words = shlex.split(addopts[:_MAX_OPTIONS])
    except ValueError:
        words = addopts[:_MAX_OPTIONS].split()
    found: list[str] = []
    takes_value = False
    for word in words:
        if takes_value:
            found[-1] += f" {word}"
        else:
            found.append(_spelled(word))
        takes_value = not takes_value and word in _VALUED
    return found


def _spelled(word: str) -> str:
    """An option with its value behind a blank, however it was written."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        return f"{name} {value}" if equals else word
    if word[:2] in _VALUED and len(word) > len("-k"):
        return f"{word[:2]} {word[2:].removeprefix('=')}"
    return word


def _from_ini(text: str, section: str) -> Mapping[str, str]:
    parser = configparser.RawConfigParser(strict=False)
    parser.read_string(text)
    return dict(parser[section]) if parser.has_section(section) else {}


def _from_toml(text: str) -> Mapping[str, str]:
    document = toml_text.loads(text)
    tables = [document, _table(_table(document, "tool"), "pytest")]
    found = {key: value for table in tables for key, value in _table(table, "pytest").items()}
    found |= tables[1]
    found |= _table(found, "ini_options")
    return {key: _flat(key, value) for key, value in found.items() if not isinstance(value, dict)}


def _table(document: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = document.get(key)
    return value if isinstance(value, dict) else {}


def _flat(key: str, value: Any) -> str:
    if not isinstance(value, list):
        return str(value)
    # An option may hold blanks: it stays one word.
    return shlex.join(map(str, value)) if key == "addopts" else " ".join(map(str, value))
