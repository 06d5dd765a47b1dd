"""The other side: fetch and push over smart HTTP, with a short-lived token that no one sees."""

import base64
import re
from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import urlsplit

from bot.core.errors import PermanentError, StaleError, TransientError
from bot.core.ids import Sha
from bot.edges.git.faults import SERVICE, fault, quoted, refused_token
from bot.edges.git.names import check_ref, check_repo, check_sha, is_sha
from bot.edges.git.process import Answer, Bare, Call
from bot.ports import PushTarget, Tokens

KEEP = "refs/selfheal/keep"
_SEEN = "refs/selfheal/seen"
_FETCH_S = 900.0
_PUSH_S = 180.0
_ANY = frozenset(range(256))

# The branch moved, or the queue holds it: the world went on without us.
_MOVED = re.compile(
    r"(?i)stale info|fetch first|non-fast-forward|cannot lock ref|incorrect old value"
    r"|queued for merging|added to a merge queue|reference already exists|remote ref updated"
)
_SERVER_TROUBLE = re.compile(
    r"(?i)unpacker error|internal server error|failed to write|timed? ?out"
)


class Remote:
    """Where repositories are fetched from and pushed to."""

    def __init__(self, git_url: str, tokens: Tokens | None) -> None:
        self._url = git_url.rstrip("/")
        self._tokens = tokens
        scheme = urlsplit(git_url).scheme
        self._flags = ("-c", f"protocol.{scheme}.allow=always")

    async def fetch(self, bare: Bare, repo: str, wanted: Sequence[str]) -> None:
        """Bring commits or refs into the mirror.

        Raises:
            PermanentError: there is no such thing.
            TransientError: try again.
        """
        refspecs = [
            f"{name}:{KEEP}/{name}" if is_sha(name) else f"+{name}:{seen_as(name)}"
            for name in wanted
        ]
        arguments = (
            *("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"),
            *("--no-recurse-submodules", "--refmap=", "--", self._address(repo), *refspecs),
        )
        answer = await self._with_token(bare, repo, arguments, _FETCH_S)
        if answer.code != 0:
            what = f"fetch of {repo}"
            raise fault(what, answer.err)

    async def push(self, bare: Bare, target: PushTarget, commit: Sha) -> None:
        """Move the branch from `target.expected` to a commit that descends from it.

        Raises:
            StaleError: the branch is somewhere else, or the queue holds it.
            PermanentError: GitHub does not allow it.
            TransientError: try again.
        """
        branch = check_ref(f"refs/heads/{target.branch}")
        lease = f"--force-with-lease={branch}:{check_sha(target.expected)}"
        arguments = (
            *("push", "--porcelain", "--no-verify", "--no-follow-tags", "--no-signed", lease),
            *("--", self._address(target.head_repo), f"{check_sha(commit)}:{branch}"),
        )
        answer = await self._with_token(bare, target.repo, arguments, _PUSH_S)
        if answer.code != 0:
            raise push_fault(target, answer)

    def _address(self, repo: str) -> str:
        return f"{self._url}/{check_repo(repo)}.git"

    async def _with_token(
        self, bare: Bare, repo: str, arguments: Sequence[str], timeout_s: float
    ) -> Answer:
        """Run, and once more with a new token when the first one was refused."""
        answer = await self._once(bare, repo, arguments, timeout_s)
        if self._tokens is not None and answer.code != 0 and refused_token(answer.err):
            self._tokens.drop(repo)
            answer = await self._once(bare, repo, arguments, timeout_s)
        return answer

    async def _once(
        self, bare: Bare, repo: str, arguments: Sequence[str], timeout_s: float
    ) -> Answer:
        environment = {}
        if self._tokens is not None:
            # In the environment: a command line can be read by anybody on the machine.
            basic = f"x-access-token:{await self._tokens.token(repo)}".encode()
            environment = {
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": f"http.{self._url}/.extraheader",
                "GIT_CONFIG_VALUE_0": f"Authorization: Basic {base64.b64encode(basic).decode()}",
            }
        call = Call(
            arguments=arguments,
            flags=self._flags,
            environment=environment,
            fine=_ANY,
            timeout_s=timeout_s,
        )
        return await bare.run(call)


def seen_as(ref: str) -> str:
    """Our name of a remote ref; hashed, since refs that never live together may clash as paths."""
    return f"{_SEEN}/{sha256(check_ref(ref).encode()).hexdigest()[:40]}"


def push_fault(target: PushTarget, answer: Answer) -> Exception:
    """The error that a refused push stands for."""
    refused = [line for line in answer.line.splitlines() if line.startswith("!")]
    said = "\n".join([*refused, answer.err])
    place = f"push to {target.head_repo} {target.branch}"
    if refused and _MOVED.search(said):
        return StaleError(f"{place}: {quoted(said)}")
    if refused and _SERVER_TROUBLE.search(said):
        return TransientError(SERVICE, f"{place}: {quoted(said)}")
    if refused:
        return PermanentError(f"{SERVICE}: {place}: {quoted(said)}")
    return fault(place, answer.err)
