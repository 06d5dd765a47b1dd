"""YAML is read as plain data, whoever wrote it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.errors import UnparsableError
from guards.yaml_text import documents, loads, truth


def test_plain_data_comes_back_with_words_and_dates_as_strings() -> None:
    text = (
        "on: [push]\nyes: no\nday: 2020-01-01\nold: 3.10\nname: '3.10'\nnone: ~\nflag: true\nn: 7\n"
    )

    assert loads(text) == {
        "on": ["push"],
        "yes": "no",
        "day": "2020-01-01",
        "old": 3.1,
        "name": "3.10",
        "none": None,
        "flag": True,
        "n": 7,
    }


def test_aliases_merges_and_tags_are_understood() -> None:
    text = "a: &a {b: 1, c: 2}\nd:\n  <<: *a\n  c: 3\ne: !reference [.x, script]\n"

    assert loads(text) == {"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}, "e": [".x", "script"]}


def test_lines_and_repeated_keys_are_told() -> None:
    (document,) = documents("a:\n  - x\n  - y: 1\n    y: 2\n")

    assert document.lines["a", 1] == 3
    assert document.lines["a", 1, "y"] == 3
    assert document.repeated == (("a", 1, "y"),)
    assert document.value == {"a": ["x", {"y": 2}]}


def test_several_documents_are_no_one_document() -> None:
    assert [document.value for document in documents("a: 1\n---\nb: 2\n")] == [{"a": 1}, {"b": 2}]
    with pytest.raises(UnparsableError):
        loads("a: 1\n---\nb: 2\n")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "- " * 50_000,
        "&a [*a]",
        "a: &a0 [x]\n" + "".join(f"k{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 60)),
        "a: b: c",
        "x\0y",
        "\ud800",
        "a" * 1_100_000,
    ],
)
def test_what_cannot_be_read_is_refused_with_one_error(text: str) -> None:
    with pytest.raises(UnparsableError):
        loads(text)


@given(st.text(alphabet="ab:-{}[]&*<!|>?,#'\"\n \t0", max_size=60))
def test_nothing_but_its_own_error_is_raised(text: str) -> None:
    with suppress(UnparsableError):
        documents(text)


def test_truth_reads_the_words_of_both_versions() -> None:
    assert [truth(value) for value in (True, "Yes", "off", 0, "maybe", None, 2)] == [
        True,
        True,
        False,
        False,
        None,
        None,
        None,
    ]
