"""Every GraphQL document that we send. A test validates each against GitHub's schema."""

from collections.abc import Mapping

_PULL = """
fragment Pull on PullRequest {
  id number title url state isDraft isInMergeQueue maintainerCanModify
  headRefOid headRefName baseRefName
  author { __typename login }
  baseRepository { nameWithOwner }
  headRepository { nameWithOwner parent { nameWithOwner } }
  autoMergeRequest { mergeMethod enabledBy { __typename login } }
  labels(first: 100) { nodes { name } }
  timelineItems(last: 1, itemTypes: [REMOVED_FROM_MERGE_QUEUE_EVENT]) {
    nodes { ... on RemovedFromMergeQueueEvent { reason createdAt beforeCommit { oid } } }
  }
}
"""

PULL = (
    """
query SelfhealPull($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) { ...Pull } }
}
"""
    + _PULL
)

RECENTLY_REMOVED = (
    """
query SelfhealRecentlyRemoved($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    pullRequests(states: [OPEN], first: 50, orderBy: {field: UPDATED_AT, direction: DESC}) {
      nodes { ...Pull }
    }
  }
}
"""
    + _PULL
)

# Read again after every mutation of the queue: its own answer is not to be trusted.
QUEUE_STATE = """
query SelfhealQueueState($id: ID!) {
  node(id: $id) {
    ... on PullRequest {
      state headRefOid isInMergeQueue mergeQueueEntry { id } autoMergeRequest { mergeMethod }
    }
  }
}
"""

ENQUEUE = """
mutation SelfhealEnqueue($id: ID!, $head: GitObjectID!) {
  enqueuePullRequest(input: {pullRequestId: $id, expectedHeadOid: $head}) {
    mergeQueueEntry { id }
  }
}
"""

DISABLE_AUTO_MERGE = """
mutation SelfhealDisableAutoMerge($id: ID!) {
  disablePullRequestAutoMerge(input: {pullRequestId: $id}) { pullRequest { id } }
}
"""

ENABLE_AUTO_MERGE = """
mutation SelfhealEnableAutoMerge($id: ID!, $method: PullRequestMergeMethod!) {
  enablePullRequestAutoMerge(input: {pullRequestId: $id, mergeMethod: $method}) {
    pullRequest { id }
  }
}
"""

ALL: Mapping[str, str] = {
    "PULL": PULL,
    "RECENTLY_REMOVED": RECENTLY_REMOVED,
    "QUEUE_STATE": QUEUE_STATE,
    "ENQUEUE": ENQUEUE,
    "DISABLE_AUTO_MERGE": DISABLE_AUTO_MERGE,
    "ENABLE_AUTO_MERGE": ENABLE_AUTO_MERGE,
}
