"""What the pipelines of CI systems run, and what would let their failures pass, in one shape.

The systems differ in words, not in shape: all are trees of jobs and steps, with commands under a
few keys and switches beside them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from guards.gates import Gate, action_gate, gates_in
from guards.pattern import expression
from guards.yaml_text import Path, documents, truth

_PIPELINE = expression(
    r"^\.github/(?:workflows|actions)/.*\.ya?ml$|(?:^|/)action\.ya?ml$|(?:^|/)[\w.-]*\.?gitlab-ci[\w.-]*\.ya?ml$|^\.gitlab/.*\.ya?ml$"
    r"|^\.circleci/.*\.ya?ml$|(?:^|/)\.?azure-pipelines?[\w./-]*\.ya?ml$|^\.azure[\w-]*/.*\.ya?ml$|^\.buildkite/.*\.ya?ml$|(?:^|/)\.travis\.ya?ml$"
    r"|(?:^|/)\.?appveyor\.ya?ml$|(?:^|/)bitbucket-pipelines\.ya?ml$|(?:^|/)\.drone\.ya?ml$|^\.woodpecker(?:/.*)?\.ya?ml$|(?:^|/)cloudbuild[\w.-]*\.ya?ml$"
    r"|^\.cirrus\.ya?ml$|^\.semaphore/.*\.ya?ml$|(?:^|/)buildspec[\w.-]*\.ya?ml$|^\.(?:gitea|forgejo)/workflows/.*\.ya?ml$"
)
_COMMANDS = frozenset({
    "run", "script", "before_script", "after_script", "command", "commands", "bash", "pwsh",
    "powershell", "sh", "cmd", "test_script", "build_script", "after_test", "before_test",
    "install", "before_install", "after_success", "cmds", "inlineScript", "inline",
    "lint_script", "check_script",
})  # fmt: skip
_IGNORES = {
    "continue-on-error": True, "continueOnError": True, "allow_failure": True, "soft_fail": True, "ignore_errors": True,
    "allowFailure": True, "ignoreFailure": True, "failOnStderr": None, "allow_failures": True, "failOnTestFailure": False,
    "failTaskOnFailedTests": False, "fail_ci_if_error": None, "ignore_error": True,
}  # fmt: skip
_NEVER = expression(
    r"^(?:\$\{\{)?\s*(?:!\s*)?['\"(]*\s*(?:false|0|never)\s*['\")]*(?:\s*&&.*)?\s*(?:\}\})?$|^(?:\$\{\{)?\s*[^|]*&&\s*false\s*\)?\s*(?:\}\})?$"
    r"|^\s*never\(\)|=='never'|==\s*'(?:never|disabled|none)'|^not\(always\(\)\)|^eq\(\s*1\s*,\s*2\s*\)$",
    re.IGNORECASE,
)
_CONDITIONS = frozenset({
    "if", "condition", "when", "only", "except", "rules", "branches", "skip", "enabled",
    "filters", "paths", "skip_branch_with_pr",
})  # fmt: skip
_RETRIES = frozenset(
    {"retry", "retries", "retry_on", "max_attempts", "retryCountOnTaskFailure", "max_auto_reruns"}
)
_MATRIX = frozenset({"matrix", "parameters"})
_TRAVIS = frozenset({
    "python", "node_js", "go", "rust", "ruby", "rvm", "php", "jdk", "os", "env", "julia",
    "elixir", "otp_release", "dart", "scala",
})  # fmt: skip
_NAMES = ("name", "label", "key", "displayName", "id", "task", "uses", "job", "stage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A switch on a job or step: `kind` is "ignored", "disabled", "condition" or "retry"."""

    kind: str
    place: str
    text: str
    line: int
    kinds: frozenset[str] = frozenset()  # of the gates under it
    about: str = ""  # names and commands under it

    @property
    def identity(self) -> tuple[str, str, str]:
        """Where it is and what it says, without its line."""
        return self.kind, self.place, self.text


