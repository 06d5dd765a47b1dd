"""A line is an object or it is nothing."""

import pytest

from bot.core.json_line import json_object


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{}x",
        "[1]",
        '{"a":}',
        '{"a":' + "[" * 5000 + "]" * 5000 + "}",
        '{"a":' * 5000 + "}",
    ],
)
def test_what_is_no_whole_object_is_nothing(text: str) -> None:
    assert json_object(text) is None


def test_an_object_is_read() -> None:
    assert json_object('{"Action":"fail","Elapsed":0.1}') == {"Action": "fail", "Elapsed": 0.1}
