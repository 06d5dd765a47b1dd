"""GraphQL on GitHub's real schema."""

from bot.lab.lab import Lab
from tests.lab.conftest import Client
from tests.lab.sample import NAME, green_pull, rocket

STATE = """
query($owner: String!, $name: String!, $number: Int!) {
  rateLimit { remaining }
  repository(owner: $owner, name: $name) {
    nameWithOwner
    defaultBranchRef { name target { oid } }
    mergeQueue(branch: "main") {
      configuration { mergingStrategy }
      entries(first: 10) { nodes { position pullRequest { number } headCommit { oid } } }
    }
    pullRequests(states: [OPEN], first: 10, orderBy: {field: UPDATED_AT, direction: DESC}) {
      pageInfo { hasNextPage endCursor } nodes { number }
    }
    pullRequest(number: $number) {
      id number title state isDraft merged url headRefOid headRefName baseRefName
      isInMergeQueue isCrossRepository maintainerCanModify mergeable
      mergeQueueEntry { id position state enqueuedAt enqueuer { login } baseCommit { oid } }
      autoMergeRequest { enabledAt mergeMethod enabledBy { login } }
      author { login __typename }
      labels(first: 20) { nodes { name } }
      headRepository { nameWithOwner isFork }
      timelineItems(last: 5, itemTypes: [REMOVED_FROM_MERGE_QUEUE_EVENT]) {
        nodes { ... on RemovedFromMergeQueueEvent {
          reason createdAt actor { login } enqueuer { login } beforeCommit { oid }
        } }
      }
    }
  }
}
"""
ENQUEUE = """
mutation($input: EnqueuePullRequestInput!) {
  enqueuePullRequest(input: $input) { mergeQueueEntry { id state position } }
}
"""
DEQUEUE = """
mutation($input: DequeuePullRequestInput!) {
  dequeuePullRequest(input: $input) { mergeQueueEntry { id } }
}
"""
ARM = """
mutation($input: EnablePullRequestAutoMergeInput!) {
  enablePullRequestAutoMerge(input: $input) { pullRequest { autoMergeRequest { mergeMethod } } }
}
"""
DISARM = """
mutation($input: DisablePullRequestAutoMergeInput!) {
  disablePullRequestAutoMerge(input: $input) { pullRequest { id } }
}
"""
WHERE = {"owner": "acme", "name": "rocket", "number": 1}


async def read(client: Client) -> dict[str, object]:
    _, answer = await client.graphql(STATE, **WHERE)
    found: dict[str, object] = answer["data"]["repository"]["pullRequest"]
    return found


async def test_a_pull_request_is_read_enqueued_and_dequeued(lab: Lab, client: Client) -> None:
    repo = await rocket(lab)
    pull = await green_pull(repo)
    state = await read(client)
    assert (state["headRefOid"], state["isInMergeQueue"]) == (pull.head, False)
    given = {"pullRequestId": state["id"], "expectedHeadOid": pull.head}
    _, entered = await client.graphql(ENQUEUE, input=given)
    assert entered["data"]["enqueuePullRequest"]["mergeQueueEntry"]["position"] == 1
    queued = await read(client)
    assert (queued["isInMergeQueue"], queued["mergeable"]) == (True, "UNKNOWN")
    await client.graphql(DEQUEUE, input={"id": state["id"]})
    left = await read(client)
    timeline = left["timelineItems"]
    assert isinstance(timeline, dict)
    node = timeline["nodes"][0]
    assert (node["reason"], node["actor"]["login"]) == ("manual", "github-merge-queue")
    assert node["enqueuer"] is None