@dataclass(slots=True, kw_only=True)
class Pipeline:
    """All of a file."""

    gates: list[Gate] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    matrix: dict[str, Counter[str]] = field(default_factory=dict)
    excluded: Counter[str] = field(default_factory=Counter)
    environment: dict[str, tuple[str, int]] = field(default_factory=dict)
    triggers: Any = None
    units: set[str] = field(default_factory=set)
    lines: Mapping[Path, int] = field(default_factory=dict)


def is_pipeline(path: str) -> bool:
    """Whether a CI system reads this file."""
    return bool(_PIPELINE.search(path))


def read_pipeline(path: str, text: str) -> Pipeline:
    """The pipeline in a file; an empty one for an empty file.

    Raises:
        UnparsableError: no YAML, or too large.
    """
    pipeline = Pipeline()
    for document in documents(text):
        if isinstance(document.value, dict):
            pipeline.lines = document.lines
            _Walk(pipeline, travis="travis" in path).mapping(document.value, (), "", "")
            pipeline.triggers = {
                key: document.value[key]
                for key in ("on", "trigger", "pr", "branches", "workflow", "only")
                if key in document.value
            }
    return pipeline


class _Walk:
    def __init__(self, pipeline: Pipeline, *, travis: bool) -> None:
        self._out = pipeline
        self._travis = travis

    def mapping(self, node: dict[Any, Any], path: Path, place: str, mask: str) -> None:
        """A job, a step, or what holds them."""
        out, line = self._out, self._out.lines.get(path, 1)
        own = mask or _why_ignored(node)
        first = len(out.gates)
        pipefail = str(node.get("shell", "")) == "bash" or bool(node.get("pipefail"))
        for key, value in node.items():
            self._entry(str(key), value, (*path, key), place, own, pipefail)
        below = out.gates[first:]
        about = " ".join([place, *(gate.text for gate in below), _text(node)])[:1500]
        kinds = frozenset(gate.kind for gate in below)
        for mark in _marks(node, place):
            at = out.lines.get((*path, mark[2]), line)
            out.marks.append(
                Mark(kind=mark[0], place=place, text=mark[1], line=at, kinds=kinds, about=about)
            )

    def _entry(
        self, key: str, value: Any, path: Path, place: str, mask: str, pipefail: bool
    ) -> None:
        if key in {"on", "triggers"} and len(path) == 1:
            return
        if key in _COMMANDS and not (key == "install" and isinstance(value, dict)):
            self._commands(value, path, place, mask, pipefail)
        elif key == "uses" and isinstance(value, str):
            gate = action_gate(value, self._out.lines.get(path, 1), place)
            if gate:
                self._out.gates.append(replace(gate, mask=mask))
        elif key in {"env", "variables", "environment"} and isinstance(value, dict):
            self._environment(value, path, place)
        elif key in _MATRIX or (self._travis and len(path) == 1 and key in _TRAVIS):
            self._matrix(value if key in _MATRIX else {key: value}, place)
            if isinstance(value, dict) and key == "matrix":
                self._children(value.get("include"), (*path, "include"), place, mask)
        else:
            self._children(value, path, f"{place}/{key}" if place else key, mask)

    def _environment(self, values: dict[Any, Any], path: Path, place: str) -> None:
        for name, each in values.items():
            line = self._out.lines.get((*path, name), 1)
            self._out.environment[f"{place}/{name}"] = ("" if each is None else str(each), line)

    def _children(self, value: Any, path: Path, place: str, mask: str) -> None:
        if isinstance(value, dict):
            self._out.units.add(place)
            self.mapping(value, path, place, mask)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict):
                    inner = f"{place}/{_name(item, index)}"
                    self._out.units.add(inner)
                    self.mapping(item, (*path, index), inner, mask)

    def _commands(self, value: Any, path: Path, place: str, mask: str, pipefail: bool) -> None:
        if isinstance(value, dict):  # CircleCI: run: {name, command}; a Buildkite plugin
            self.mapping(value, path, f"{place}/{_name(value, 0)}", mask)
            return
        line = self._out.lines.get(path, 1)
        parts = value if isinstance(value, list) else [value]
        for index, part in enumerate(parts):
            if isinstance(part, dict):
                self.mapping(part, (*path, index), place, mask)
            elif isinstance(part, str):
                at = self._out.lines.get((*path, index), line)
                at += 1 if "\n" in part.strip() else 0
                for gate in gates_in(part, line=at, place=place, pipefail=pipefail):
                    self._out.gates.append(replace(gate, mask=mask or gate.mask))

    def _matrix(self, value: Any, place: str) -> None:
        for axes in value if isinstance(value, list) else [value]:
            if not isinstance(axes, dict):
                continue
            for axis, given in axes.items():
                values = list(given) if isinstance(given, dict) else given
                if axis == "exclude" and isinstance(values, list):
                    self._out.excluded.update(str(item) for item in values)
                elif isinstance(values, list):
                    words = [str(item) for item in values]
                    self._out.matrix.setdefault(f"{place}/{axis}", Counter()).update(words)


