"""Secrets never leave: known shapes are hidden, prose stays, and no text is slow."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.redact import HIDDEN, redact

# Put together here, so that no scanner takes the tests for a leak.
GHS = "ghs_" + "A1b2" * 9
LONG_GHS = "ghs_" + "eyJhbGciOiJSUzI1NiJ9" + ".e30-_" * 80
PAT = "github_pat_" + "11ABCDE0Y0" * 6
ANTHROPIC = "sk-ant-" + "api03-" + "x9_-" * 20
AWS = "AKIA" + "IOSFODNN7EXAMPLE"
JWT = "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N"
BEGIN = "-----BEGIN " + "RSA PRIVATE KEY-----"
END = "-----END " + "RSA PRIVATE KEY-----"


@pytest.mark.parametrize("secret", [GHS, LONG_GHS, PAT, ANTHROPIC, AWS, JWT])
@pytest.mark.parametrize("around", ["{}", "token={}\n", '"{}",', "https://x.y/?t={}&b=1", "é{}é"])
def test_a_token_is_hidden_wherever_it_stands(secret: str, around: str) -> None:
    shown = redact(around.format(secret))

    assert shown == around.format(HIDDEN)


@pytest.mark.parametrize("kind", ["gho", "ghp", "ghr", "ghs", "ghu"])
def test_every_kind_of_github_token_is_known(kind: str) -> None:
    assert redact(f"{kind}_{'a1' * 18}") == HIDDEN


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bearer abc.def-123", f"Authorization: {HIDDEN}"),
        ("authorization: token 0123456789", f"authorization: {HIDDEN}"),
        ('"Authorization": "Basic dXNlcjpwYXNz"', f'"Authorization": "{HIDDEN}"'),
        ("curl -H bearer abcDEF123456", f"curl -H bearer {HIDDEN}"),
        ("AUTH basic eC1hY2Nlc3M6Z2hz", f"AUTH basic {HIDDEN}"),
        ("git clone https://u:p4ss@h.example/x", f"git clone https://{HIDDEN}@h.example/x"),
        ("aws_secret_access_key = abcdEFGH1234/+", f"aws_secret_access_key = {HIDDEN}"),
        ("x-api-key: 0123456789", f"x-api-key: {HIDDEN}"),
    ],
)
def test_a_credential_is_hidden_by_where_it_stands(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "basic authentication failed for bearer tokens",
        "see https://github.com/octo/widgets/pull/1#issuecomment-2 and http://h:8080/a@b",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "assert ghs_ in text  # AKIA is a prefix",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "",
    ],
)
def test_plain_text_stays(text: str) -> None:
    assert redact(text) == text


def test_a_private_key_is_hidden_whole_and_what_follows_stays() -> None:
    lines = "\n".join(f"2026-11-22T12:00:0{n}.0Z MIIEpAIBAAKCAQ{n}==" for n in range(9))

    assert redact(f"a\n{BEGIN}\n{lines}\n{END}\nb") == f"a\n{HIDDEN}\nb"


def test_each_of_two_private_keys_is_hidden() -> None:
    assert redact(f"{BEGIN} x {END} a {BEGIN} y {END} b") == f"{HIDDEN} a {HIDDEN} b"


def test_a_private_key_that_never_ends_takes_the_rest_with_it() -> None:
    assert redact(f"{END} a {BEGIN}\nMIIE\nMIIE") == f"{END} a {HIDDEN}"


def test_half_a_surrogate_pair_does_no_harm() -> None:
    assert redact("a\ud800b") == "a?b"


@given(st.text(alphabet=string.printable, max_size=300), st.sampled_from([GHS, PAT, ANTHROPIC]))
@settings(max_examples=50, deadline=None)
def test_no_text_around_a_token_saves_it(noise: str, secret: str) -> None:
    assert secret not in redact(f"{noise}{secret}\n{noise}")


@given(st.text(max_size=300))
@settings(max_examples=50, deadline=None)
def test_redacting_twice_changes_nothing(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@pytest.mark.parametrize(
    "piece",
    ["eyJ-", "eyJAKIAIOSFODNN7EXAMPLE", BEGIN, END, "://a:", "bearer ", "ghs_a.", "a_", "://a:b@"],
)
def test_a_hostile_text_of_a_megabyte_is_read_through(piece: str) -> None:
    text = piece * (2**20 // len(piece))

    assert len(redact(text)) <= len(text) * 4
