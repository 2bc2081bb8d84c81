"""What all calls of the API share: tokens, bodies, answers, idempotency, and the register of calls
that the OpenAPI document is made from.

A call is declared once:

    @call("POST", "/appointments", scopes={"member", "channel"}, body=Booking, answer=Booked,
          status=201, refusals=(SlotFull, NoEntitlement))
    def book(body: Booking) -> Said:
        return act(bookings.book, member=body.member, ...)

Decision (2026-11): no API framework. pydantic, which the settings need anyway, gives validation and
the JSON Schemas of OpenAPI 3.1; what is left are the lines below, and none of them runs twice on
the way of a booking.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Concatenate,
    NoReturn,
    ParamSpec,
    TypeAlias,
    TypeVar,
    cast,
)

from flask import Response, g, request
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy.orm import Session

from vipclub import accounts
from vipclub.core import idempotency
from vipclub.core.actor import Actor
from vipclub.core.errors import Busy, Forbidden, Malformed, MalformedRef, NotFound, Refused
from vipclub.core.i18n import N_
from vipclub.core.idempotency import IdempotencyKey, Replayed
from vipclub.core.types import Json
from vipclub.web.frame import current_actor, db, read
from vipclub.web.frame.doors import Door
from vipclub.web.frame.idempotent_form import KEY_SHAPE
from vipclub.web.frame.request_context import request_id

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

api = Door("api", url_prefix="/api/v1", audience=(), bearer=True)

_DEEPEST = 20
P = ParamSpec("P")
T = TypeVar("T")
View = TypeVar("View", bound="Callable[..., Said]")
Said: TypeAlias = "DataclassInstance | Mapping[str, Any] | Replayed"
"""What a view of the API gives: a query's result, its members by name, or the answer of the first
time."""


class Unauthenticated(Refused):
    """No token, or none that is in force."""

    code = "unauthenticated"
    status = 401
    sentence = N_("A valid bearer token is needed.")


class UnsupportedMediaType(Refused):
    """A body that is not JSON."""

    code = "unsupported_media_type"
    status = 415
    sentence = N_("The body must be application/json.")


class Body(BaseModel):
    """What a call takes. Fields that a call doesn't know are ignored, never stored."""

    model_config = ConfigDict(str_max_length=2000, extra="ignore")


class Answer(BaseModel):
    """What a call gives: for the document; answers are written from the queries' dataclasses."""


@dataclass(frozen=True)
class Call:
    """A call as the document shows it."""

    method: str
    path: str
    name: str
    summary: str
    scopes: frozenset[str]
    body: type[Body] | None
    query: type[Body] | None
    answer: type[Answer]
    status: int
    refusals: tuple[type[Refused], ...] = field(default=())


CALLS: list[Call] = []


def call(
    method: str,
    path: str,
    *,
    scopes: Iterable[str],
    answer: type[Answer],
    body: type[Body] | None = None,
    query: type[Body] | None = None,
    status: int = 200,
    refusals: tuple[type[Refused], ...] = (),
) -> Callable[[View], View]:
    """Declares a call: its route, who may use it, what it takes and gives. The view gets `body`
    and `query` as models."""
    allowed = frozenset(scopes)

    def declare(view: View) -> View:
        def answered(**arguments: object) -> Response:
            _sign_in(allowed)
            g.call_status = status
            if body is not None:
                arguments["body"] = _parsed(body, _json_body())
            if query is not None:
                arguments["query"] = _parsed(query, request.args.to_dict())
            try:
                result = view(**arguments)
            except MalformedRef as error:
                raise _misread(error) from None
            if isinstance(result, Replayed):
                return _respond(result.body, result.status)
            return _respond(as_json(result), status)

        answered.__name__ = view.__name__
        answered.__doc__ = view.__doc__
        answered.__audience__ = allowed  # type: ignore[attr-defined]
        rule = re.sub(r"\{(\w+)\}", r"<\1>", path)
        api.add_url_rule(rule, view.__name__, answered, methods=[method])
        summary = (view.__doc__ or view.__name__).strip().splitlines()[0]
        CALLS.append(
            Call(
                method, path, view.__name__, summary, allowed, body, query, answer, status, refusals
            )
        )
        return view

    return declare


def act(
    use_case: Callable[Concatenate[Session, Actor, P], T], /, *args: P.args, **kwargs: P.kwargs
) -> T | Replayed:
    """Run a use case for a POST. With an Idempotency-Key its answer is stored in the same
    transaction, with the status that the call declares."""
    actor = current_actor()
    key = _idempotency_key(actor)
    if key is None:
        return db().run(use_case, actor, *args, **kwargs)
    status: int = g.call_status
    return idempotency.run_once(
        db(), key, lambda result: (status, as_json(result)), use_case, actor, *args, **kwargs
    )


