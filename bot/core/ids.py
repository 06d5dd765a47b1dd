"""Small names for values which are all strings or ints underneath."""

from typing import NewType

Sha = NewType("Sha", str)  # a git object id, 40 or 64 lower-case hex digits
CaseId = NewType("CaseId", str)
PrNumber = NewType("PrNumber", int)
Digest = NewType("Digest", str)  # sha256 of a blob in the store, 64 lower-case hex digits
