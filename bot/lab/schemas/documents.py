"""The vendored documents, each unpacked at most once a process."""

import gzip
import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

from graphql import GraphQLSchema, build_schema
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012


def _read(name: str) -> bytes:
    return gzip.decompress((files("bot.lab") / "data" / name).read_bytes())


@lru_cache(maxsize=2)
def document(name: str) -> dict[str, Any]:
    """The subset "rest" or "webhooks" as `refresh_schemas` wrote it."""
    loaded: dict[str, Any] = json.loads(_read(f"{name}.json.gz"))
    return loaded


@lru_cache(maxsize=1)
def sdl() -> GraphQLSchema:
    """GitHub's GraphQL schema; building it takes a second, so it is shared and never changed."""
    return build_schema(_read("schema.graphql.gz").decode(), assume_valid=True, no_location=True)


@lru_cache(maxsize=512)
def validator(name: str, pointer: str) -> Draft202012Validator:
    """A validator for one place of a document, by JSON pointer."""
    return Draft202012Validator({"$ref": f"urn:{name}#{pointer}"}, registry=_registry(name))


def complaints(name: str, pointer: str, value: Any) -> list[str]:
    """What is wrong with a value, at most five lines; nothing when it is valid."""
    lines = []
    for error in validator(name, pointer).iter_errors(value):
        cause = _deepest(error)
        where = "/".join(str(part) for part in cause.absolute_path) or "(top)"
        lines.append(f"{where}: {cause.message[:200]}")
        if len(lines) == _MOST:
            break
    return lines


_MOST = 5


def _deepest(error: Any) -> Any:
    while error.context:
        error = max(error.context, key=lambda inner: len(inner.absolute_path))
    return error


@lru_cache(maxsize=2)
def _registry(name: str) -> Registry[Any]:
    resource = Resource.from_contents(document(name), default_specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource(f"urn:{name}", resource)
    return registry
