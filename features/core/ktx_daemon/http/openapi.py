"""The OpenAPI document, derived from the operations and their models."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from ktx_daemon.http.routes import Routes
from ktx_runtime.api import KtxError, resolve_reference
from ktx_runtime.version import VERSION

ERRORS = {
    "400": "the request was understood and refused",
    "401": "no token, or a wrong one",
    "403": "a foreign Host or Origin",
    "413": "the request is too large",
    "415": "the request is not of type application/json",
    "422": "the request has the wrong shape",
    "500": "an unexpected failure",
    "501": "the operation's feature is not installed",
    "503": "too busy; see Retry-After",
}
_REFERENCE = "#/components/schemas/{model}"


def openapi_document(routes: Routes) -> dict[str, Any]:
    """OpenAPI 3.1, with the operations whose features are installed."""
    described = [found for _, operation in routes.operations if (found := _models(routes, operation.path)) is not None]
    wanted: list[tuple[type[BaseModel], Any]] = []
    for _, request, response in described:
        wanted += [(request, "validation"), (response, "serialization")]
    names, definitions = models_json_schema(wanted, ref_template=_REFERENCE)
    paths: dict[str, Any] = {"/health": {"get": _health()}}
    for operation, request, response in described:
        paths[operation.path] = {
            "post": {
                "operationId": operation.name,
                "summary": operation.summary,
                "requestBody": {"required": True, "content": _json(names[request, "validation"])},
                "responses": {
                    "200": {"description": "the answer", "content": _json(names[response, "serialization"])},
                    **{status: _error(text) for status, text in ERRORS.items()},
                },
                "security": [{"token": []}],
            }
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "ktx compute daemon", "version": VERSION},
        "paths": paths,
        "components": {
            "schemas": {**definitions.get("$defs", {}), "Error": _ERROR_SCHEMA},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _models(routes: Routes, path: str) -> tuple[Any, type[BaseModel], type[BaseModel]] | None:
    try:
        operation = routes.find(path)
        if operation is None:
            return None
        request = routes.bound(operation).request_model
        response = resolve_reference(operation.response)
    except (KtxError, ImportError, AttributeError):
        return None
    if not (isinstance(response, type) and issubclass(response, BaseModel)):
        return None
    return operation, request, response


_ERROR_SCHEMA = {
    "type": "object",
    "required": ["detail", "error"],
    "properties": {
        "detail": {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "object", "required": ["type", "loc", "msg"]}},
            ]
        },
        "error": {
            "type": "object",
            "required": ["code", "message", "hint"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "hint": {"type": ["string", "null"]},
            },
        },
    },
}


def _json(schema: object) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _error(description: str) -> dict[str, Any]:
    return {"description": description, "content": _json({"$ref": _REFERENCE.format(model="Error")})}


def _health() -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["status", "version"],
        "properties": {"status": {"const": "healthy"}, "version": {"type": "string"}},
    }
    return {
        "operationId": "health",
        "summary": "is the daemon there",
        "responses": {
            "200": {"description": "it is", "content": _json(schema)},
            "403": _error(ERRORS["403"]),
        },
    }
