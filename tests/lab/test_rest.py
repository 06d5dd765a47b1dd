"""The REST side: GitHub's schema both ways, rights, lists, logs."""

import base64
import hashlib
import io
import re
import zipfile
from datetime import timedelta

from bot.lab.lab import Lab
from bot.lab.rest import ALL
from bot.lab.subset import OPERATIONS
from tests.lab.conftest import Client, Mailbox
from tests.lab.sample import NAME, green_pull, rocket

REPO = f"/repos/{NAME}"
LINE = re.compile(r"^\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z ")


def test_every_vendored_operation_is_served_and_no_other() -> None:
    assert {route.operation for route in ALL} == set(OPERATIONS)


async def test_a_typo_in_a_body_is_a_violation_by_name(lab: Lab, client: Client) -> None:
    repo = await rocket(lab)
    head = (await repo.main_log())[0][0]
    body = {"name": "selfheal", "head_sha": head, "externalid": "x"}
    status, _ = await client.call("POST", f"{REPO}/check-runs", body)
    assert status == 599
    assert any("externalid" in line for line in lab.violations)
    lab.violations.clear()


async def test_an_unknown_query_parameter_is_a_violation_by_name(lab: Lab, client: Client) -> None:
    await rocket(lab)
    status, _ = await client.call("GET", f"{REPO}/actions/runs?headsha=abc")
    assert status == 599
    assert any("'headsha'" in line for line in lab.violations)
    lab.violations.clear()


async def test_a_path_that_nobody_knows_is_kept_by_name(lab: Lab, client: Client) -> None:
    status, _ = await client.call("GET", "/repos/acme/rocket/pullz/1")
    assert status == 501
    assert lab.unknown == ["GET /repos/acme/rocket/pullz/1"]
    lab.unknown.clear()


async def test_the_app_sees_itself_and_its_installations(lab: Lab, client: Client) -> None:
    await rocket(lab)
    jwt = client.app_token()
    assert (await client.call("GET", "/app", token=jwt))[1]["slug"] == lab.app_slug
    _, installations = await client.call("GET", "/app/installations", token=jwt)
    _, own = await client.call("GET", f"{REPO}/installation", token=jwt)
    assert [one["id"] for one in installations] == [own["id"]]
    _, repos = await client.call("GET", "/installation/repositories")
    assert [one["full_name"] for one in repos["repositories"]] == [NAME]
    assert (await client.call("GET", "/rate_limit"))[0] == 200


async def test_everything_about_a_pull_request_can_be_read(lab: Lab, client: Client) -> None:
    repo = await rocket(lab)
    pull = await green_pull(repo)
    _, one = await client.call("GET", f"{REPO}/pulls/1")
    assert (one["head"]["sha"], one["mergeable"]) == (pull.head, True)
    assert (one["commits"], one["changed_files"], one["additions"]) == (1, 1, 1)
    assert (
        len((await client.call("GET", f"{REPO}/pulls?state=open&head=acme:{pull.branch}"))[1]) == 1
    )
    _, files = await client.call("GET", f"{REPO}/pulls/1/files")
    assert [(f["filename"], f["status"], f["additions"]) for f in files] == [("x.txt", "added", 1)]
    _, runs = await client.call("GET", f"{REPO}/commits/{pull.head}/check-runs")
    found = {run["name"]: run["conclusion"] for run in runs["check_runs"]}
    assert found == {"quick": "success", "full": "skipped"}
    assert (await client.call("GET", f"{REPO}/commits/{pull.head}/check-suites"))[0] == 200
    assert (await client.call("GET", f"{REPO}/commits/{pull.head}/status"))[1]["statuses"] == []
    assert (await client.call("GET", f"{REPO}/commits/{pull.head}"))[1]["sha"] == pull.head


async def test_rules_of_main_name_the_queue_and_the_required_checks(
    lab: Lab, client: Client
) -> None:
    await rocket(lab, max_build=3)
    _, rules = await client.call("GET", f"{REPO}/rules/branches/main")
    by_type = {rule["type"]: rule["parameters"] for rule in rules}
    contexts = by_type["required_status_checks"]["required_status_checks"]
    assert [one["context"] for one in contexts] == ["quick", "full"]
    assert by_type["merge_queue"]["max_entries_to_build"] == 3
    assert (await client.call("GET", f"{REPO}/rules/branches/feature%2Fx"))[1] == []


