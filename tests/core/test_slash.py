import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.slash import MAX_COMMANDS, Written, written


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("/selfheal retry use the new name", [("retry", "use the new name")]),
        ("Fine.\n\n/selfheal APPROVE", [("approve", "")]),
        ("/selfheal", [("", "")]),
        ("  /selfheal stop  ", [("stop", "")]),
        ("/selfhealing stop", []),
        ("please /selfheal stop", []),
        ("> /selfheal stop", []),
        ("    /selfheal stop", []),
        ("```\n/selfheal stop\n```\n/selfheal status", [("status", "")]),
        ("~~~~\n```\n/selfheal stop\n~~~~", []),
        ("```never closed\n/selfheal stop", []),
        ("/selfheal status\n/selfheal help", [("status", ""), ("help", "")]),
    ],
)
def test_a_command_is_the_first_word_of_a_line_outside_quotes_and_code(
    body: str, found: list[tuple[str, str]]
) -> None:
    assert written(body) == tuple(Written(name=name, text=text) for name, text in found)


@given(st.text())
def test_no_comment_breaks_it(body: str) -> None:
    assert len(written(body)) <= MAX_COMMANDS