def _name(node: dict[Any, Any], index: int) -> str:
    for key in _NAMES:
        if isinstance(node.get(key), str):
            return str(node[key]).partition("@")[0][:80]
    return str(next(iter(node), index)) if len(node) == 1 else f"step {index + 1}"


def _why_ignored(node: dict[Any, Any]) -> str:
    for key, wanted in _IGNORES.items():
        if (
            wanted is not None
            and key in node
            and (truth(node[key]) is wanted or isinstance(node[key], (dict, list)))
        ):
            return f"{key}: {_short(node[key])}"
    if node.get("failure") == "ignore" or node.get("on_failure") == "ignore":
        return "failure: ignore"
    expression = str(node.get("continue-on-error", node.get("continueOnError", "")))
    if "${{" in expression and "true" in expression.lower():
        return f"continue-on-error: {expression[:60]}"
    return _why_disabled(node)


def _why_disabled(node: dict[Any, Any]) -> str:
    for key in ("if", "condition"):
        if key in node and (node[key] is False or _NEVER.search(str(node[key]).strip()[:300])):
            return f"{key}: {_short(node[key])}"
    if node.get("when") in {"never", "manual"} and (
        "script" in node
        or "run" in node
        or "command" in node
        or "extends" in node
        or "stage" in node
    ):
        return f"when: {node['when']}"
    if (truth(node.get("skip")) is True and not isinstance(node.get("skip"), int)) or truth(
        node.get("enabled")
    ) is False:
        return "switched off"
    rules = node.get("rules")
    if (
        isinstance(rules, list)
        and rules
        and all(
            isinstance(rule, dict) and rule.get("when") in {"never", "manual"} for rule in rules
        )
    ):
        return f"rules: {_short(rules)}"
    return ""


def _marks(node: dict[Any, Any], place: str) -> Iterator[tuple[str, str, str]]:
    """Kind, text and key of the switches of one mapping."""
    for key, value in node.items():
        name = str(key)
        if _why_ignored({key: value}) and not _why_disabled({key: value, "script": 1}):
            yield "ignored", f"{name}: {_short(value)}", name
        elif name in _CONDITIONS and place and _why_disabled({key: value, "script": 1}):
            yield "disabled", f"{name}: {_short(value)}", name
        elif (
            name in _CONDITIONS
            and place
            and not (name == "when" and value in {"always", "on_success"})
        ):
            yield "condition", f"{name}: {_short(value)}", name
        elif name in _RETRIES and truth(value) is not False:
            yield "retry", f"{name}: {_short(value)}", name
        elif name == "uses" and "retry" in str(value):
            yield "retry", f"uses: {_short(value)}", name


def _text(node: dict[Any, Any]) -> str:
    return " ".join(str(value)[:300] for value in node.values() if isinstance(value, (str, list)))[
        :800
    ]


def _short(value: Any) -> str:
    return (
        "true" if value is True else "false" if value is False else " ".join(str(value).split())
    )[:80]
