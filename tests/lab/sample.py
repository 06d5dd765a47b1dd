"""A repository whose checks are quick shell commands."""

from textwrap import dedent

from bot.lab.lab import Lab
from bot.lab.queue.state import QueueConfig
from bot.lab.repos import LabPull, LabRepo

NAME = "acme/rocket"
WORKFLOW = dedent("""
    name: ci
    on: [pull_request, merge_group]
    jobs:
      quick:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
          - name: Syntax
            run: sh quick.sh
      full:
        if: github.event_name == 'merge_group'
        runs-on: ubuntu-latest
        env: {MODE: full}
        steps:
          - uses: actions/checkout@v4
          - run: sh full.sh
""")
FILES = {
    ".github/workflows/ci.yml": WORKFLOW,
    "README.md": "rocket\n",
    "quick.sh": "echo quick\n",
    "full.sh": 'echo "mode $MODE"\n! grep -q BUG *.txt 2>/dev/null\n',
}


async def rocket(lab: Lab, **rule: object) -> LabRepo:
    config = QueueConfig(**rule)  # type: ignore[arg-type]  # the test names its own rule
    return await lab.create_repo(NAME, FILES, config, required=("quick", "full"))


async def green_pull(repo: LabRepo, name: str = "x", text: str = "fine\n") -> LabPull:
    pull = await repo.open_pr(
        author="ada",
        branch=f"feature/{name}",
        title=f"Add {name}",
        files={f"{name}.txt": text},
        message=f"Add {name}",
    )
    await pull.checks_done()
    return pull
