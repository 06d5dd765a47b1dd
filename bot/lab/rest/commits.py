"""The repository, its commits, branches, files and rules."""

import base64
import hashlib
from typing import Any

from bot.lab.hub import Hub, Repo
from bot.lab.payloads.commits import facts, full
from bot.lab.payloads.people import node_id, user
from bot.lab.payloads.repository import repository
from bot.lab.rest.call import Answer, Call, HttpError, Route

_REPO = "/repos/{owner}/{repo}"
_METADATA = (("metadata", "read"),)
_CONTENTS = (("contents", "read"),)
_ROLES = {"maintain": "write", "triage": "read"}
_RULESET = {
    "ruleset_source_type": "Repository",
    "ruleset_id": 42,
}


async def _repository(call: Call) -> Answer:
    extra = {"network_count": 0, "subscribers_count": 0}
    return Answer(body=repository(call.hub, call.repo) | extra)


async def sha_of(call: Call, name: str = "ref") -> str:
    """The commit that a ref in the path names.

    Raises:
        HttpError: 422, as GitHub answers for a commit that it does not have.
    """
    ref = call.path[name]
    sha = await call.repo.bare.sha(ref.removeprefix("heads/")) if not ref.startswith("-") else None
    if sha is None:
        raise HttpError(422, f"No commit found for SHA: {ref}")
    return sha


async def _commit(call: Call) -> Answer:
    commit = await facts(call.repo, await sha_of(call))
    return Answer(body=full(call.hub, call.repo, commit))


async def _branch(call: Call) -> Answer:
    name = call.path["branch"]
    sha = await call.repo.bare.sha(f"refs/heads/{name}")
    if sha is None:
        raise HttpError(404, "Branch not found")
    api = f"{call.hub.url}/repos/{call.repo.name}/branches/{name}"
    guarded = name == "main" and call.repo.queue is not None
    body = {
        "name": name,
        "commit": full(call.hub, call.repo, await facts(call.repo, sha)),
        "_links": {"self": api, "html": f"{call.hub.url}/{call.repo.name}/tree/{name}"},
        "protected": guarded,
        "protection": {"enabled": guarded},
        "protection_url": f"{api}/protection",
    }
    return Answer(body=body)


async def _git_ref(call: Call) -> Answer:
    ref = f"refs/{call.path['ref']}"
    sha = await call.repo.bare.sha(ref)
    if sha is None:
        raise HttpError(404, "Not Found")
    api = f"{call.hub.url}/repos/{call.repo.name}/git"
    target = {"type": "commit", "sha": sha, "url": f"{api}/commits/{sha}"}
    number = int(sha[:10], 16)
    body = {
        "ref": ref,
        "node_id": node_id("REF", number),
        "url": f"{api}/{ref}",
        "object": target,
    }
    return Answer(body=body)


async def _contents(call: Call) -> Answer:
    path = call.path["path"]
    revision = call.query.get("ref", "main")
    content = None
    if not revision.startswith("-") and await call.repo.bare.sha(revision):
        content = await call.repo.bare.read(revision, path)
    if content is None:
        raise HttpError(404, "Not Found")
    api = f"{call.hub.url}/repos/{call.repo.name}"
    sha = hashlib.sha1(b"blob %d\0%b" % (len(content), content)).hexdigest()  # noqa: S324 - git's own name of a blob
    links = {
        "self": f"{api}/contents/{path}?ref={revision}",
        "git": f"{api}/git/blobs/{sha}",
        "html": f"{call.hub.url}/{call.repo.name}/blob/{revision}/{path}",
    }
    body = {
        "type": "file",
        "encoding": "base64",
        "size": len(content),
        "name": path.rsplit("/", 1)[-1],
        "path": path,
        "content": base64.encodebytes(content).decode(),
        "sha": sha,
        "url": links["self"],
        "git_url": links["git"],
        "html_url": links["html"],
        "download_url": None,
        "_links": links,
    }
    return Answer(body=body)


async def _rules(call: Call) -> Answer:
    if call.path["branch"] != "main":
        return Answer(body=[])
    return call.listed(branch_rules(call.hub, call.repo), lambda rule: rule)


def branch_rules(_hub: Hub, repo: Repo) -> list[dict[str, Any]]:
    """The rules of main, as a ruleset states them."""
    source = {**_RULESET, "ruleset_source": repo.name}
    rules: list[dict[str, Any]] = []
    if repo.required:
        checks = [{"context": name, "integration_id": 15368} for name in repo.required]
        parameters = {
            "required_status_checks": checks,
            "strict_required_status_checks_policy": False,
        }
        rules.append({"type": "required_status_checks", "parameters": parameters, **source})
    if repo.queue:
        config = repo.queue.config
        queue = {
            "check_response_timeout_minutes": max(1, min(360, round(config.timeout_s / 60))),
            "grouping_strategy": "HEADGREEN" if config.headgreen else "ALLGREEN",
            "max_entries_to_build": config.max_build,
            "max_entries_to_merge": config.max_merge,
            "merge_method": config.method,
            "min_entries_to_merge": config.min_merge,
            "min_entries_to_merge_wait_minutes": round(config.min_wait_s / 60),
        }
        rules.append({"type": "merge_queue", "parameters": queue, **source})
    return rules


async def _permission(call: Call) -> Answer:
    login = call.path["username"]
    if login not in call.hub.users:
        raise HttpError(404, f"{login} is not a user")
    role = call.hub.roles.get(login, "none")
    permission = _ROLES.get(role, role)
    account = user(call.hub, login) | {"role_name": role}
    return Answer(body={"permission": permission, "role_name": role, "user": account})


ROUTES = (
    Route(operation=f"GET {_REPO}", handle=_repository, needs=_METADATA),
    Route(operation=f"GET {_REPO}/commits/{{ref}}", handle=_commit, needs=_CONTENTS),
    Route(operation=f"GET {_REPO}/branches/{{branch}}", handle=_branch, needs=_CONTENTS),
    Route(operation=f"GET {_REPO}/git/ref/{{ref}}", handle=_git_ref, needs=_CONTENTS),
    Route(operation=f"GET {_REPO}/contents/{{path}}", handle=_contents, needs=_CONTENTS),
    Route(operation=f"GET {_REPO}/rules/branches/{{branch}}", handle=_rules, needs=_METADATA),
    Route(
        operation=f"GET {_REPO}/collaborators/{{username}}/permission",
        handle=_permission,
        needs=_METADATA,
    ),
)
