"""Settings of every format come out as plain values, and hostile text as an error."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.documents import document, entries, flat, is_document
from guards.errors import UnparsableError

NAMES = ("a.json", "a.toml", "setup.cfg", "a.yml", "pom.xml", ".eslintrc", ".env", "tsconfig.json")


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("package.json", '{"jest": {"bail": true}}', {"jest.bail": "true"}),
        ("tsconfig.json", '{ // no\n "a": [1, 2,], /* b */ }', {"a": '["1", "2"]'}),
        ("a.json5", "{a: 'it\\'s', b: [{c: null},]}", {"a": "it's", "b.0.c": "null"}),
        ("a.json", '{"u": "http://x/*y*/", }', {"u": "http://x/*y*/"}),
        ("a.toml", '[a.b]\nc = 90\nd = ["x"]', {"a.b.c": "90", "a.b.d": '["x"]'}),
        ("setup.cfg", "[flake8]\nignore =\n  E1\n  E2", {"flake8.ignore": "\nE1\nE2"}),
        (".editorconfig", "root = true\n[*.cs]\nx = 1", {"root": "true", "*.cs.x": "1"}),
        (".env", "CI=false", {"ci": "false"}),
        ("a.yml", "a:\n  - b: yes\n", {"a.0.b": "yes"}),
        (".nycrc", '{"lines": 90}', {"lines": "90"}),
        (".eslintrc", "rules:\n  semi: off", {"rules.semi": "off"}),
        (
            "pom.xml",
            '<p xmlns="u"><x a="1">t</x><x>2</x><y/></p>',
            {"p.@xmlns": "u", "p.x.0.@a": "1", "p.x.0.#text": "t", "p.x.1": "2", "p.y": ""},
        ),
    ],
)
def test_a_document_is_flat_keys_and_texts(path: str, text: str, expected: dict[str, str]) -> None:
    assert flat(document(path, text.encode())) == expected


def test_items_stand_under_the_key_of_their_sequence() -> None:
    values = document("a.json", b'{"a": ["x", {"b": false}]}')

    assert entries(values) == (("a", "x"), ("a.b", "false"))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("main.py", ""),
        ("a.json", "{"),
        ("a.json", "[" * 100_000),
        ("a.json5", '"\\' * 50_000),
        ("a.json5", "/*" * 50_000),
        ("a.toml", "a"),
        ("a.yml", "a: [" * 1000),
        ("pom.xml", "<a>" * 1000),
        ("pom.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ("pom.xml", ""),
        ("setup.cfg", "[a]\n = b"),
    ],
)
def test_what_cannot_be_read_is_an_error(path: str, text: str) -> None:
    with pytest.raises(UnparsableError):
        document(path, text.encode())


def test_too_much_is_an_error() -> None:
    deep: list[object] = []
    for _ in range(100):
        deep = [deep]

    with pytest.raises(UnparsableError):
        flat(deep)
    with pytest.raises(UnparsableError):
        entries([["x" * 100_000] * 1000])


@given(
    path=st.sampled_from(NAMES), text=st.text(alphabet="{}[]<>/\"'\\*:,=a1.- \n\t#&", max_size=80)
)
def test_no_text_does_more_than_fail(path: str, text: str) -> None:
    assert is_document(path)
    with contextlib.suppress(UnparsableError):
        flat(document(path, text.encode()))