def as_json(value: object) -> Json:
    """A query's result as JSON: moments in RFC 3339 with their offset, money as minor units and
    currency."""
    kind: Any = type(value)
    if kind in _PLAIN:
        return cast(Json, value)
    if kind is datetime:
        return cast(datetime, value).isoformat(timespec="seconds")
    found = _fields_of(kind)
    if found is not None:
        if hasattr(value, "to_json"):
            said: Json = value.to_json()
            return said
        names, values = found
        return {
            name: cast(Json, one) if type(one) in _PLAIN else as_json(one)
            for name, one in zip(names, values(value), strict=True)
        }
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(name): as_json(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(item) for item in value]
    return cast(Json, value)


_PLAIN = frozenset({str, int, bool, float, type(None)})


@cache
def _fields_of(
    kind: Any,  # noqa: ANN401 - any class
) -> tuple[tuple[str, ...], Callable[[object], Iterable[object]]] | None:
    """The names of a dataclass's fields and what takes their values; None for what is none. A list
    asks a hundred times."""
    if not is_dataclass(kind):
        return None
    names = tuple(each.name for each in fields(kind))
    if len(names) > 1:
        return names, attrgetter(*names)
    return names, lambda value: [getattr(value, name) for name in names]


def _misread(error: MalformedRef) -> Refused:
    """A reference with a typing error: in the address nothing is there, elsewhere `malformed`."""
    if error.data["place"] == str((request.view_args or {}).get("ref", ""))[:40]:
        return NotFound()
    return Malformed(error.data["place"], problem="no reference of the club")


def _sign_in(allowed: frozenset[str]) -> None:
    """The token's actor for this request; one statement. 401 without, 403 outside the token's
    scope."""
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    actor: Actor | None = None
    if scheme.lower() == "bearer" and bearer:
        with read() as session:
            found = accounts.bearer_of_token(session, bearer.strip(), request_id=request_id())
        if found is not None:
            actor = found.actor
            if found.stale:
                with suppress(Busy):  # the stamp is not worth a refused call
                    db().run(accounts.stamp_token, token_id=found.token_id)
    if actor is None:
        raise Unauthenticated()
    g.actor = actor
    if actor.kind not in allowed:
        raise Forbidden(scopes=sorted(allowed))


def _respond(content: Json, status: int) -> Response:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status=status, content_type="application/json; charset=utf-8")


def _idempotency_key(actor: Actor) -> IdempotencyKey | None:
    sent = request.headers.get("Idempotency-Key")
    if sent is None:
        return None
    if not KEY_SHAPE.fullmatch(sent):
        raise Malformed("Idempotency-Key", problem="1 to 255 visible ASCII characters")
    content = json.dumps(g.get("json_body"), sort_keys=True, ensure_ascii=False)
    return IdempotencyKey(
        owner=actor.owner,
        route=f"{request.method} {request.path}"[:120],
        key=sent,
        body_hash=hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest(),
    )


class _Reader(json.JSONDecoder):
    """JSON as RFC 8259 has it: Python's own reader lets NaN, Infinity and repeated names
    through."""

    def __init__(self) -> None:
        super().__init__(parse_constant=self._refuse, object_pairs_hook=self._once)

    _refused: ClassVar[str] = "NaN and Infinity are no JSON"

    def _refuse(self, _name: str) -> NoReturn:
        raise ValueError(self._refused)

    def _once(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a name occurs twice")
        return found


_reader = _Reader()


def _json_body() -> dict[str, Any]:
    """The body as an object. Raises Malformed and UnsupportedMediaType."""
    raw = request.get_data(cache=False)
    if not raw.strip():
        content: Any = {}
    else:
        if request.mimetype != "application/json" and not request.mimetype.endswith("+json"):
            raise UnsupportedMediaType()
        try:
            content = _reader.decode(raw.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise Malformed("body", problem=str(error)[:120]) from None
    if not isinstance(content, dict):
        raise Malformed("body", problem="an object is expected")
    _check_text(content, 0)
    g.json_body = content
    return cast(dict[str, Any], content)


_NO_TEXT = re.compile("[\0\ud800-\udfff]")


def _check_text(value: object, depth: int) -> None:
    """No NUL, no lone surrogates, no towers of brackets: databases differ about them."""
    if depth > _DEEPEST:
        raise Malformed("body", problem="nested too deeply")
    if isinstance(value, str):
        if _NO_TEXT.search(value):
            raise Malformed("body", problem="a character that is no text")
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_text(name, depth + 1)
            _check_text(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check_text(item, depth + 1)


def _parsed(model: type[Body], content: dict[str, Any]) -> Body:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        field_name = ".".join(str(part) for part in first["loc"]) or "body"
        raise Malformed(field_name, problem=first["msg"][:200]) from None
