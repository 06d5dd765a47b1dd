"""A local GitHub with a pull request that is ready for the queue, and the forge pointed at it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.core.ids import Digest, PrNumber, Sha
from bot.core.patch import ClearedPatch, Patch
from bot.edges.git import GitMirror
from bot.edges.github import App, GitHub, GitHubForge, connect
from bot.edges.github.request import Patience
from bot.lab.lab import Lab
from bot.lab.repos import LabPull, LabRepo
from bot.ports import CheckReport, EditedFile, Forge, PushTarget, Tokens
from guards.verdict import Verdict

REPO = "octo/widgets"
FILES = {"a.py": "A = 1\n"}
PATIENCE = Patience(attempts=3, wait_s=0.001, limit_s=2.0)
REPORT = CheckReport(external_id="case-1", title="Working", summary="On it")


@dataclass(frozen=True, kw_only=True)
class Here:
    """A lab, a pull request with green checks, and the forge that is tested."""

    lab: Lab
    repo: LabRepo
    pull: LabPull
    github: GitHub
    git: GitMirror
    forge: Forge

    @property
    def pr(self) -> PrNumber:
        return PrNumber(self.pull.number)

    @property
    def head(self) -> Sha:
        return Sha(self.pull.head)

    async def node(self) -> str:
        return (await self.forge.pull(REPO, self.pr)).node_id

    async def fix(self) -> ClearedPatch:
        """A commit of ours on the head, in our mirror."""
        await self.git.fetch(REPO, self.head)
        files = [EditedFile(path="a.py", content=b"A = 2\n")]
        commit = await self.git.commit(
            REPO, self.head, files, "Claude fix: a\n", self.lab.clock.now()
        )
        patch = Patch(base=self.head, commit=commit, edits=(), diff=Digest("0" * 64))
        return ClearedPatch(patch=patch, verdict=Verdict())

    def target(self) -> PushTarget:
        return PushTarget(
            repo=REPO,
            pr=self.pr,
            head_repo=REPO,
            branch=self.pull.branch,
            expected=self.head,
        )


@asynccontextmanager
async def lab_world(tmp_path: Path) -> AsyncIterator[Here]:
    """A lab that must know everything it was asked by the end."""
    async with Lab(tmp_path / "github") as lab:
        lab.hub.dequeue_lag_s = 0.01
        repo = await lab.create_repo(REPO, FILES, required=["unit"])
        pull = await repo.open_pr(
            author="ann", branch="topic/a", title="Add b", files={"b.py": "B = 1\n"}, message="b"
        )
        await repo.report(pull.head, "unit", "success", "fine\n")
        app = App(id=lab.app_id, private_key=lab.private_key)
        async with connect(app, lab.clock, lab.url, patience=PATIENCE) as github:
            tokens: Tokens = github.tokens
            git = GitMirror(tmp_path / "mirrors", lab.url, tokens)
            forge = GitHubForge(github.client, git)
            yield Here(lab=lab, repo=repo, pull=pull, github=github, git=git, forge=forge)
        assert lab.unknown == []
        assert lab.violations == []