async def test_refusals_come_as_errors_beside_null(lab: Lab, client: Client) -> None:
    repo = await rocket(lab)
    pull = await green_pull(repo)
    identifier = (await read(client))["id"]
    stale = {"pullRequestId": identifier, "expectedHeadOid": "0" * 40}
    _, answer = await client.graphql(ENQUEUE, input=stale)
    assert answer["data"] == {"enqueuePullRequest": None}
    assert answer["errors"][0]["type"] == "UNPROCESSABLE"
    assert answer["errors"][0]["message"].startswith("Head branch was modified")
    await pull.push({"y.txt": "y\n"}, "More")
    given = {"pullRequestId": identifier}
    _, answer = await client.graphql(ENQUEUE, input=given)
    assert 'Required status check "quick" is expected.' in answer["errors"][0]["message"]
    await pull.checks_done()
    await client.graphql(ENQUEUE, input=given)
    _, answer = await client.graphql(ENQUEUE, input=given)
    assert answer["errors"][0]["message"] == "Pull request is already in the queue"


async def test_auto_merge_enters_the_queue_when_checks_are_green(lab: Lab, client: Client) -> None:
    repo = await rocket(lab)
    pull = await repo.open_pr(
        author="ada", branch="b", title="t", files={"x.txt": "fine\n"}, message="m"
    )
    identifier = (await read(client))["id"]
    await client.graphql(ARM, input={"pullRequestId": identifier, "mergeMethod": "SQUASH"})
    armed = await read(client)
    assert armed["autoMergeRequest"] is not None
    await client.graphql(DISARM, input={"pullRequestId": identifier})
    _, answer = await client.graphql(DISARM, input={"pullRequestId": identifier})
    assert answer["errors"][0]["type"] == "UNPROCESSABLE"
    await lab.person("ada").enable_auto_merge(pull)
    await lab.idle()
    assert pull.merged


async def test_auto_merge_reads_null_while_queued_and_is_gone_afterwards(
    lab: Lab, client: Client
) -> None:
    repo = await rocket(lab)
    pull = await green_pull(repo, text="BUG\n")
    await lab.person("ada").enable_auto_merge(pull)
    assert (await read(client))["autoMergeRequest"] is None
    await lab.idle()
    assert pull.removals == ["failed_checks"]
    assert pull.auto_merge is None


async def test_a_typo_in_a_document_is_a_violation_by_name(lab: Lab, client: Client) -> None:
    await rocket(lab)
    status, _ = await client.graphql("{ viewer { logon } }")
    assert status == 599
    assert any("'logon'" in line for line in lab.violations)
    lab.violations.clear()


async def test_the_classic_mistake_with_dequeue_is_a_violation(lab: Lab, client: Client) -> None:
    await rocket(lab)
    status, _ = await client.graphql(DEQUEUE, input={"pullRequestId": "x"})
    assert status == 599
    assert any("pullRequestId" in line for line in lab.violations)
    lab.violations.clear()


async def test_a_field_that_the_lab_does_not_know_is_kept_by_name(lab: Lab, client: Client) -> None:
    await rocket(lab)
    await client.graphql('{ repository(owner: "acme", name: "rocket") { diskUsage } }')
    assert lab.unknown == ["graphql Repository.diskUsage"]
    lab.unknown.clear()


async def test_what_the_token_does_not_reach_is_not_found(lab: Lab, client: Client) -> None:
    repo = await rocket(lab)
    await green_pull(repo)
    await lab.create_repo("acme/other", {"a": "b\n"})
    narrow = await client.token(repositories=["other"])
    body = {"query": STATE, "variables": WHERE}
    _, answer = await client.call("POST", "/graphql", body, narrow)
    assert answer["errors"][0]["type"] == "NOT_FOUND"
    weak = await client.token(permissions={"contents": "read", "pull_requests": "write"})
    identifier = (await read(client))["id"]
    body = {"query": ENQUEUE, "variables": {"input": {"pullRequestId": identifier}}}
    _, answer = await client.call("POST", "/graphql", body, weak)
    assert answer["errors"][0]["type"] == "FORBIDDEN"
    assert (await client.call("POST", "/graphql", body, "nonsense"))[0] == 401
    missing = {"query": STATE, "variables": WHERE | {"number": 9}}
    _, answer = await client.call("POST", "/graphql", missing)
    assert answer["errors"][0]["type"] == "NOT_FOUND"
    assert NAME in lab.hub.repos
