"""The pre-receive hook: GitHub's refusals, in GitHub's own words."""

from pathlib import Path

LOCKED_REFS = "lab-locked-refs"
# The server says in the environment what the pusher may do: LAB_WORKFLOWS is write or empty.
_HOOK = """#!/bin/sh
while read old new ref; do
  if grep -qxF "queued $ref" "$GIT_DIR/lab-locked-refs" 2>/dev/null; then
    echo "error: GH006: Protected branch update failed for $ref." >&2
    echo "error: A pull request for this branch has been added to a merge queue. Branches that \
are queued for merging cannot be updated. To modify this branch, dequeue the associated pull \
request." >&2
    exit 1
  fi
  case "$ref" in refs/heads/gh-readonly-queue/*|refs/pull/*)
    echo "error: GH006: Protected branch update failed for $ref." >&2
    exit 1
  esac
  if grep -qxF "protected $ref" "$GIT_DIR/lab-locked-refs" 2>/dev/null; then
    echo "error: GH013: Repository rule violations found for $ref." >&2
    echo "error: - Changes must be made through the merge queue" >&2
    exit 1
  fi
  if [ "$LAB_WORKFLOWS" != write ] && [ "$new" != "${new#*[!0]}" ]; then
    from=$old
    [ "$from" != "${from#*[!0]}" ] || from=HEAD
    touched=$(git diff --name-only "$from" "$new" -- .github/workflows | head -1)
    if [ -n "$touched" ]; then
      echo "error: refusing to allow a GitHub App to create or update workflow \\`$touched\\` \
without \\`workflows\\` permission" >&2
      exit 1
    fi
  fi
done
"""


def install_guard(repo: Path) -> None:
    """Put the hook into a bare repository."""
    hook = repo / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(_HOOK)
    hook.chmod(0o755)
    (repo / LOCKED_REFS).write_text("")
