"""What git and GitHub really say, sorted by what can be done about it."""

import pytest

from bot.core.errors import PermanentError, TransientError
from bot.edges.git.faults import fault, quoted, refused_token


@pytest.mark.parametrize(
    "said",
    [
        "fatal: unable to access 'https://github.com/o/r.git/': Could not resolve host: github.com",
        "fatal: unable to access 'https://github.com/o/r/': The requested URL returned error: 502",
        "error: RPC failed; HTTP 503 curl 22 The requested URL returned error: 503",
        "error: RPC failed; curl 56 GnuTLS recv error (-54)\nfatal: early EOF",
        "fatal: the remote end hung up unexpectedly",
        "fatal: unable to access 'https://github.com/': Failed to connect to github.com port 443",
        "error: cannot lock ref 'refs/selfheal/seen/1': Unable to create '/x.lock': File exists.",
    ],
)
def test_passing_trouble_is_tried_again(said: str) -> None:
    assert isinstance(fault("fetch", said), TransientError)


@pytest.mark.parametrize(
    "said",
    [
        "remote: Repository not found.\nfatal: repository 'https://github.com/o/r/' not found",
        "fatal: couldn't find remote ref refs/heads/none",
        "fatal: remote error: upload-pack: not our ref 1111111111111111111111111111111111111111",
        (
            "remote: Permission to o/r.git denied to selfheal[bot].\n"
            "fatal: unable to access 'https://github.com/o/r/': The requested URL returned error: 403"
        ),
        (
            "refusing to allow a GitHub App to create or update workflow `.github/workflows/a.yml` "
            "without `workflows` permission"
        ),
        "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
        "something never seen before",
    ],
)
def test_what_cannot_change_is_final(said: str) -> None:
    assert isinstance(fault("fetch", said), PermanentError)


def test_a_refused_token_is_told_from_a_missing_right() -> None:
    assert refused_token("fatal: could not read Username for 'https://x': terminal prompts")
    assert refused_token("fatal: Authentication failed for 'https://github.com/o/r/'")
    assert not refused_token("fatal: The requested URL returned error: 403")


@pytest.mark.parametrize(
    "text",
    [
        "token ghs_abcDEF1234567890abcd was refused",
        "github_pat_abc_DEF1234567890abcd",
        "Authorization: Basic c2VjcmV0abcDEF",
        "http.extraheader=AUTHORIZATION: bearer abcDEF",
        "https://x-access-token:abcDEF@github.com/o/r.git",
    ],
)
def test_no_secret_is_left_in_a_text(text: str) -> None:
    assert "abc" not in quoted(text)
    assert "[redacted]" in quoted(text)


def test_a_text_is_one_bounded_line() -> None:
    assert quoted(" a \n\n b\n") == "a | b"
    assert len(quoted("x" * 5000)) <= 500
