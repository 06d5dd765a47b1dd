"""git over HTTP with the real client: rights, locks, pushes and what follows from them."""

import asyncio
import base64
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.core.errors import PermanentError
from bot.core.ids import Sha
from bot.lab.lab import Lab
from tests.lab.conftest import Client, Mailbox
from tests.lab.sample import FILES, NAME, green_pull, rocket


@dataclass
class Checkout:
    """A clone of the rocket."""

    lab: Lab
    folder: Path
    token: str

    async def git(self, *args: str) -> tuple[int, str]:
        secret = base64.b64encode(f"x-access-token:{self.token}".encode()).decode()
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@example.com",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"http.{self.lab.url}/.extraheader",
            "GIT_CONFIG_VALUE_0": f"Authorization: Basic {secret}" if self.token else "X-None: 1",
        }
        process = await asyncio.create_subprocess_exec(
            "git",
            *args,
            cwd=self.folder,
            env=env,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate()
        return process.returncode or 0, out.decode()

    async def commit(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        await self.git("add", "-A")
        await self.git("commit", "-qm", f"Change {name}")


@pytest.fixture
async def checkout(lab: Lab, client: Client, tmp_path: Path) -> Checkout:
    repo = await rocket(lab, min_merge=2)  # one green entry alone stays in the queue
    await green_pull(repo)
    folder = tmp_path / "clone"
    folder.mkdir()
    made = Checkout(lab, folder, await client.token())
    code, out = await made.git("clone", "-q", f"{lab.url}/{NAME}.git", ".", "-b", "feature/x")
    assert code == 0, out
    return made


async def test_a_push_moves_the_pull_request_and_is_told_of_as_the_bots(
    lab: Lab, checkout: Checkout, mailbox: Mailbox
) -> None:
    await checkout.commit("fix.txt", "fixed\n")
    code, out = await checkout.git("push", "--porcelain", "origin", "feature/x")
    assert code == 0, out
    await lab.idle()
    pull = lab.repos[0].pull(1)
    _, head = await checkout.git("rev-parse", "HEAD")
    assert pull.head == head.strip()
    assert [message for _, message in await pull.commits()] == ["Change fix.txt", "Add x"]
    synchronized = mailbox.payloads("pull_request", "synchronize")[0]
    assert synchronized["sender"]["login"] == f"{lab.app_slug}[bot]"
    assert synchronized["after"] == pull.head
    told = mailbox.payloads("push", None)[0]
    assert [commit["message"] for commit in told["commits"]] == ["Change fix.txt"]
    assert (told["forced"], synchronized["pull_request"]["commits"]) == (False, 2)
    assert {run.name for run in pull.check_runs()} == {"quick", "full"}


async def test_a_large_push_comes_in_chunks(lab: Lab, checkout: Checkout) -> None:
    (checkout.folder / "big").write_bytes(os.urandom(3_000_000))
    await checkout.commit("fix.txt", "fixed\n")
    code, out = await checkout.git("push", "origin", "feature/x")
    assert code == 0, out
    await lab.idle()


async def test_a_queued_branch_takes_no_push_until_it_is_dequeued(
    lab: Lab, checkout: Checkout
) -> None:
    pull = lab.repos[0].pull(1)
    await checkout.commit("fix.txt", "fixed\n")
    ada = lab.person("ada")
    await ada.enqueue(pull)
    code, out = await checkout.git("push", "--porcelain", "origin", "feature/x")
    assert code == 1
    assert "GH006: Protected branch update failed for refs/heads/feature/x" in out
    assert "Branches that are queued for merging cannot be updated" in out
    assert "[remote rejected] (pre-receive hook declined)" in out
    await ada.dequeue(pull)
    code, out = await checkout.git("push", "--porcelain", "origin", "feature/x")
    assert code == 0, out


async def test_main_and_workflows_are_closed_to_the_bot(lab: Lab, checkout: Checkout) -> None:
    await checkout.commit("fix.txt", "fixed\n")
    _, out = await checkout.git("push", "origin", "feature/x:main")
    assert "GH013" in out
    await checkout.commit(".github/workflows/ci.yml", "on: push\n")
    _, out = await checkout.git("push", "origin", "feature/x")
    assert "refusing to allow a GitHub App to create or update workflow" in out
    _, out = await checkout.git("push", "origin", "feature/x:gh-readonly-queue/main/x")
    assert "GH006" in out
    assert lab.repos[0].pull(1).head


async def test_git_wants_a_token_with_the_right_scope(
    lab: Lab, checkout: Checkout, client: Client
) -> None:
    await checkout.commit("fix.txt", "fixed\n")
    checkout.token = await client.token(permissions={"contents": "read"})
    assert (await checkout.git("fetch", "origin"))[0] == 0
    code, out = await checkout.git("push", "origin", "feature/x")
    assert code == 128
    assert "403" in out
    await lab.create_repo("acme/other", {"a": "b\n"})
    checkout.token = await client.token(repositories=["other"])
    assert "not found" in (await checkout.git("fetch", "origin"))[1]
    for useless in ("", "nonsense"):
        checkout.token = useless
        assert "could not read Username" in (await checkout.git("fetch", "origin"))[1]


async def test_a_group_stays_readable_by_sha_after_its_ref_is_gone(
    lab: Lab, checkout: Checkout
) -> None:
    pull = lab.repos[0].pull(1)
    ada = lab.person("ada")
    await ada.enqueue(pull)
    group = pull.group
    assert group is not None
    await ada.dequeue(pull)
    code, out = await checkout.git("fetch", "origin", group)
    assert code == 0, out
    code, out = await checkout.git("fetch", "--depth=1", "--filter=blob:none", "origin", group)
    assert code == 0, out


async def test_edits_by_maintainers_let_the_bot_push_to_a_fork(
    lab: Lab, checkout: Checkout, client: Client
) -> None:
    fork = await lab.fork(lab.repos[0], "zoe")
    pull = await fork.open_pr(
        author="zoe", branch="idea", title="Idea", files={"z.txt": "z\n"}, message="Idea"
    )
    await pull.checks_done()
    _, body = await client.call("GET", f"/repos/{NAME}/pulls/2")
    assert body["head"]["repo"]["full_name"] == "zoe/rocket"
    checkout.token = await client.token(repositories=["rocket"])
    url = f"{lab.url}/zoe/rocket.git"
    await checkout.git("fetch", url, "idea")
    await checkout.git("checkout", "-q", "FETCH_HEAD")
    await checkout.commit("fix.txt", "fixed\n")
    code, out = await checkout.git("push", url, "HEAD:idea")
    assert code == 0, out
    await lab.idle()
    assert len(await pull.commits()) == 2


async def test_trees_are_exported_without_git_and_know_what_is_ignored(
    lab: Lab, tmp_path: Path
) -> None:
    files = {**FILES, ".gitignore": "*.pyc\n", "a/.gitignore": "out/\n", "run": "#!/bin/sh\n"}
    repo = await lab.create_repo("acme/ignored", files)
    head = Sha((await repo.main_log())[0][0])
    folder = tmp_path / "export"
    folder.mkdir()
    await lab.trees.export(repo.name, head, folder)
    assert (folder / "quick.sh").read_text() == "echo quick\n"
    assert (folder / "run").stat().st_mode & 0o100
    assert not (folder / ".git").exists()
    asked = ["x.pyc", "a/out/b", "out/b", "quick.sh"]
    assert await lab.trees.ignored(repo.name, head, asked) == {"x.pyc", "a/out/b"}
    assert await lab.trees.ignored(repo.name, head, []) == frozenset()
    with pytest.raises(PermanentError, match="no repository"):
        await lab.trees.export("acme/none", head, folder)
    with pytest.raises(PermanentError):
        await lab.trees.export(repo.name, Sha("0" * 40), folder)
