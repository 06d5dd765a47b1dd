"""Comments, reactions and labels; for a pull request it takes the right on pull requests."""

from bot.lab.acts import comments, pulls
from bot.lab.acts.telling import RefusedError
from bot.lab.clock import stamp
from bot.lab.payloads.people import node_id, user
from bot.lab.payloads.pull import issue_comment, label
from bot.lab.records import Comment, Pull
from bot.lab.rest.call import Answer, Call, HttpError, Route

_REPO = "/repos/{owner}/{repo}/issues"
_READ = (("issues", "read"), ("pull_requests", "read"))
# The lab has no plain issues, and a token with issues:write alone may not write on a pull request.
_WRITE = (("pull_requests", "write"),)
_MOST = 65536


async def _list(call: Call) -> Answer:
    pull: Pull = call.found(call.repo.pulls, "issue_number")
    found = [c for c in call.repo.comments.values() if c.pr == pull.number]
    return call.listed(found, lambda c: issue_comment(call.hub, call.repo, c))


async def _create(call: Call) -> Answer:
    pull: Pull = call.found(call.repo.pulls, "issue_number")
    body = _text(call)
    made = comments.add_comment(call.hub, call.repo, pull.number, call.login, body)
    return Answer(body=issue_comment(call.hub, call.repo, made), status=201)


async def _one(call: Call) -> Answer:
    found: Comment = call.found(call.repo.comments, "comment_id")
    return Answer(body=issue_comment(call.hub, call.repo, found))


async def _edit(call: Call) -> Answer:
    found: Comment = call.found(call.repo.comments, "comment_id")
    newer = comments.edit_comment(call.hub, call.repo, found, _text(call), call.login)
    return Answer(body=issue_comment(call.hub, call.repo, newer))


def _text(call: Call) -> str:
    body = str(call.body["body"])
    if len(body) > _MOST:
        raise HttpError(422, f"body is too long (maximum is {_MOST} characters)")
    return body


async def _react(call: Call) -> Answer:
    found: Comment = call.found(call.repo.comments, "comment_id")
    content = call.body["content"]
    new = comments.react(call.repo, found, call.login, content)
    place = len(found.reactions) if new else found.reactions.index((call.login, content))
    return Answer(body=_reaction(call, found, place), status=201 if new else 200)


async def _reactions(call: Call) -> Answer:
    found: Comment = call.found(call.repo.comments, "comment_id")
    return call.listed(range(len(found.reactions)), lambda n: _reaction(call, found, n))


def _reaction(call: Call, comment: Comment, place: int) -> dict[str, object]:
    login, content = call.repo.comments[comment.id].reactions[place]
    number = comment.id * 10 + place
    return {
        "id": number,
        "node_id": node_id("REA", number),
        "user": user(call.hub, login),
        "content": content,
        "created_at": stamp(call.hub.clock.now()),
    }


async def _labels(call: Call) -> Answer:
    pull: Pull = call.found(call.repo.pulls, "issue_number")
    return call.listed(pull.labels, lambda name: label(call.hub, call.repo, name))


async def _add_labels(call: Call) -> Answer:
    pull: Pull = call.found(call.repo.pulls, "issue_number")
    given = call.body["labels"] if isinstance(call.body, dict) else call.body
    for name in given:
        text = name if isinstance(name, str) else name["name"]
        pulls.add_label(call.hub, call.repo, pull, text, call.login)
    return await _all_labels(call, pull)


async def _remove_label(call: Call) -> Answer:
    pull: Pull = call.found(call.repo.pulls, "issue_number")
    try:
        pulls.remove_label(call.hub, call.repo, pull, call.path["name"], call.login)
    except RefusedError as exc:
        raise HttpError(404, str(exc)) from exc
    return await _all_labels(call, pull)


async def _all_labels(call: Call, pull: Pull) -> Answer:
    names = call.repo.pulls[pull.number].labels
    return Answer(body=[label(call.hub, call.repo, name) for name in names])


_COMMENTS = f"{_REPO}/{{issue_number}}/comments"
_COMMENT = f"{_REPO}/comments/{{comment_id}}"
_LABELS = f"{_REPO}/{{issue_number}}/labels"
ROUTES = (
    Route(operation=f"GET {_COMMENTS}", handle=_list, needs=_READ),
    Route(operation=f"POST {_COMMENTS}", handle=_create, needs=_WRITE),
    Route(operation=f"GET {_COMMENT}", handle=_one, needs=_READ),
    Route(operation=f"PATCH {_COMMENT}", handle=_edit, needs=_WRITE),
    Route(operation=f"GET {_COMMENT}/reactions", handle=_reactions, needs=_READ),
    Route(operation=f"POST {_COMMENT}/reactions", handle=_react, needs=_WRITE),
    Route(operation=f"GET {_LABELS}", handle=_labels, needs=_READ),
    Route(operation=f"POST {_LABELS}", handle=_add_labels, needs=_WRITE),
    Route(operation=f"DELETE {_LABELS}/{{name}}", handle=_remove_label, needs=_WRITE),
)
