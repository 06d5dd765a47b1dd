"""A workflow file as a plan; pure. What the lab does not know is refused by name."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml


class WorkflowError(Exception):
    """The file cannot be read, or asks for something that the lab does not do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan:
    """One step: a command, or an action; only checkout and upload-artifact do something."""

    name: str
    run: str | None = None
    uses: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    condition: str = "success()"
    timeout_s: float = 360.0


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPlan:
    """One job; a matrix has become several."""

    id: str
    name: str
    steps: tuple[StepPlan, ...]
    needs: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    condition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """A workflow file."""

    path: str
    name: str
    events: frozenset[str]
    jobs: tuple[JobPlan, ...]


_EVENT_IS = re.compile(r"github\.event_name (==|!=) '(\w+)'")
_EXPRESSION = re.compile(r"\$\{\{ ?([\w. -]{1,80}?) ?\}\}")
_STEP_CONDITIONS = {"success()", "failure()", "always()"}


def read(path: str, text: str) -> Workflow:
    """The plan of a workflow file.

    Raises:
        WorkflowError: it is no workflow, or needs what the lab does not do.
    """
    try:
        loaded = yaml.safe_load(text)
    except yaml.YAMLError as exc:
        msg = f"{path}: {exc}"
        raise WorkflowError(msg) from exc
    if not isinstance(loaded, dict) or not isinstance(loaded.get("jobs"), dict):
        msg = f"{path}: a workflow needs jobs"
        raise WorkflowError(msg)
    shared = _env(loaded)
    jobs = tuple(job for key, raw in loaded["jobs"].items() for job in _jobs(key, raw, shared))
    # YAML 1.1 reads the key `on` as the truth value.
    return Workflow(
        path=path,
        name=str(loaded.get("name", path)),
        events=_events(loaded.get("on", loaded.get(True))),
        jobs=jobs,
    )


def runs_on(job: JobPlan, event: str) -> bool:
    """Whether a job's own condition holds for an event.

    Raises:
        WorkflowError: the condition is none that the lab knows.
    """
    if job.condition in {"", "always()", "success()"}:
        return True
    match = _EVENT_IS.fullmatch(job.condition)
    if match is None:
        msg = f"job {job.id}: the lab does not know the condition {job.condition!r}"
        raise WorkflowError(msg)
    return (event == match[2]) == (match[1] == "==")


def _events(given: Any) -> frozenset[str]:
    if isinstance(given, str):
        return frozenset({given})
    return frozenset(str(event) for event in given or ())


def _jobs(key: str, raw: Mapping[str, Any], shared: Mapping[str, str]) -> Iterator[JobPlan]:
    needs = raw.get("needs", ())
    matrix = (raw.get("strategy") or {}).get("matrix") or {}
    axes = {str(axis): values for axis, values in matrix.items() if isinstance(values, list)}
    for values in itertools.product(*axes.values()):
        chosen = dict(zip(axes, map(str, values), strict=True))
        suffix = f" ({', '.join(chosen.values())})" if chosen else ""
        name = str(raw.get("name", key))
        steps = raw.get("steps") or ()
        yield JobPlan(
            id=str(key),
            name=_filled(name, chosen) if "${{" in name else name + suffix,
            steps=tuple(_step(step, chosen) for step in steps),
            needs=(needs,) if isinstance(needs, str) else tuple(needs),
            env={**shared, **_env(raw)},
            condition=_condition(raw.get("if", "")),
        )


def _step(raw: Mapping[str, Any], chosen: Mapping[str, str]) -> StepPlan:
    run = _filled(str(raw["run"]), chosen) if "run" in raw else None
    uses = str(raw["uses"]) if "uses" in raw else None
    first = (run or uses or "").strip().split("\n", 1)[0]
    condition = _condition(raw.get("if", "success()"))
    if condition not in _STEP_CONDITIONS:
        msg = f"step {first!r}: the lab does not know the condition {condition!r}"
        raise WorkflowError(msg)
    return StepPlan(
        name=str(raw.get("name", f"Run {first}")),
        run=run,
        uses=uses,
        options={str(k): str(v) for k, v in (raw.get("with") or {}).items()},
        env=_env(raw),
        condition=condition,
        timeout_s=float(raw.get("timeout-minutes", 6)) * 60,
    )


def _env(raw: Mapping[str, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in (raw.get("env") or {}).items()}


def _condition(given: Any) -> str:
    text = str(given).strip().removeprefix("${{").removesuffix("}}").strip()
    return " ".join(text.replace('"', "'").split())


def _filled(text: str, chosen: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        name = match[1].strip()
        if not name.startswith("matrix.") or name[7:] not in chosen:
            msg = f"the lab does not know the expression {match[0]!r}"
            raise WorkflowError(msg)
        return chosen[name[7:]]

    return _EXPRESSION.sub(value, text)
