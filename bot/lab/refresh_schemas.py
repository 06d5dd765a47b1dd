"""Vendor GitHub's own schemas: `python -m bot.lab.refresh_schemas` rewrites `bot/lab/data`.

Run by hand, with npm's client at hand, when GitHub's API has grown something we want to use. The
packages are pinned here; whole they are 385 MB, what the lab needs is a tenth of a megabyte.
"""

import gzip
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.lab.subset import OPERATIONS, WEBHOOKS

REST_PACKAGE = "@octokit/openapi@23.0.2"
GRAPHQL_PACKAGE = "@octokit/graphql-schema@15.26.1"
DATA = Path(__file__).parent / "data"
_NOISE = {"examples", "example", "x-github", "x-octokit", "externalDocs", "title", "tags"}
# This list wants an account to be a user and an enterprise at once; the component knows better.
_WRONG_LIST = "GET /app/installations"
_RIGHT_ITEM = "#/components/schemas/installation"
_DESCRIPTIONS = re.compile(r'^[ ]*"""\n.*?"""\n', re.DOTALL | re.MULTILINE)


def main() -> None:
    """Download both packages and write the subsets."""
    with tempfile.TemporaryDirectory() as folder:
        rest = _packed(REST_PACKAGE, Path(folder))
        spec = json.loads(_member(rest, "package/generated/api.github.com.json"))
        graphql = _packed(GRAPHQL_PACKAGE, Path(folder))
        sdl = _member(graphql, "package/schema.graphql").decode()
        licences = {
            "LICENSE.octokit-openapi": _member(rest, "package/LICENSE"),
            "LICENSE.octokit-graphql-schema": _member(graphql, "package/LICENSE.md"),
        }
    _write("rest.json.gz", json.dumps(rest_subset(spec), separators=(",", ":")).encode())
    _write("webhooks.json.gz", json.dumps(webhook_subset(spec), separators=(",", ":")).encode())
    _write("schema.graphql.gz", _DESCRIPTIONS.sub("", sdl).encode())
    for name, text in licences.items():
        (DATA / name).write_bytes(text)


def rest_subset(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The operations we use, as plain JSON Schema; request bodies closed against typos."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        method, path = operation.split(" ")
        found = plain(spec["paths"][path][method.lower()])
        if operation == _WRONG_LIST:
            _json(found["responses"]["200"])["items"] = {"$ref": _RIGHT_ITEM}
        body = found.get("requestBody", {}).get("content", {}).get("application/json")
        if body:
            body["schema"] = closed(inlined(body["schema"], spec))
        paths.setdefault(path, {})[method.lower()] = found
    return {"paths": paths, "components": _components(spec, paths)}


def webhook_subset(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The payload schemas of the events that the lab sends."""
    events = {}
    for name in WEBHOOKS:
        events[name] = plain(_json(spec["x-webhooks"][name]["post"]["requestBody"]))
    return {"events": events, "components": _components(spec, events)}


def plain(node: Any) -> Any:
    """OpenAPI 3.0's dialect as JSON Schema: `nullable` becomes a type; prose goes."""
    if isinstance(node, list):
        return [plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: plain(value) for key, value in node.items() if not _is_prose(key, value)}
    return _nullable(kept) if kept.pop("nullable", None) is True else kept


def closed(node: Any) -> Any:
    """The same schema, but an object that names its properties accepts no others."""
    if isinstance(node, list):
        return [closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    result = {key: closed(value) for key, value in node.items()}
    if isinstance(node.get("properties"), dict) and node.get("type") == "object":
        result.setdefault("additionalProperties", False)
    return result


def inlined(node: Any, spec: Mapping[str, Any]) -> Any:
    """The same schema with every reference replaced by what it names."""
    if isinstance(node, list):
        return [inlined(item, spec) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        return inlined(plain(_named(node["$ref"], spec)), spec)
    return {key: inlined(value, spec) for key, value in node.items()}


def _json(message: Mapping[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = message["content"]["application/json"]["schema"]
    return schema


def _is_prose(key: str, value: Any) -> bool:
    # A property may itself be called "title" or "description": then its value is a schema.
    return (key == "description" and isinstance(value, str)) or (
        key in _NOISE and not (isinstance(value, dict) and ("type" in value or "$ref" in value))
    )


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]} if schema else {}
    if "enum" in schema and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    schema["type"] = [schema["type"], "null"]
    return schema


def _components(spec: Mapping[str, Any], roots: Any) -> dict[str, dict[str, Any]]:
    components: dict[str, dict[str, Any]] = {}
    waiting = set(_references(roots))
    seen: set[str] = set()
    while waiting:
        reference = waiting.pop()
        seen.add(reference)
        _, _, kind, name = reference.split("/")
        found = plain(_named(reference, spec))
        components.setdefault(kind, {})[name] = found
        waiting |= set(_references(found)) - seen
    return {kind: dict(sorted(named.items())) for kind, named in sorted(components.items())}


def _named(reference: str, spec: Mapping[str, Any]) -> Any:
    _, _, kind, name = reference.split("/")
    return spec["components"][kind][name]


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for item in node:
            yield from _references(item)


def _packed(package: str, folder: Path) -> Path:
    done = subprocess.run(
        ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
    )
    return folder / done.stdout.strip().splitlines()[-1]


def _member(archive: Path, name: str) -> bytes:
    with tarfile.open(archive) as packed:
        file = packed.extractfile(name)
        if file is None:
            msg = f"{archive.name} holds no {name}"
            raise FileNotFoundError(msg)
        return file.read()


def _write(name: str, content: bytes) -> None:
    packed = gzip.compress(content, mtime=0)  # no time stamp: equal input, equal file
    (DATA / name).write_bytes(packed)
    sys.stdout.write(f"{name}: {len(content)} bytes, {len(packed)} packed\n")


if __name__ == "__main__":
    main()