async def test_files_branches_and_refs_can_be_read(lab: Lab, client: Client) -> None:
    repo = await rocket(lab)
    pull = await green_pull(repo)
    _, file = await client.call("GET", f"{REPO}/contents/quick.sh")
    assert base64.b64decode(file["content"]) == b"echo quick\n"
    assert (await client.call("GET", f"{REPO}/contents/x.txt?ref={pull.head}"))[0] == 200
    assert (await client.call("GET", f"{REPO}/contents/none"))[0] == 404
    _, branch = await client.call("GET", f"{REPO}/branches/feature%2Fx")
    assert branch["commit"]["sha"] == pull.head
    _, ref = await client.call("GET", f"{REPO}/git/ref/heads/feature/x")
    assert ref["object"]["sha"] == pull.head
    assert (await client.call("GET", REPO))[1]["default_branch"] == "main"


async def test_roles_are_told_as_permissions(lab: Lab, client: Client) -> None:
    await rocket(lab)
    lab.person("mia", "maintain")
    lab.person("rob", "read")
    path = f"{REPO}/collaborators"
    assert (await client.call("GET", f"{path}/mia/permission"))[1]["permission"] == "write"
    assert (await client.call("GET", f"{path}/mia/permission"))[1]["role_name"] == "maintain"
    assert (await client.call("GET", f"{path}/rob/permission"))[1]["permission"] == "read"
    assert (await client.call("GET", f"{path}/nobody/permission"))[0] == 404


async def test_a_log_is_framed_and_lies_behind_a_short_lived_link(lab: Lab, client: Client) -> None:
    repo = await rocket(lab)
    pull = await green_pull(repo, text="BUG\n")
    await lab.person("ada").enqueue(pull)
    await lab.idle()
    group = pull.state.timeline[-1].before_commit
    _, runs = await client.call("GET", f"{REPO}/actions/runs?head_sha={group}&event=merge_group")
    run = runs["workflow_runs"][0]
    assert run["head_branch"].startswith("gh-readonly-queue/main/pr-1-")
    _, jobs = await client.call("GET", f"{REPO}/actions/runs/{run['id']}/jobs?per_page=100")
    red = next(job for job in jobs["jobs"] if job["conclusion"] == "failure")
    path = f"{REPO}/actions/jobs/{red['id']}/logs"
    status, _ = await client.call("GET", path)
    link = client.headers["Location"]
    assert status == 302
    async with client.session.get(link, headers={"Authorization": "Bearer x"}) as answer:
        assert answer.status == 400
    async with client.session.get(link) as answer:
        lines = (await answer.read()).decode().splitlines()
    assert all(LINE.match(line) for line in lines)
    said = [LINE.sub("", line) for line in lines]
    assert "##[group]Run sh full.sh" in said
    assert "mode full" in said
    assert said[-1] == "##[error]Process completed with exit code 1."
    lab.clock.skip(61)
    async with client.session.get(link) as answer:
        assert answer.status == 403
    _, notes = await client.call("GET", f"{REPO}/check-runs/{red['id']}/annotations")
    assert [note["message"] for note in notes] == ["Process completed with exit code 1."]
    assert (await client.call("GET", f"{REPO}/actions/jobs/{red['id']}"))[1]["id"] == red["id"]
    assert (await client.call("GET", f"{REPO}/actions/runs/{run['id']}"))[0] == 200


