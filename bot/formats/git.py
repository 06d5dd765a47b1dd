"""git itself: fetch, push, checkout, hooks, submodules, large files; and the network under it."""

from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType
from bot.core.framing import Line
from bot.core.pattern import pattern
from bot.core.signatures import Signature, hints, incidents

NAME = "git"
REACH = (0, 0)

_GIT, _INFRA = FailureType.GIT, FailureType.INFRA
# A line that begins so, after what wrappers put before it; ansible says `fatal: [host]`.
_FATAL = pattern(
    r"(?:^|[\s'\"\]:])(?P<message>fatal: (?!\[|error|No names found|No tags can|No annotated|ref HEAD is not"
    r"|no upstream|No such remote|Needed a single|ambiguous argument|bad revision|There is no merge base"
    r"|.{0,300}No space left)(?:[^\\]|\\(?!n')){2,600}?)(?:(?:\\n)?['\"](?:,| \+))?$"
)
_NETWORK = pattern(
    r"(?P<message>fatal: (?:unable to access|early EOF|the remote end hung up|protocol error|unable to connect"
    r"|read error|unable to look up|fetch-pack: |index-pack failed|could not fetch|expected (?:flush|packfile)"
    r"|Out of memory|[^:]{1,100}: (?:Connection|Could not)|write error|pack has|The remote end"
    r"|Could not read from remote).{0,500}?)(?:(?:\\n)?['\"](?:,| \+))?$"
)
_DENIED = pattern(r"(?P<message>Permission to \S{1,200} denied to [^\s\\']{1,100})")
_REJECTED = pattern(r"! \[(?:remote )?rejected\] .{1,400}$")
_LINE = pattern(r"^(?:##\[error\])?(?:remote: |stderr: '?)?(?P<message>\S.{0,800})$")
_RPC = pattern(r"(?P<message>RPC failed; .{1,300})$")
_ERROR = pattern(r"(?:^|[\s'\"\]])error: (?P<message>(?!error: |.{0,400}No space left)\S.{0,500})$")
_REBASE = pattern(
    r"(?:^|error: )(?P<message>[Cc]annot (?:rebase|pull with rebase|merge|cherry-pick|revert|switch branch).{1,300})$"
)
_NOT_REPOSITORY = pattern(r"(?:^|[\s'\]])(?P<message>fatal: not a git repository.{0,200})$")


def _git(hint: str, rank: int = 0, *, strong: bool = False) -> Signature:
    return Signature(hint, _GIT, NAME, rank, strong, _LINE)


TABLE = (
    Signature("denied to ", _INFRA, NAME, 0, False, _DENIED),
    Signature("RPC failed;", _INFRA, NAME, 0, False, _RPC),
    Signature("ssh: connect to host", _INFRA, "ssh", 0, False, _LINE),
    Signature("ssh: Could not resolve", _INFRA, "ssh", 0, False, _LINE),
    Signature("fatal: Could not read from remote", _INFRA, NAME, 1, False, _NETWORK),
    Signature("fatal: the remote end hung up", _INFRA, NAME, 1, False, _NETWORK),
    Signature("fatal: early EOF", _INFRA, NAME, 1, False, _NETWORK),
    Signature("fatal: index-pack failed", _INFRA, NAME, 1, False, _NETWORK),
    Signature("fatal: clone of ", _GIT, NAME, 1, False, _FATAL),
    Signature("fatal: ", _INFRA, NAME, 0, False, _NETWORK),
    Signature("fatal: not a git repository", _GIT, NAME, 1, False, _NOT_REPOSITORY),
    Signature("fatal: ", _GIT, NAME, 0, False, _FATAL),
    Signature("! [rejected]", _GIT, NAME, 0, True, _REJECTED),
    Signature("! [remote rejected]", _GIT, NAME, 0, True, _REJECTED),
    Signature("failed to push some refs", _GIT, NAME, 2, False, _ERROR),
    Signature("error: src refspec ", _GIT, NAME, 0, True, _ERROR),
    Signature("error: Your local changes", _GIT, NAME, 0, False, _ERROR),
    Signature("error: The following untracked working tree", _GIT, NAME, 0, False, _ERROR),
    Signature("error: pathspec ", _GIT, NAME, 0, False, _ERROR),
    Signature("annot rebase: ", _GIT, NAME, 0, False, _REBASE),
    Signature("annot pull with rebase: ", _GIT, NAME, 0, False, _REBASE),
    Signature("error: unable to create file", _GIT, NAME, 0, False, _ERROR),
    Signature("error: gpg failed to sign", _GIT, NAME, 0, True, _ERROR),
    Signature("error: object file", _GIT, NAME, 0, False, _ERROR),
    Signature("error: inflate: ", _GIT, NAME, 0, False, _ERROR),
    Signature("error: cannot lock ref", _GIT, NAME, 0, False, _ERROR),
    Signature("error: could not lock config", _GIT, NAME, 0, False, _ERROR),
    Signature("error: Server does not allow request", _GIT, NAME, 0, False, _ERROR),
    Signature("error: Entry '", _GIT, NAME, 0, False, _ERROR),
    _git("not something we can merge"),
    _git("There is no tracking information", 1),
    _git("Need to specify how to reconcile divergent"),
    _git("remote: Repository not found"),
    _git("ERROR: Repository not found"),
    _git("remote: Invalid username or"),
    _git("Smudge error: "),
    _git("batch response: "),
    _git("Error downloading object: "),
    _git("remote: error: GH0", strong=True),
    _git("remote: error: "),
    _git("exceeds GitHub's file size limit", strong=True),
    _git("is over its data quota"),
    _git("Failed to clone '", 2),
    _git("Host key verification failed"),
    _git("Permission denied (publickey"),
    _git("refusing to allow a", strong=True),
)
HINTS = hints(TABLE)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure an incident; weak, since scripts try again, where git did not refuse for good."""
    yield from incidents(lines, TABLE)
