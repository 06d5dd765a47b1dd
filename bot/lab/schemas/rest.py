"""One REST exchange against GitHub's OpenAPI, in both directions."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from bot.lab.schemas.documents import complaints, document

_JSON = "application/json"
_ERROR = 400


def request_faults(
    operation: str, query: Mapping[str, str], path: Mapping[str, str], body: Any
) -> list[str]:
    """What GitHub does not know or not accept in a request; "operation" is "GET /app"."""
    faults = []
    known = _parameters(operation)
    given = {("query", name): value for name, value in query.items()}
    given |= {("path", name): value for name, value in path.items()}
    for (place, name), value in given.items():
        pointer = known.get((place, name))
        if pointer is None:
            faults.append(f"unknown {place} parameter {name!r}")
        elif all(complaints("rest", pointer, typed) for typed in _readings(value)):
            faults.append(f"{place} parameter {name}={value!r}: not what the schema wants")
    return faults + _body_faults(operation, body)


def response_faults(operation: str, status: int, body: Any) -> list[str]:
    """What GitHub would never answer; any error status may carry a message."""
    responses = _operation(operation)["responses"]
    declared = responses.get(str(status))
    if declared is None:
        if status < _ERROR:
            return [f"status {status} is not in the schema"]
        return [] if isinstance(body, dict) and "message" in body else ["an error without message"]
    if "$ref" in declared:
        pointer = declared["$ref"].removeprefix("#")
        declared = document("rest")["components"]["responses"][pointer.rsplit("/", 1)[-1]]
    else:
        pointer = f"{_pointer(operation)}/responses/{status}"
    if _JSON not in declared.get("content", {}):
        return []
    return complaints("rest", f"{pointer}/content/application~1json/schema", body)


def _body_faults(operation: str, body: Any) -> list[str]:
    declared = _operation(operation).get("requestBody")
    if declared is None:
        return [] if body in (None, {}) else ["a body where none is known"]
    if body is None:
        return ["the body is missing"] if declared.get("required") else []
    pointer = f"{_pointer(operation)}/requestBody/content/application~1json/schema"
    return [f"body {line}" for line in complaints("rest", pointer, body)]


def _operation(operation: str) -> dict[str, Any]:
    method, path = operation.split(" ")
    found: dict[str, Any] = document("rest")["paths"][path][method.lower()]
    return found


def _pointer(operation: str) -> str:
    method, path = operation.split(" ")
    escaped = path.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
    return f"/paths/{escaped}/{method.lower()}"


@lru_cache(maxsize=256)
def _parameters(operation: str) -> Mapping[tuple[str, str], str]:
    found = {}
    for index, parameter in enumerate(_operation(operation).get("parameters", ())):
        pointer = f"{_pointer(operation)}/parameters/{index}/schema"
        named = parameter
        if "$ref" in parameter:
            name = parameter["$ref"].rsplit("/", 1)[-1]
            named = document("rest")["components"]["parameters"][name]
            pointer = f"/components/parameters/{name}/schema"
        found[(named["in"], named["name"])] = pointer
    return found


def _readings(value: str) -> list[Any]:
    """A parameter is text: it may be meant as a number or a boolean."""
    readings: list[Any] = [value]
    if value.isdecimal():
        readings.append(int(value))
    if value in {"true", "false"}:
        readings.append(value == "true")
    return readings
