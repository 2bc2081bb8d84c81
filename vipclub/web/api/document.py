"""The OpenAPI 3.1 document, made from the register of calls: it can't say what the code doesn't
do."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from pydantic import BaseModel

from vipclub import assistance, partners
from vipclub.core.errors import (
    Busy,
    Forbidden,
    IdempotencyMismatch,
    Malformed,
    NotFound,
    OutcomeUnknown,
    Refused,
    StorageFull,
)
from vipclub.web.api import shapes
from vipclub.web.api.calls import CALLS, Call, Unauthenticated, UnsupportedMediaType
from vipclub.web.api.dispatch_shapes import DispatchEvent

ALWAYS: tuple[type[Refused], ...] = (Malformed, Unauthenticated, Forbidden, Busy)
WRITES: tuple[type[Refused], ...] = (
    UnsupportedMediaType,
    IdempotencyMismatch,
    OutcomeUnknown,
    StorageFull,
)
PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details; `code` is stable, `title` is a sentence for people.",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "examples": ["/problems/slot_full"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "possible": {
            "type": "array",
            "items": {"type": "string"},
            "description": "With `illegal_transition`: the states that may follow, for who asked.",
        },
        "steps": {
            "type": "array",
            "items": {"type": "string"},
            "description": "With `illegal_transition`: the steps that are open to who asked, now.",
        },
    },
}
PLACE = "#/components/schemas/{model}"


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {"Problem": PROBLEM}
    for declared in sorted(CALLS, key=lambda c: (c.path, c.method)):
        paths.setdefault(declared.path, {})[declared.method.lower()] = _operation(declared, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "vipclub",
            "version": "1",
            "description": "Members, benefits and appointments of the club. Bearer tokens with "
            "scopes; errors are application/problem+json with a stable code; a POST takes an "
            "Idempotency-Key.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "webhooks": _webhooks(schemas),
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
        },
    }


def _webhooks(schemas: dict[str, Any]) -> dict[str, Any]:
    """What partners' systems are told, as Standard Webhooks has it."""
    headers = {
        "webhook-id": "The event's id; the same in each attempt.",
        "webhook-timestamp": "When this attempt was made, in Unix seconds.",
        "webhook-signature": "`v1,` and base 64 of the HMAC-SHA256 over id.timestamp.body; one for "
        "each secret in force, by spaces.",
    }
    told = {
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": text,
                "schema": {"type": "string"},
            }
            for name, text in headers.items()
        ],
        "responses": {
            "2XX": {"description": "Taken. Anything else is tried again for three days."},
            "410": {"description": "Nobody is there any more: the address is switched off."},
        },
        "security": [],
    }
    return {
        name: {"post": {"summary": f"{words}.", **_told(name, schemas), **told}}
        for name, words in partners.webhooks.all_events().items()
    }


def _told(event: str, schemas: dict[str, Any]) -> dict[str, Any]:
    """The body of an event: an appointment, or a request for help."""
    of_dispatch = event in assistance.WEBHOOK_EVENTS
    shape = DispatchEvent if of_dispatch else shapes.AppointmentEvent
    content = {"application/json": {"schema": _schema(shape, schemas)}}
    return {"requestBody": {"required": True, "content": content}}


def _operation(declared: Call, schemas: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": declared.name,
        "summary": declared.summary,
        "description": f"Scopes: {', '.join(sorted(declared.scopes))}.",
        "parameters": _parameters(declared, schemas),
        "responses": _responses(declared, schemas),
    }
    if declared.body is not None:
        schema = _schema(declared.body, schemas)
        operation["requestBody"] = {
            "required": bool(schemas[declared.body.__name__].get("required")),
            "content": {"application/json": {"schema": schema}},
        }
    return operation


def _parameters(declared: Call, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", declared.path)
    ]
    if declared.query is not None:
        shape = declared.query.model_json_schema(by_alias=True)
        for name, schema in shape["properties"].items():
            found.append(
                {
                    "name": name,
                    "in": "query",
                    "required": name in shape.get("required", []),
                    "schema": {k: v for k, v in schema.items() if k not in {"title", "default"}},
                }
            )
    if declared.method in {"POST", "PUT"}:
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            }
        )
    return found


def _responses(declared: Call, schemas: dict[str, Any]) -> dict[str, Any]:
    answers: dict[str, Any] = {
        str(declared.status): {
            "description": "Done.",
            "content": {"application/json": {"schema": _schema(declared.answer, schemas)}},
        }
    }
    refusals = {*ALWAYS, *declared.refusals}
    if declared.method in {"POST", "PUT"}:
        refusals |= set(WRITES)
    if "{" in declared.path:
        refusals.add(NotFound)
    by_status: dict[int, list[type[Refused]]] = {}
    for refusal in sorted(refusals, key=lambda r: r.code):
        by_status.setdefault(refusal.status, []).append(refusal)
    for status, found in sorted(by_status.items()):
        answers[str(status)] = {
            "description": "; ".join(f"`{r.code}`" for r in found),
            "content": {
                "application/problem+json": {
                    "schema": {
                        "allOf": [
                            {"$ref": PLACE.format(model="Problem")},
                            {"properties": {"code": {"enum": [r.code for r in found]}}},
                        ]
                    }
                }
            },
        }
    return answers


def _schema(model: type[BaseModel], schemas: dict[str, Any]) -> dict[str, str]:
    """The model's place among the components, with those that it uses."""
    if model.__name__ not in schemas:
        shape = model.model_json_schema(ref_template=PLACE, by_alias=True)
        schemas.update(shape.pop("$defs", {}))
        schemas[model.__name__] = shape
    return {"$ref": PLACE.format(model=model.__name__)}
