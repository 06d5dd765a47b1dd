"""`POST /graphql`: parse, validate against GitHub's schema, execute, complete against it."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
    execute,
    parse,
    validate,
)
from graphql.language import DocumentNode, FieldNode, OperationDefinitionNode
from graphql.pyutils import is_awaitable

from bot.lab.access import bearer, installation_token
from bot.lab.app import Token
from bot.lab.graphql.roots import Roots
from bot.lab.hub import Hub
from bot.lab.schemas.documents import sdl


class GraphQLServer:
    """Serves one hub."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One document."""
        token = installation_token(self._hub, bearer(request.headers.get("Authorization", "")))
        if token is None:
            return web.json_response({"message": "Bad credentials"}, status=401)
        fault = self._hub.network.fault_for(request.method, request.path)
        if fault:
            return web.json_response(fault.body, status=fault.status, headers=dict(fault.headers))
        try:
            body = json.loads(await request.read())
            document = parse(body["query"])
        except (ValueError, KeyError, TypeError, GraphQLError) as exc:
            return self._violation([f"unreadable request: {exc}"])
        errors = validate(sdl(), document)
        if errors:
            return self._violation([error.message for error in errors])
        return await self._run(document, body, token)

    async def _run(
        self, document: DocumentNode, body: Mapping[str, Any], token: Token
    ) -> web.StreamResponse:
        fault = self._hub.network.graphql_fault_for(_root_fields(document))
        if fault and not fault.after:
            return web.json_response(fault.body)
        result = execute(
            sdl(),
            document,
            root_value=Roots(self._hub, token).fields(),
            variable_values=body.get("variables"),
            operation_name=body.get("operationName"),
            field_resolver=self._resolve,
        )
        done = await result if is_awaitable(result) else result
        return web.json_response(fault.body) if fault else self._respond(done)

    def _respond(self, result: Any) -> web.StreamResponse:
        if not isinstance(result, ExecutionResult):
            return self._violation(["incremental delivery is not known"])
        errors = result.errors or []
        ours = [error for error in errors if "type" not in (error.extensions or {})]
        if ours and result.data is None and all(error.path is None for error in ours):
            return self._violation([error.message for error in ours])  # variables of a wrong type
        if ours:
            lines = [f"graphql {error.path}: {error.message}" for error in ours]
            self._hub.violations += lines
            return web.json_response(
                {"message": "the lab's answer is wrong", "errors": lines}, status=598
            )
        answer: dict[str, Any] = {"data": result.data}
        if errors:
            answer["errors"] = [_formatted(error) for error in errors]
        return web.json_response(answer)

    def _violation(self, lines: list[str]) -> web.StreamResponse:
        self._hub.violations += [f"graphql: {line}" for line in lines]
        body = {"errors": [{"message": line} for line in lines]}
        return web.json_response(body, status=599)

    def _resolve(self, source: Any, info: GraphQLResolveInfo[Any], **args: Any) -> Any:
        if info.field_name not in source:
            name = f"graphql {info.parent_type.name}.{info.field_name}"
            self._hub.unknown.append(name)
            msg = f"the lab does not know {name}"
            raise GraphQLError(msg, extensions={"type": "UNKNOWN"})
        value = source[info.field_name]
        if not callable(value):
            return value
        try:
            return value(info, **args)
        except LookupError as exc:
            raise GraphQLError(str(exc), extensions={"type": "NOT_FOUND"}) from exc


def _formatted(error: GraphQLError) -> dict[str, Any]:
    """GitHub puts the type beside the message, not under extensions."""
    formatted: dict[str, Any] = dict(error.formatted)
    extensions = formatted.pop("extensions", {})
    return {"type": extensions.get("type"), **formatted}


def _root_fields(document: DocumentNode) -> tuple[str, ...]:
    return tuple(
        selection.name.value
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
        for selection in definition.selection_set.selections
        if isinstance(selection, FieldNode)
    )
