"""Reading commits of the mirror."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.core.errors import PermanentError
from bot.core.ids import Sha
from bot.edges.git.faults import SERVICE
from bot.edges.git.names import can_be_path, check_sha
from bot.edges.git.process import Bare, Call
from guards.change import Change
from guards.errors import BadDiffError
from guards.parse import (
    MAX_BLOB_BYTES,
    MAX_MESSAGES_BYTES,
    MAX_PATCH_BYTES,
    MESSAGES_FLAGS,
    PATCH_FLAGS,
    RAW_FLAGS,
    blob_ids,
    messages_of,
    parse_change,
)

MAX_BLOB = 5 << 20
_MAX_BLOBS = 256 << 20  # of all files of a change together
_MAX_DIFF = 1 << 20
_MAX_MESSAGE = 1 << 20
_FILES = {b"100644", b"100755"}


async def read(bare: Bare, commit: Sha, path: str) -> bytes | None:
    """A regular file's content; None when there is none at that path.

    Raises:
        PermanentError: it is larger than 5 MiB.
    """
    if not can_be_path(path):
        return None
    answer = await bare.ask("ls-tree", "-z", "--full-tree", check_sha(commit), "--", path)
    for record in answer.out.split(b"\0"):
        entry, _, name = record.partition(b"\t")
        if name == path.encode(errors="replace") and entry.split()[0] in _FILES:
            blob = entry.split()[2].decode()
            call = Call(arguments=("cat-file", "blob", blob), max_bytes=MAX_BLOB)
            return (await bare.run(call)).out
    return None


async def paths(bare: Bare, commit: Sha) -> tuple[str, ...]:
    """All paths of a commit's tree, sorted."""
    arguments = ("ls-tree", "-r", "-z", "--name-only", "--full-tree", check_sha(commit))
    names = (await bare.ask(*arguments)).out.split(b"\0")
    return tuple(sorted(name.decode(errors="replace") for name in names if name))


async def parents(bare: Bare, commit: Sha) -> tuple[Sha, ...]:
    """A commit's parents, the first one first."""
    listed = await bare.ask("rev-list", "--no-walk", "--parents", check_sha(commit))
    return tuple(Sha(sha) for sha in listed.line.split()[1:])


async def message(bare: Bare, commit: Sha) -> str:
    """A commit's whole message."""
    call = Call(
        arguments=("cat-file", "commit", check_sha(commit)), max_bytes=_MAX_MESSAGE, cut=True
    )
    return (await bare.run(call)).out.partition(b"\n\n")[2].decode(errors="replace")


async def diff(bare: Bare, base: Sha, head: Sha) -> str:
    """A unified diff for people; a long one is cut and says so."""
    arguments = ("diff-tree", "-r", "-p", "-M", "--no-ext-diff", "--no-textconv", "--no-color")
    commits = (check_sha(base), check_sha(head))
    call = Call(arguments=(*arguments, *commits), max_bytes=_MAX_DIFF, cut=True)
    answer = await bare.run(call)
    text = answer.out.decode(errors="replace")
    return (
        f"{text}\n[the diff is longer than {_MAX_DIFF >> 10} KiB]\n" if answer.truncated else text
    )


async def change(bare: Bare, base: Sha, head: Sha) -> Change:
    """What lies between two trees.

    Raises:
        PermanentError: it is too large, or git's answers do not fit together.
    """
    commits = (check_sha(base), check_sha(head))
    raw = (await bare.ask("diff-tree", *RAW_FLAGS, *commits)).out
    call = Call(arguments=("diff-tree", *PATCH_FLAGS, *commits), max_bytes=MAX_PATCH_BYTES)
    patch = (await bare.run(call)).out
    try:
        blobs = await _blobs(bare, blob_ids(raw))
        # Seconds of work for the largest: webhooks and the watch over boxes go on meanwhile.
        found = await asyncio.to_thread(parse_change, raw, patch, blobs)
    except BadDiffError as exc:
        msg = f"{SERVICE}: the change cannot be read: {exc}"
        raise PermanentError(msg) from exc
    arguments = ("rev-list", *MESSAGES_FLAGS, check_sha(head), f"^{check_sha(base)}")
    call = Call(arguments=arguments, max_bytes=MAX_MESSAGES_BYTES, cut=True)
    return replace(found, messages=messages_of((await bare.run(call)).out))


async def _blobs(bare: Bare, ids: Sequence[str]) -> dict[str, bytes]:
    """Contents by id; those that are too large are left out."""
    wanted = await _small_enough(bare, ids)
    if not wanted:
        return {}
    stdin = "".join(f"{blob}\n" for blob in wanted).encode()
    call = Call(arguments=("cat-file", "--batch"), stdin=stdin, max_bytes=_MAX_BLOBS + (1 << 20))
    out = (await bare.run(call)).out
    found: dict[str, bytes] = {}
    position = 0
    for blob in wanted:
        header, _, _ = out[position : position + 200].partition(b"\n")
        start = position + len(header) + 1
        size = int(header.split()[2])
        found[blob] = out[start : start + size]
        position = start + size + 1
    return found


async def _small_enough(bare: Bare, ids: Sequence[str]) -> list[str]:
    """The blobs that guards can judge, as many as fit into the budget."""
    if not ids:
        return []
    stdin = "".join(f"{blob}\n" for blob in ids).encode()
    answer = await bare.ask("cat-file", "--batch-check=%(objecttype) %(objectsize)", stdin=stdin)
    wanted, budget = [], _MAX_BLOBS
    for blob, line in zip(ids, answer.line.splitlines(), strict=True):
        kind, _, size = line.partition(" ")
        if kind == "blob" and int(size) <= min(MAX_BLOB_BYTES, budget):
            wanted.append(blob)
            budget -= int(size)
    return wanted
