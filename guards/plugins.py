"""Run third-party guards that the policy names, each in a process of its own.

There it can neither hang, stop nor change what else judges: it can only add findings. A package
that is installed but not named is never imported.
"""

import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

from guards.change import Change
from guards.evidence import Evidence
from guards.judgement import MAX_FINDINGS, Foreign
from guards.policy import Policy
from guards.verdict import Finding, Plugin, Severity

GROUP = "selfheal.guards"
TIMEOUT_S = 30.0
_MAX_BYTES = 1024 * 1024
_MAX_TEXT = 500


def run_plugins(
    change: Change, policy: Policy, evidence: Evidence, timeout_s: float = TIMEOUT_S
) -> tuple[Foreign, ...]:
    """What every plug-in of the policy says, in the policy's order."""
    given = pickle.dumps((change, policy, evidence)) if policy.plugins else b""
    return tuple(_run(name, given, timeout_s) for name in policy.plugins)


def _run(name: str, given: bytes, timeout_s: float) -> Foreign:
    with tempfile.TemporaryFile() as into, tempfile.TemporaryFile() as out:
        into.write(given)
        into.seek(0)
        late = _wait(name, into, out, timeout_s)
        out.seek(0)
        said = out.read(_MAX_BYTES + 1)
    version, _, report = said.decode(errors="replace").partition("\n")
    plugin = Plugin(name=name, version=version[:_MAX_TEXT])
    if late:
        why = f"took longer than {timeout_s:g} s"
        return Foreign(plugin=plugin, not_run=why, failed=True)
    try:
        return _read(plugin, json.loads(report))
    except (ValueError, LookupError, TypeError, RecursionError):
        return Foreign(plugin=plugin, not_run="ended without a verdict", failed=True)


def _wait(name: str, into: IO[bytes], out: IO[bytes], timeout_s: float) -> bool:
    """Whether the process had to be stopped; nothing that it started is left behind."""
    with subprocess.Popen(
        # Neither the folder nor the environment of whoever asks is looked into for modules.
        [sys.executable, "-P", "-I", "-m", "guards.plugin_host", name],
        cwd=sys.prefix,
        env={"PATH": os.defpath},
        stdin=into,
        stdout=out,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return True
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
    return False


def _read(plugin: Plugin, report: Any) -> Foreign:
    """What the process wrote; anything out of shape raises."""
    findings = tuple(_findings(plugin.name, report["findings"]))
    not_run = "; ".join(str(each["why"])[:_MAX_TEXT] for each in report["not_run"])
    return Foreign(
        plugin=plugin,
        findings=findings,
        not_run=not_run,
        failed=report["incomplete"] is not False,
    )


def _findings(name: str, findings: Any) -> Iterator[Finding]:
    for each in findings[: MAX_FINDINGS + 1]:
        line = each["line"]
        yield Finding(
            guard=name,
            severity=Severity(each["severity"]),
            message=str(each["message"])[:_MAX_TEXT] or name,
            remedy=str(each["remedy"])[:_MAX_TEXT] or "ask a person",
            file=None if each["file"] is None else str(each["file"])[:_MAX_TEXT],
            line=line if isinstance(line, int) and line > 0 else None,
        )
