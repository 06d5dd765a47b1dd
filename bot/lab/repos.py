"""Repositories, pull requests and people of the lab, as scenarios and tests handle them."""

from collections.abc import Mapping, Sequence

from bot.lab.acts import pulls
from bot.lab.acts.telling import RefusedError
from bot.lab.ci import reporting
from bot.lab.hub import Hub, Repo
from bot.lab.queue.state import Entry
from bot.lab.records import ArmedAutoMerge, CheckRun, Comment, Pull

Files = Mapping[str, str | bytes | None]
_HEADS = "refs/heads/"


class LabRepo:
    """One repository."""

    def __init__(self, hub: Hub, repo: Repo) -> None:
        self.hub = hub
        self.state = repo

    @property
    def name(self) -> str:
        """Owner and name, with a slash between."""
        return self.state.name

    async def commit_to_main(self, files: Files, message: str, author: str = "grace") -> str:
        """Push to main directly, past the queue, as an administrator may; the new commit."""
        return await _commit(self.hub, self.state, "main", files, message, author)

    async def open_pr(
        self,
        *,
        author: str,
        branch: str,
        title: str,
        files: Files,
        message: str,
    ) -> "LabPull":
        """Push a branch off main with one commit and open a pull request, from a fork upstream."""
        await _commit(self.hub, self.state, branch, files, message, author)
        target = self.hub.repos[self.state.parent] if self.state.parent else self.state
        opening = pulls.Opening(author=author, head_repo=self.name, branch=branch, title=title)
        pull = await pulls.open_pull(self.hub, target, opening)
        return LabPull(self.hub, target, pull.number)

    def pull(self, number: int) -> "LabPull":
        """A pull request by number."""
        return LabPull(self.hub, self.state, number)

    @property
    def pulls(self) -> tuple["LabPull", ...]:
        """All pull requests, oldest first."""
        return tuple(self.pull(number) for number in self.state.pulls)

    async def main_log(self) -> list[tuple[str, str]]:
        """(sha, message) of main, newest first."""
        return await self.state.bare.log("main")

    async def file(self, path: str, ref: str = "main") -> str:
        """A file's text at a ref.

        Raises:
            FileNotFoundError: there is none.
        """
        content = await self.state.bare.read(ref, path)
        if content is None:
            raise FileNotFoundError(path)
        return content.decode()

    async def refs(self) -> dict[str, str]:
        """Every branch and its commit, those of merge groups included."""
        return await self.state.bare.refs()

    async def report(self, sha: str, name: str, conclusion: str, output: str = "") -> CheckRun:
        """Settle a check of Actions on a commit by hand, where no runner does it."""
        trigger = _by_hand(self.state, sha)
        run = await reporting.open_run(
            self.hub, self.state, trigger, ".github/workflows/ci.yml", "ci"
        )
        await reporting.report(self.hub, self.state, run, name, (conclusion, output))
        return self.state.newest_checks(sha)[name]


class LabPull:
    """One pull request; every attribute is read anew."""

    def __init__(self, hub: Hub, repo: Repo, number: int) -> None:
        self.hub = hub
        self.repo = repo
        self.number = number

    @property
    def state(self) -> Pull:
        """Its record."""
        return self.repo.pulls[self.number]

    @property
    def head(self) -> str:
        """The newest commit of its branch."""
        return self.state.head

    @property
    def branch(self) -> str:
        """Its branch."""
        return self.state.branch

    @property
    def title(self) -> str:
        """Its title."""
        return self.state.title

    @property
    def queued(self) -> bool:
        """Whether it is in the merge queue."""
        return self.repo.queued(self.number)

    @property
    def group(self) -> str | None:
        """The head of its merge group, while there is one."""
        entry = self.repo.queue.find(self.number) if self.repo.queue else None
        return entry.group.head if entry and entry.group else None

    @property
    def merged(self) -> bool:
        """Whether it was merged."""
        return self.state.merged_at is not None

    @property
    def open(self) -> bool:
        """Neither closed nor merged."""
        return self.state.open

    @property
    def labels(self) -> set[str]:
        """Names of its labels."""
        return set(self.state.labels)

    @property
    def auto_merge(self) -> ArmedAutoMerge | None:
        """Merge when ready, if it is on."""
        return self.state.auto_merge

    @property
    def comments(self) -> list[Comment]:
        """Its comments, oldest first."""
        return [c for c in self.repo.comments.values() if c.pr == self.number]

    @property
    def removals(self) -> list[str]:
        """Why it left the queue each time, in the timeline's words."""
        items = self.state.timeline
        return [item.reason or "" for item in items if item.kind == "RemovedFromMergeQueueEvent"]

    def check_runs(self, sha: str | None = None) -> list[CheckRun]:
        """Newest check runs of its head, or of another commit."""
        return list(self.repo.newest_checks(sha or self.head).values())

    async def commits(self) -> list[tuple[str, str]]:
        """(sha, message) on the branch beyond the base it started from, newest first."""
        return await self.repo.bare.log(self.head, f"^{self.state.base_sha}")

    async def checks_done(self) -> None:
        """Wait until every required check of its head is settled."""
        while not self._settled():
            await self.hub.change()

    async def push(self, files: Files, message: str, author: str = "") -> str:
        """Push another commit to its branch; the new head.

        Raises:
            RefusedError: the branch is locked by the queue.
        """
        who, home = author or self.state.author, self.hub.repos[self.state.head_repo]
        return await _commit(self.hub, home, self.branch, files, message, who)

    def _settled(self) -> bool:
        found = self.repo.newest_checks(self.head)
        return all(name in found and found[name].settled for name in self.repo.required)


async def _commit(
    hub: Hub, repo: Repo, branch: str, files: Files, message: str, author: str
) -> str:
    if any(p.branch == branch and repo.queued(p.number) for p in repo.pulls.values()):
        raise RefusedError(_LOCKED)
    ref = _HEADS + branch
    async with repo.git_lock:
        old = await repo.bare.sha(ref)
        parent = old or await repo.bare.sha("refs/heads/main")
        new = await repo.bare.commit(ref, files, message, hub.signature(author, repo), parent)
    await pulls.ref_moved(hub, repo, ref, old, new, author)
    return new


_LOCKED = "GH006: Branches that are queued for merging cannot be updated."


def _by_hand(repo: Repo, sha: str) -> reporting.Trigger:
    group = next((e for e in _entries(repo) if e.group and e.group.head == sha), None)
    pull = next((p for p in repo.pulls.values() if p.head == sha), None)
    branch = pull.branch if pull else "main"
    if group and group.group and repo.queue:
        branch = f"gh-readonly-queue/{repo.queue.branch}/pr-{group.pr}-{group.group.base}"
    return reporting.Trigger(
        event="merge_group" if group else "pull_request" if pull else "push",
        sha=sha,
        tested=sha,
        branch=branch,
        title=pull.title if pull else branch,
        actor=pull.author if pull else repo.owner,
        number=pull.number if pull else 0,
    )


def _entries(repo: Repo) -> Sequence[Entry]:
    return repo.queue.entries if repo.queue else ()
