"""Scripts that a repository names: package scripts, make targets, tox environments, shell files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from guards.commands import commands
from guards.documents import document
from guards.gates import Gate, gates_in
from guards.lines_of import line_of
from guards.pattern import expression

_MAKE = expression(r"(?:^|/)(?:GNU|BSD)?[Mm]akefile(?:\.[\w.-]+)?$|\.mk$|(?:^|/)\.?[Jj]ustfile$")
_SHELL = expression(
    r"\.(?:sh|bash|zsh|bat|cmd|ps1)$|^(?:\.husky|\.githooks|git-hooks|hooks)/[\w.-]+$|^(?:bin|scripts?|ci|tools?|dev)/[\w-]+$"
)
_CALLS = expression(
    r"(?:^|/)(?:noxfile\.py|[Rr]akefile|tasks\.py|Fastfile|dodo\.py|[\w-]+\.rake|build\.sbt|magefile\.go)$"
)
_DOCKER = expression(r"(?:^|/)(?:[\w.-]*\.)?(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?$")
_TASKS = expression(r"(?:^|/)(?:[Tt]askfile(?:\.dist)?\.ya?ml|docker-compose[\w.-]*\.ya?ml|compose[\w.-]*\.ya?ml|lefthook\.ya?ml|\.lefthook\.ya?ml|deno\.jsonc?|project\.json|package\.json|composer\.json|tox\.ini|tox\.toml|setup\.cfg|pyproject\.toml|Pipfile|pixi\.toml|hatch\.toml|Cargo\.toml|\.cargo/config\.toml|mise\.toml|\.mise\.toml)$")  # fmt: skip
_TARGET = expression(r"^@?([A-Za-z0-9_./%-][\w./% $(){}-]{0,200}?)\s*::?(?!=)\s*([^=]*)$")
_KEYS = expression(
    r"^(?:scripts\.|tasks\.|tool\.(?:tox|hatch|pdm|poe|taskipy|pixi|rye|uv|nox|thx|tox\.env)\b.*|.*testenv.*\.commands\w*|env\w*\..*commands\w*|envs\..*|.*\.(?:commands?|cmds?|run|script|entrypoint)(?:\.|$)|feature\.|targets\.|alias\.)"
)
_DEFAULT = re.compile(r"\{env:\w{1,60}:([^{}\n]{1,200})\}")  # of tox: what runs by itself
_NAMED = expression(r"(?:^|[\s/:._-])(?:(?P<test>tests?|spec|unit|e2e|integration|coverage|verify|ci|check|validate)|(?P<lint>lint|typecheck|type-check|types|mypy|style|format-check))(?:$|[\s:._-])", re.IGNORECASE)  # fmt: skip
_TRIVIAL = frozenset(
    ["echo", "printf", "cd", "mkdir", "rm", "true", ":", "exit", "return", "set", "kill", "sleep", "touch", "export", "docker", "cp", "mv", "cat", "env", "pip", "pip3", "npm", "yarn", "pnpm", "apt-get", "apt", "fi", "then", "done", "local", "shift", "wait", "source", ".", "trap", "chmod", "grep", "if", "else"]
)  # fmt: skip
_QUOTED = expression(r"\"([^\"\\\n]{1,300})\"|'([^'\\\n]{1,300})'")

_MAX_DEPTH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One script: `name` is empty for a whole file, `text` what it runs, `line` where."""

    name: str
    text: str
    line: int


def holds_scripts(path: str) -> bool:
    """Whether a file of this name holds scripts."""
    return any(pattern.search(path) for pattern in (_MAKE, _SHELL, _CALLS, _DOCKER, _TASKS))


def is_trivial(script: Script) -> bool:
    """Whether a script does nothing that could fail."""
    return all(
        command.words[0].lstrip("@-").lower() in {"echo", "printf", "true", ":", "exit", "cd"}
        and command.words[1:2] != ("1",)
        for command in commands(script.text)
    )


def read_scripts(path: str, content: bytes) -> list[Script]:
    """The scripts of a file.

    Raises:
        UnparsableError: it is not what its name says.
    """
    text = content.decode("utf-8-sig", errors="replace")
    if _MAKE.search(path):
        return list(_targets(text))
    if _CALLS.search(path):
        return [Script(name="", text=_calls(text), line=1)]
    if _DOCKER.search(path):
        return [Script(name="", text=_docker(text), line=1)]
    if _TASKS.search(path):
        return list(_entries(path, content, text)) if content else []
    return [Script(name="", text=text, line=1)]


