"""Judge a change from the command line; `selfheal guard` and `selfheal-guard` end up here."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from guards.change import Change
from guards.diff_text import MAX_DIFF_BYTES, from_diff
from guards.errors import BadEvidenceError, GuardsError, OutOfTimeError
from guards.evidence import Evidence
from guards.evidence_files import FILES, MAX_BYTES, evidence_from
from guards.git import change_between, change_staged, is_unborn
from guards.given_files import POLICY_FILE, base_policy, operator_policy, read
from guards.isolation import isolate
from guards.judgement import Foreign, judge, unjudged
from guards.outputs import FORMATS, render
from guards.policy import Policy
from guards.time_limit import limited
from guards.verdict import NotRun, Severity, Verdict

Measure = Callable[[Change, Evidence], tuple[Evidence, tuple[NotRun, ...]]]

PASSED, REJECTED, WRONG_USE, NEEDS_HUMAN, INTERRUPTED = 0, 1, 2, 3, 130
TIMEOUT_S = 120.0
_LONGEST_S = 86_400.0

_EXIT_CODES = {Severity.REJECT: REJECTED, Severity.NEEDS_HUMAN: NEEDS_HUMAN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to judge, and how to say it.

    Attributes:
        base: revision before the change; with `staged`, None is the newest commit.
        head: revision with the change; None = HEAD. staged: the index instead.
        diff: a unified diff instead of a repository; "-" is standard input.
        policy: a TOML file; None = `.selfheal.toml` of `base`, if there is one.
        evidence: a folder with `before/` and `after/`.
        output: "text", "json", "sarif" or "github".
        timeout_s: how long it may take to read and judge; then a person must look.
    """

    repo: Path = Path()
    base: str | None = None
    head: str | None = None
    staged: bool = False
    diff: Path | None = None
    policy: Path | None = None
    evidence: Path | None = None
    output: str = "text"
    timeout_s: float = TIMEOUT_S


def run(
    request: Request,
    out: TextIO | None = None,
    err: TextIO | None = None,
    measure: Measure | None = None,
) -> int:
    """Judge, print the verdict and return the exit code.

    `measure` adds to the evidence what can only be known by running something.
    """
    out, err = out or sys.stdout, err or sys.stderr
    try:
        _check(request)
        verdict = _verdict(request, measure)
    except GuardsError as exc:
        line = " ".join(str(exc).split())
        err.write(f"selfheal guard: {line}\n")
        return WRONG_USE
    _print(verdict, request.output, out)
    return _EXIT_CODES.get(verdict.outcome, PASSED)


def _verdict(request: Request, measure: Measure | None) -> Verdict:
    try:
        # Git and what measures have limits of their own; who waits for them is not to be interrupted.
        change, policy, evidence = _change(request), _policy(request), _evidence(request)
        evidence, not_run = measure(change, evidence) if measure else (evidence, ())
        foreign = _foreign(change, policy, evidence)
        with limited(request.timeout_s):
            today = datetime.now(UTC).date()
            verdict = judge(change, policy, evidence, foreign=foreign, today=today)
    except OutOfTimeError:
        return unjudged(f"it took longer than {request.timeout_s:g} s")
    return replace(verdict, not_run=(*verdict.not_run, *not_run))


def _foreign(change: Change, policy: Policy, evidence: Evidence) -> tuple[Foreign, ...]:
    if not policy.plugins:
        return ()
    from guards.plugins import run_plugins  # noqa: PLC0415 - only where there are any

    return run_plugins(change, policy, evidence)


def main(arguments: Sequence[str] | None = None) -> int:
    """`selfheal-guard`: like `selfheal guard`, but without `--base` or `--diff` for what is staged."""
    if arguments is None:
        isolate(sys.argv[1:])
    try:
        given = vars(_parser().parse_args(arguments))
    except SystemExit as exc:
        return WRONG_USE if exc.code else PASSED
    if given["base"] is None and given["diff"] is None:
        given["staged"] = True
    if given.pop("json"):
        given["output"] = "json"
    try:
        return run(Request(**given))
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="selfheal-guard",
        description="Judge a change. Exit code 0: passed, 1: rejected, 3: needs a human, 2: wrong use.",
        allow_abbrev=False,
    )
    parser.add_argument("--base", help="revision before the change")
    parser.add_argument("--head", help="revision with the change (default: HEAD)")
    parser.add_argument("--staged", action="store_true", help="judge the index (the default)")
    parser.add_argument("--repo", type=Path, default=Path(), help="the repository (default: here)")
    parser.add_argument("--diff", type=Path, help="judge a unified diff alone; - is standard input")
    parser.add_argument("--policy", type=Path, help=f"TOML (default: {POLICY_FILE} of the base)")
    parser.add_argument("--evidence", type=Path, help="folder with before/ and after/")
    parser.add_argument("--format", dest="output", choices=FORMATS, default="text")
    parser.add_argument("--json", action="store_true", help="the same as --format json")
    parser.add_argument(
        "--time-limit",
        dest="timeout_s",
        type=float,
        default=TIMEOUT_S,
        metavar="SECONDS",
        help="after which a person must look (default: %(default)g)",
    )
    return parser


def _check(request: Request) -> None:
    """Refuse requests that contradict themselves."""
    revisions = request.base is not None or request.head is not None or request.staged
    if request.output not in FORMATS:
        msg = f"no format {request.output!r}; there are {', '.join(FORMATS)}"
    elif request.diff is not None and revisions:
        msg = "--diff stands alone, without --base, --head and --staged"
    elif request.head is not None and request.staged:
        msg = "either --head or --staged, not both"
    elif request.diff is None and request.base is None and not request.staged:
        msg = "give --base REV, --staged or --diff FILE"
    elif not 0 < request.timeout_s <= _LONGEST_S:
        msg = f"--time-limit must be seconds, more than 0 and at most {_LONGEST_S:g}"
    else:
        return
    raise GuardsError(msg)


def _change(request: Request) -> Change:
    if request.diff is not None:
        return from_diff(read(request.diff, MAX_DIFF_BYTES))
    if request.staged:
        return change_staged(request.repo, request.base)
    return change_between(request.repo, request.base or "HEAD", request.head or "HEAD")


def _policy(request: Request) -> Policy:
    if request.policy is not None:
        return operator_policy(request.policy)
    if request.diff is not None or (request.staged and is_unborn(request.repo, request.base)):
        return Policy()
    return base_policy(request.repo, request.base or "HEAD")


def _evidence(request: Request) -> Evidence:
    if request.evidence is None:
        return Evidence()
    folder = request.evidence
    if not ((folder / "before").is_dir() or (folder / "after").is_dir()):
        msg = f"{folder}: neither before/ nor after/ is there"
        raise BadEvidenceError(msg)
    files = {name: read(folder / name, MAX_BYTES) for name in FILES if (folder / name).is_file()}
    try:
        return evidence_from(files, str(request.repo.resolve()))
    except BadEvidenceError as exc:
        msg = f"{folder}/{exc}"
        raise BadEvidenceError(msg) from exc


def _print(verdict: Verdict, output: str, out: TextIO) -> None:
    # https://no-color.org
    colour = out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    text = render(output, verdict, colour=colour)
    encoding = out.encoding or "utf-8"
    with suppress(BrokenPipeError):  # nobody reads on; the exit code says it too
        out.write(text.encode(encoding, "backslashreplace").decode(encoding))
        out.flush()
