"""Every GraphQL document is valid on GitHub's own schema, and a typo would not be."""

import pytest
from graphql import parse, validate

from bot.edges.github import documents
from bot.lab.schemas.documents import sdl


@pytest.mark.parametrize("name", sorted(documents.ALL))
def test_a_document_is_valid_on_githubs_schema(name: str) -> None:
    assert validate(sdl(), parse(documents.ALL[name])) == []


def test_a_typo_in_a_document_is_found() -> None:
    wrong = documents.ENQUEUE.replace("pullRequestId:", "pullRequestID:")

    assert validate(sdl(), parse(wrong))


def test_every_document_is_listed() -> None:
    texts = {
        value
        for name, value in vars(documents).items()
        if name.isupper() and not name.startswith("_") and isinstance(value, str)
    }
    assert texts == set(documents.ALL.values())
