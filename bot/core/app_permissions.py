"""What the GitHub App may do: asked of the operator, demanded by doctor, put into each token."""

from collections.abc import Mapping

# What each permission is for stands in README.md; labels and comments of pull requests go with
# pull_requests.
PERMISSIONS: Mapping[str, str] = {
    "actions": "read",
    "checks": "write",
    "contents": "write",
    "issues": "read",
    "merge_queues": "read",
    "metadata": "read",
    "pull_requests": "write",
    "statuses": "read",
}