def script_gates(script: Script, path: str) -> list[Gate]:
    """What a script decides: known tools, and whatever a script called `test` runs."""
    found = gates_in(script.text, line=script.line)
    place = f"{path} {script.name}".strip()
    named = _NAMED.search(script.name)
    if named:
        seen = {gate.text for gate in found}
        kind = "test" if named["test"] else "lint"
        for command in commands(script.text):
            head = command.words[0].lstrip("@-").rpartition("/")[2]
            if command.text not in seen and head and head not in _TRIVIAL:
                tool = f"custom {command.words[0].lstrip('@-')}"
                line = script.line + command.offset
                found.append(
                    Gate(
                        kind=kind,
                        tool=tool,
                        arguments=command.words[1:],
                        mask=command.mask,
                        line=line,
                        text=command.text,
                    )
                )
    return [replace(gate, place=place, mask=gate.mask or _dash(gate, path)) for gate in found]


def _dash(gate: Gate, path: str) -> str:
    """The sign of make and tox for a command whose failure does not count."""
    if (_MAKE.search(path) or "tox" in path or path.endswith(".cfg")) and re.match(
        r"@?-", gate.text
    ):
        return "the sign `-` before it"
    return ""


def _targets(text: str) -> Iterator[Script]:
    name, start, lines = "", 1, list[str]()
    for number, line in enumerate(text.split("\n"), start=1):
        if line[:1] in {"\t", " "} and name:
            lines.append(line.strip())
            continue
        target = _TARGET.match(line[:1000].split("#")[0].rstrip()) if line[:1].strip() else None
        if not line.strip() and lines:
            lines.append("")
            continue
        if lines and name:
            yield Script(name=name, text="\n".join(lines), line=start)
        name, lines = "", []
        if line.startswith(".IGNORE"):
            yield Script(name=".IGNORE", text=line, line=number)
        elif target and not line.startswith((".SILENT", ".PHONY", ".DEFAULT", ".ONESHELL")):
            name, start, lines = target[1].strip(), number, [_needed(target[2])]
    if lines and name:
        yield Script(name=name, text="\n".join(lines), line=start)


def _needed(rest: str) -> str:
    """What a target runs before its own lines: its prerequisites, and a command behind ";"."""
    first, _, command = rest.partition(";")
    words = [one for one in first.split()[:40] if re.fullmatch(r"[\w:./-]+", one)]
    return " && ".join(filter(None, [*(f"make {one}" for one in words), command.strip()]))


def _entries(path: str, content: bytes, text: str) -> Iterator[Script]:
    """Scripts in a document of settings, by the keys that hold commands."""
    values = document(path, content)
    for key, value in _walk(values, "", 0):
        dotted = key if key.startswith("scripts.") or "." in key else ""
        if not dotted or not _KEYS.match(dotted):
            continue
        # The bin entries of a distribution are names of functions.
        if re.match(r"^(?:tool\.poetry|project)\.scripts", dotted):
            continue
        name = re.sub(r"^(?:scripts|tasks)\.", "", dotted)
        yield Script(name=name, text=_DEFAULT.sub(r"\1", value), line=line_of(text, value))


def _walk(value: Any, key: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _walk(inner, f"{key}.{name}" if key else str(name), depth + 1)
    elif isinstance(value, str):
        yield key, value.strip()
    elif isinstance(value, list):
        words = [item for item in value if isinstance(item, str)]
        if words and len(words) == len(value):
            shell = any(" " in word for word in words)
            yield key, "\n".join(words) if shell else " ".join(words)
            return
        for item in value:
            is_command = isinstance(item, list) and all(isinstance(word, str) for word in item)
            yield from [(key, " ".join(item))] if is_command else _walk(item, key, depth + 1)


def _calls(text: str) -> str:
    """The quoted words of every line, as if they were a command."""
    lines = []
    for line in text.split("\n"):
        stripped = line[:2000].strip()
        call = re.match(r"(?:[\w.]*\.)?(?:run|run_always|sh|system|exec|cmd|c)\b", stripped)
        if not call or stripped.startswith("#"):
            lines.append("")
            continue
        words = " ".join(match[1] or match[2] for match in _QUOTED.finditer(stripped))
        masked = re.search(r"success_codes|warn\s*=\s*True|\|\|\s*true|rescue", stripped)
        lines.append(f"{words} || true" if masked else words)
    return "\n".join(lines)


def _docker(text: str) -> str:
    lines = []
    for line in text.split("\n"):
        match = re.match(r"\s*(?:RUN|CMD|ENTRYPOINT)\s+(.*)", line[:2000], re.IGNORECASE)
        body = match[1] if match else line if line.startswith((" ", "\t")) else ""
        if body.startswith("["):
            body = " ".join(one or two for one, two in _QUOTED.findall(body))
        lines.append(body)
    return "\n".join(lines)
