"""What `selfheal doctor` says: facts in, checks with a remedy each out. Pure; holds no secret."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.core.app_permissions import PERMISSIONS

SCHEMA = "selfheal.doctor/v1"
# check_run and check_suite come to every App that may write checks, listed or not.
EVENTS = frozenset({"issue_comment", "merge_group", "pull_request", "status"})
OLDEST_GIT = (2, 38)  # `git merge-tree --write-tree`
SHORT_SECRET = 16
SKEW_WARN_S = 20.0
SKEW_FAIL_S = 50.0  # an App's signature is refused when it seems to come from the future
_RANKS = {"none": 0, "read": 1, "write": 2, "admin": 3}
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class State(StrEnum):
    """How a check went."""

    OK = "ok"
    WARN = "warn"  # it works, but not all of it
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the answer; `remedy` is empty only when nothing is to be done."""

    name: str
    state: State
    seen: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GithubSeen:
    """What `GET /app` answered.

    Attributes:
        problem: why it did not answer as it should; "" when it did.
        status: of the HTTP answer; 0 = there was none. date: of its Date header.
    """

    problem: str = ""
    status: int = 0
    slug: str = ""
    date: datetime | None = None
    permissions: Mapping[str, str] = field(default_factory=dict)
    events: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was found on this machine; of a secret only its length.

    Attributes:
        now: by our own clock. git: what `git --version` printed; "" = there is none.
        sandbox_problem, database_problem, key_problem: in one line; "" = all is well.
        app_id: as set; "" = not set.
    """

    now: datetime
    git: str
    sandbox: str
    sandbox_problem: str
    database: str
    database_problem: str
    app_id: str
    key_problem: str
    github: GithubSeen
    webhook_secret_length: int
    model_key_length: int
    dashboard_token_length: int
    host: str
    public_url: str


def judge(facts: Facts) -> tuple[Check, ...]:
    """All checks, in the order in which they should be repaired."""
    return (
        _git(facts.git),
        _sandbox(facts.sandbox, facts.sandbox_problem),
        _database(facts.database, facts.database_problem),
        _app_key(facts),
        _github(facts),
        *_permissions(facts.github),
        *_clock(facts.now, facts.github.date),
        _webhook_secret(facts.webhook_secret_length),
        _model(facts.model_key_length),
        _dashboard(facts),
        _public_url(facts.public_url),
    )


def failed_settings(problems: Sequence[str]) -> tuple[Check, ...]:
    """The only checks when the settings cannot be read."""
    remedy = "correct the environment variable; README.md lists them all"
    return tuple(
        Check(name="settings", state=State.FAIL, seen=problem, remedy=remedy)
        for problem in problems
    )


def exit_code(checks: Sequence[Check]) -> int:
    """0 when nothing fails, else 1; a warning alone is no failure."""
    return int(any(check.state is State.FAIL for check in checks))


def to_json(checks: Sequence[Check]) -> dict[str, Any]:
    """The `selfheal.doctor/v1` document."""
    listed = [
        {"name": each.name, "state": each.state.value, "seen": each.seen, "remedy": each.remedy}
        for each in checks
    ]
    return {"schema": SCHEMA, "ok": exit_code(checks) == 0, "checks": listed}


def to_text(checks: Sequence[Check]) -> str:
    """Lines for people, the remedy below what needs one."""
    width = max((len(check.name) for check in checks), default=0)
    return "\n".join(line for check in checks for line in _lines(check, width))


def _lines(check: Check, width: int) -> Iterator[str]:
    yield f"{check.state.value:4}  {check.name:{width}}  {check.seen}"
    if check.remedy:
        yield f"{'':4}  {'':{width}}  → {check.remedy}"


def _check(name: str, seen: str, *, state: State = State.OK, remedy: str = "") -> Check:
    return Check(name=name, state=state, seen=seen, remedy=remedy)


def _git(version: str) -> Check:
    oldest = ".".join(map(str, OLDEST_GIT))
    remedy = f"install git {oldest} or newer"
    found = re.search(r"(\d{1,4})\.(\d{1,4})", version)
    if found is None:
        return _check("git", "not found", state=State.FAIL, remedy=remedy)
    if (int(found[1]), int(found[2])) < OLDEST_GIT:
        return _check("git", version, state=State.FAIL, remedy=remedy)
    return _check("git", version)


def _sandbox(name: str, problem: str) -> Check:
    if problem:
        remedy = "install bubblewrap (apt-get install bubblewrap) and allow user namespaces; until then no code is run, failures are only explained"
        return _check("sandbox", problem, state=State.FAIL, remedy=remedy)
    return _check("sandbox", f"{name}: a box opened, and kept its secrets")


def _database(name: str, problem: str) -> Check:
    if problem:
        remedy = "set SELFHEAL_DATABASE_URL, or make SELFHEAL_DATA_DIR writable"
        return _check("database", problem, state=State.FAIL, remedy=remedy)
    return _check("database", f"{name}: opened and migrated")


def _app_key(facts: Facts) -> Check:
    if not facts.app_id:
        remedy = "register a GitHub App and set SELFHEAL_GITHUB_APP_ID"
        return _check("app key", "no App id is set", state=State.FAIL, remedy=remedy)
    if facts.key_problem:
        remedy = "set SELFHEAL_GITHUB_PRIVATE_KEY_FILE to the PEM file that GitHub gave you"
        return _check("app key", facts.key_problem, state=State.FAIL, remedy=remedy)
    return _check("app key", f"signs for App {facts.app_id}")


def _github(facts: Facts) -> Check:
    seen = facts.github
    if not seen.problem:
        return _check("github", f"answers as App {seen.slug}")
    if seen.status and (facts.key_problem or not facts.app_id):
        return _check("github", "answers; it was not asked as the App")
    if seen.status == 0:
        remedy = "check SELFHEAL_GITHUB_API_URL, the network and its proxy"
    else:
        remedy = "check that the App id and the private key belong together, and the clock"
    return _check("github", seen.problem, state=State.FAIL, remedy=remedy)


def _permissions(seen: GithubSeen) -> Iterator[Check]:
    if seen.problem:
        return
    missing = [
        f"{name}: {level}"
        for name, level in PERMISSIONS.items()
        if _RANKS.get(seen.permissions.get(name, "none"), 0) < _RANKS[level]
    ]
    yield _complete(
        "permissions", missing, "grant these to the App, then accept them for every installation"
    )
    unheard = sorted(EVENTS - seen.events)
    yield _complete("events", unheard, "subscribe the App to these events in its settings")


def _complete(name: str, missing: Sequence[str], remedy: str) -> Check:
    if missing:
        return _check(name, f"missing: {', '.join(missing)}", state=State.FAIL, remedy=remedy)
    return _check(name, "all that are needed")


def _clock(ours: datetime, theirs: datetime | None) -> Iterator[Check]:
    if theirs is None:
        return
    skew_s = (ours - theirs).total_seconds()
    seen = f"{abs(skew_s):.0f} s {'ahead of' if skew_s > 0 else 'behind'} GitHub's"
    if abs(skew_s) <= SKEW_WARN_S:
        yield _check("clock", seen)
        return
    state = State.FAIL if abs(skew_s) > SKEW_FAIL_S else State.WARN
    yield _check("clock", seen, state=state, remedy="let the machine keep its time by NTP")


def _webhook_secret(length: int) -> Check:
    remedy = "set SELFHEAL_GITHUB_WEBHOOK_SECRET to a long random text, and the same one in the App"
    if length == 0:
        return _check("webhook secret", "not set", state=State.FAIL, remedy=remedy)
    if length < SHORT_SECRET:
        return _check("webhook secret", "short", state=State.WARN, remedy=remedy)
    return _check("webhook secret", "set")


def _model(length: int) -> Check:
    if length == 0:
        seen = "no key: recipes and explanations only"
        return _check("model", seen, state=State.WARN, remedy="set ANTHROPIC_API_KEY")
    return _check("model", "key is set")


def _dashboard(facts: Facts) -> Check:
    length = facts.dashboard_token_length
    remedy = "set SELFHEAL_DASHBOARD_TOKEN to a long random text"
    if 0 < length < SHORT_SECRET:
        return _check("dashboard", "its token is short", state=State.WARN, remedy=remedy)
    if length:
        return _check("dashboard", "people sign in with the token")
    if facts.host in _LOOPBACK and not facts.public_url:
        return _check("dashboard", "shown on this machine only")
    seen = "no token: nobody can see the pages from elsewhere"
    return _check("dashboard", seen, state=State.WARN, remedy=remedy)


def _public_url(url: str) -> Check:
    if url:
        return _check("public url", url)
    remedy = "set SELFHEAL_PUBLIC_URL so that comments link to the case pages"
    return _check("public url", "not set", state=State.WARN, remedy=remedy)
