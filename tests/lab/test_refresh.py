"""The subset of GitHub's schemas: what is made of OpenAPI's dialect."""

from bot.lab.refresh_schemas import closed, inlined, plain
from bot.lab.schemas.documents import sdl
from bot.lab.schemas.rest import request_faults, response_faults
from bot.lab.schemas.webhooks import payload_faults


def test_nullable_becomes_a_type_and_prose_goes() -> None:
    schema = {
        "type": "object",
        "description": "words",
        "properties": {
            "description": {"type": "string", "nullable": True, "example": "x"},
            "state": {"type": "string", "enum": ["a"], "nullable": True},
            "owner": {"nullable": True, "allOf": [{"$ref": "#/x"}]},
            "any": {"nullable": True},
        },
    }
    assert plain(schema) == {
        "type": "object",
        "properties": {
            "description": {"type": ["string", "null"]},
            "state": {"type": ["string", "null"], "enum": ["a", None]},
            "owner": {"anyOf": [{"allOf": [{"$ref": "#/x"}]}, {"type": "null"}]},
            "any": {},
        },
    }


def test_a_body_is_inlined_and_closed() -> None:
    named = {"type": "object", "properties": {"a": {"type": "string"}}}
    spec = {"components": {"schemas": {"named": named}}}
    body = {"type": "object", "properties": {"x": {"$ref": "#/components/schemas/named"}}}
    inner = closed(inlined(body, spec))["properties"]["x"]
    assert inner["additionalProperties"] is False


def test_a_wrong_parameter_type_and_a_missing_body_are_found() -> None:
    jobs = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs"
    path = {"owner": "a", "repo": "b", "run_id": "x"}
    assert request_faults(jobs, {"filter": "all"}, path | {"run_id": "7"}, None) == []
    assert len(request_faults(jobs, {"filter": "some"}, path, None)) == 2
    checks = "POST /repos/{owner}/{repo}/check-runs"
    where = {"owner": "a", "repo": "b"}
    assert request_faults(checks, {}, where, None) == ["the body is missing"]
    assert request_faults("GET /app", {}, {}, {"x": 1}) == ["a body where none is known"]


def test_an_answer_that_github_would_not_give_is_found() -> None:
    assert response_faults("GET /app", 200, {"id": "x"})
    assert response_faults("GET /app", 201, {}) == ["status 201 is not in the schema"]
    assert response_faults("GET /app", 503, {"message": "down"}) == []
    assert response_faults("GET /app", 503, "down") == ["an error without message"]


def test_an_event_without_schema_or_with_a_hole_is_found() -> None:
    assert payload_faults("pull_request", "teleported", {}) == [
        "no schema is known for pull-request-teleported"
    ]
    assert payload_faults("merge_group", "destroyed", {"action": "destroyed"})


def test_the_graphql_schema_is_githubs() -> None:
    assert "beforeCommit" in sdl().type_map["RemovedFromMergeQueueEvent"].fields  # type: ignore[attr-defined]  # an object type
