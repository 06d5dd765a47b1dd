"""The lab's records as GitHub's JSON: complete enough for GitHub's own schemas."""