async def test_artifacts_can_be_fetched_until_they_expire(lab: Lab, client: Client) -> None:
    workflow = (
        "on: pull_request\njobs:\n  make:\n    steps:\n"
        "    - run: echo '<testsuite/>' > junit.xml\n"
        "    - {uses: actions/upload-artifact@v4, with: {name: report, path: junit.xml}}\n"
    )
    repo = await lab.create_repo(NAME, {".github/workflows/a.yml": workflow}, required=["make"])
    pull = await green_pull(repo)
    await lab.idle()
    _, runs = await client.call("GET", f"{REPO}/actions/runs?head_sha={pull.head}")
    run = runs["workflow_runs"][0]["id"]
    _, found = await client.call("GET", f"{REPO}/actions/runs/{run}/artifacts")
    one = found["artifacts"][0]
    path = f"{REPO}/actions/artifacts/{one['id']}/zip"
    assert (await client.call("GET", path))[0] == 302
    async with client.session.get(client.headers["Location"]) as answer:
        content = await answer.read()
    assert one["digest"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert zipfile.ZipFile(io.BytesIO(content)).read("junit.xml") == b"<testsuite/>\n"
    lab.clock.skip(timedelta(days=91).total_seconds())
    assert (await client.call("GET", path))[0] == 410


async def test_a_check_run_of_ours_is_made_updated_and_heard_of(
    lab: Lab, client: Client, mailbox: Mailbox
) -> None:
    repo = await rocket(lab)
    pull = await green_pull(repo)
    body = {"name": "selfheal", "head_sha": pull.head, "status": "in_progress", "external_id": "c"}
    status, made = await client.call("POST", f"{REPO}/check-runs", body)
    assert status == 201
    note = {"path": "a", "start_line": 1, "end_line": 1, "annotation_level": "failure"}
    notes = [note | {"message": "m"}]
    output = {"title": "t", "summary": "s", "annotations": notes}
    actions = [{"label": "Stop", "description": "stop", "identifier": "stop"}]
    change = {"conclusion": "neutral", "output": output, "actions": actions}
    path = f"{REPO}/check-runs/{made['id']}"
    await client.call("PATCH", path, change)
    _, done = await client.call("PATCH", path, {"output": output})
    assert (done["status"], done["output"]["annotations_count"]) == ("completed", 2)
    unfinished = {"name": "x", "head_sha": pull.head, "status": "completed"}
    assert (await client.call("POST", f"{REPO}/check-runs", unfinished))[0] == 422
    too_many = {"output": output | {"annotations": notes * 51}}
    assert (await client.call("PATCH", path, too_many))[0] == 599
    lab.violations.clear()
    await lab.person("ada").press(pull, "stop")
    await lab.idle()
    pressed = mailbox.payloads("check_run", "requested_action")[0]
    assert pressed["requested_action"]["identifier"] == "stop"
    assert (await client.call("GET", path))[1]["app"]["slug"] == lab.app_slug


async def test_a_conversation_with_reactions_and_labels(
    lab: Lab, client: Client, mailbox: Mailbox
) -> None:
    repo = await rocket(lab)
    pull = await green_pull(repo)
    comment = await lab.person("ada").comment(pull, "/selfheal status")
    base = f"{REPO}/issues"
    reaction = f"{base}/comments/{comment.id}/reactions"
    assert (await client.call("POST", reaction, {"content": "eyes"}))[0] == 201
    assert (await client.call("POST", reaction, {"content": "eyes"}))[0] == 200
    assert (await client.call("GET", reaction))[1][0]["content"] == "eyes"
    _, made = await client.call("POST", f"{base}/1/comments", {"body": "on it"})
    await client.call("PATCH", f"{base}/comments/{made['id']}", {"body": "done"})
    assert (await client.call("GET", f"{base}/comments/{made['id']}"))[1]["body"] == "done"
    _, listed = await client.call("GET", f"{base}/1/comments?per_page=1")
    assert len(listed) == 1
    assert "page=2" in client.headers["Link"]
    assert [(c.author, c.body) for c in pull.comments][1] == (f"{lab.app_slug}[bot]", "done")
    assert (await client.call("POST", f"{base}/1/labels", {"labels": ["a", "self/heal"]}))[0] == 200
    assert (await client.call("DELETE", f"{base}/1/labels/self%2Fheal"))[0] == 200
    assert (await client.call("DELETE", f"{base}/1/labels/self%2Fheal"))[0] == 404
    assert (await client.call("GET", f"{base}/1/labels"))[1][0]["name"] == "a"
    assert pull.labels == {"a"}
    await lab.idle()
    assert mailbox.names("issue_comment") == [
        "issue_comment.created",
        "issue_comment.created",
        "issue_comment.edited",
    ]
    payload = mailbox.payloads("pull_request", "labeled")[0]
    assert payload["sender"]["login"] == f"{lab.app_slug}[bot]"
    assert "pull_request" in mailbox.payloads("issue_comment", "created")[0]["issue"]
