"""Pull requests."""

from typing import Any

from bot.lab.git.commands import git
from bot.lab.payloads.pull import pull_request
from bot.lab.rest.call import Answer, Call, Route

_REPO = "/repos/{owner}/{repo}"
_READ = (("pull_requests", "read"),)
_STATUS = {"A": "added", "D": "removed", "M": "modified"}


async def _list(call: Call) -> Answer:
    wanted = call.query.get("state", "open")
    pulls = [p for p in call.repo.pulls.values() if wanted in {"all", p.state}]
    if "base" in call.query:
        pulls = [p for p in pulls if p.base == call.query["base"]]
    if "head" in call.query:
        owner, _, branch = call.query["head"].rpartition(":")
        pulls = [p for p in pulls if p.branch == branch and p.head_repo.startswith(owner)]
    newest = sorted(pulls, key=lambda p: -p.number)
    return call.listed(newest, lambda p: pull_request(call.hub, call.repo, p))


async def _one(call: Call) -> Answer:
    pull = call.found(call.repo.pulls, "pull_number")
    return Answer(body=pull_request(call.hub, call.repo, pull))


async def _files(call: Call) -> Answer:
    pull = call.found(call.repo.pulls, "pull_number")
    spans = f"{pull.base_sha}...{pull.head}"
    _, out = await git(
        call.repo.bare.path,
        "diff",
        "--no-renames",
        "--raw",
        "--numstat",
        "-z",
        "--abbrev=40",
        spans,
    )
    entries = _entries(out.decode(errors="replace").split("\0"))
    api = f"{call.hub.url}/repos/{call.repo.name}"
    html = f"{call.hub.url}/{call.repo.name}"

    def payload(entry: dict[str, Any]) -> dict[str, Any]:
        name = entry["filename"]
        return entry | {
            "blob_url": f"{html}/blob/{pull.head}/{name}",
            "raw_url": f"{html}/raw/{pull.head}/{name}",
            "contents_url": f"{api}/contents/{name}?ref={pull.head}",
        }

    return call.listed(entries, payload)


def _entries(parts: list[str]) -> list[dict[str, Any]]:
    """`--raw --numstat -z`: first ":modes shas status", path, …; then "added removed path"."""
    found: dict[str, dict[str, Any]] = {}
    index = 0
    while index < len(parts) and parts[index].startswith(":"):
        _, _, _, sha, status = parts[index].split(" ")
        name = parts[index + 1]
        found[name] = {"sha": sha, "filename": name, "status": _STATUS.get(status, "changed")}
        index += 2
    for line in parts[index:]:
        numbers = line.split("\t")
        if len(numbers) == _NUMSTAT:
            added, removed = (int(n) if n.isdecimal() else 0 for n in numbers[:2])
            counts = {"additions": added, "deletions": removed, "changes": added + removed}
            found[numbers[2]] |= counts
    return list(found.values())


_NUMSTAT = 3
ROUTES = (
    Route(operation=f"GET {_REPO}/pulls", handle=_list, needs=_READ),
    Route(operation=f"GET {_REPO}/pulls/{{pull_number}}", handle=_one, needs=_READ),
    Route(operation=f"GET {_REPO}/pulls/{{pull_number}}/files", handle=_files, needs=_READ),
)
