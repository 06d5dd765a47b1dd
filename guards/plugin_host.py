"""The process in which one third-party guard judges: `python -P -I -m guards.plugin_host NAME`.

Reads what is judged from standard input, as `guards.plugins` wrote it; prints the version of the
plug-in's distribution on the first line, and what it found on the second.
"""

import json
import os
import pickle
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TextIO

from guards.change import Change
from guards.evidence import Evidence, Need
from guards.judgement import judge
from guards.plugins import GROUP
from guards.policy import Policy
from guards.verdict import Finding, Severity


@dataclass(frozen=True, slots=True)
class _Guard:
    """A plug-in in the shape of our own guards, under the name of its entry point."""

    NAME: str
    SEVERITY: Severity
    NEEDS: frozenset[Need]
    plugin: Any

    def check(self, change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
        """What it finds, whatever it calls itself."""
        for finding in self.plugin.check(change, policy, evidence):
            yield replace(finding, guard=self.NAME)


def main(name: str) -> None:
    """Judge what is given by the plug-in of that name."""
    given = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by the process that started this one
    # What the plug-in prints must not be taken for what it found.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)
        found = list(entry_points(group=GROUP, name=name))
        if len(found) != 1:
            count = len(found) or "no"
            _report(out, f"{count} installed packages have a guard of this name")
            return
        version = found[0].dist.version if found[0].dist else "unknown"
        out.write(f"{version}\n")
        out.flush()
        _judge(out, found[0], *given)


def _judge(
    out: TextIO, entry: EntryPoint, change: Change, policy: Policy, evidence: Evidence
) -> None:
    try:
        guard = _guard(entry)
    except Exception as exc:  # noqa: BLE001 - whatever a stranger's module does when imported
        _report(out, f"could not be loaded: {type(exc).__name__}", first="")
        return
    # What the policy does to findings is done where all of them are known.
    bare = replace(
        policy, plugins=(), disabled=frozenset(), severity={}, exemptions=(), require=frozenset()
    )
    verdict = judge(change, bare, evidence, [guard])
    out.write(json.dumps(verdict.to_json() | {"incomplete": verdict.incomplete}))


def _guard(entry: EntryPoint) -> _Guard:
    """Loads it; a class is made into an object."""
    loaded = entry.load()
    plugin = loaded() if isinstance(loaded, type) else loaded
    return _Guard(
        NAME=entry.name,
        SEVERITY=Severity(getattr(plugin, "SEVERITY", Severity.WARN)),
        NEEDS=frozenset(Need(need) for need in getattr(plugin, "NEEDS", ())),
        plugin=plugin,
    )


def _report(out: TextIO, why: str, first: str = "\n") -> None:
    report = {"findings": [], "not_run": [{"why": why}], "incomplete": True}
    out.write(first + json.dumps(report))


if __name__ == "__main__":
    main(sys.argv[1])
