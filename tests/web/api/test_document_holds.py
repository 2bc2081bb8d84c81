"""The API keeps its own document: whatever is sent, the answer is one that the document names.

Every call of the OpenAPI document is asked by everybody, with what a hand would never type; an
answer is of a documented status, a no is problem+json with a documented code, a yes has the
documented shape, and nothing is ever a fault of ours.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.bookings.invariants import broken_invariants
from tests.cast import CLUB_ACTOR, partner_actor
from tests.small_club import SmallClub, a_small_club
from tests.web.api.hostile_input import IDS, KEYS, RAW, TEXTS, VALUES
from vipclub import assistance, bookings
from vipclub.app import create_app
from vipclub.core.db import Database
from vipclub.core.outbox import OutboxRow
from vipclub.core.types import new_ref
from vipclub.partners import webhooks

pytestmark = pytest.mark.slow

ROUNDS = 25
"""Chance combinations a call, beside each bad thing on its own."""


@dataclass(frozen=True)
class Operation:
    """A call of the document."""

    method: str
    path: str
    spec: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.spec["operationId"])


class EveryCaller:
    """A small club with one appointment, its API's document, and everybody who may ask."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.club: SmallClub = a_small_club(db, members=3)
        self.client: FlaskClient = create_app(database=db).test_client()
        self.document = self.client.get("/api/v1/openapi.json").json
        self.chance = random.Random(20261124)
        self.tokens = {
            "nobody": None,
            "nonsense": "nonsense",
            "unknown": "vip_00000000_" + "0" * 32,
            "channel": self.club.channel,
            "member": self.club.member_token,
            "partner": self.club.partner_token,
            "another partner": self.club.other_token,
        }
        self.values = [*VALUES, *(new_ref(kind) for kind in "AMOSPLH"), *self.club.members]
        self.faults: list[str] = []
        self.asked = 0

    def appointment(self) -> str:
        """A new request of some member, when there still is a unit for one."""
        for member in self.club.members:
            try:
                made = self.db.run(
                    bookings.book,
                    CLUB_ACTOR,
                    member=member,
                    offering=self.club.offering,
                    slot=self.chance.choice(self.club.slots),
                )
                return str(made.appointment)
            except Exception:  # used up: one of the earlier ones does as well
                continue
        with self.db.read() as session:
            page = bookings.appointments_of(session, CLUB_ACTOR, member=self.club.members[0])
        return str(page.items[0].appointment)

    def operations(self) -> Iterator[Operation]:
        for path, methods in sorted(self.document["paths"].items()):
            for method, spec in sorted(methods.items()):
                yield Operation(method.upper(), path, spec)

    def good(self, name: str, schema: dict[str, Any]) -> Any:
        """Something sensible for a field, by its name."""
        known: dict[str, Any] = {
            "member": self.club.members[0],
            "beneficiary": self.club.members[0],
            "offering": self.club.offering,
            "slot": self.chance.choice(self.club.slots),
            "card": "1",
            "phone": "13800138000",
            "city": "310000",
            "limit": 10,
            "from": "2026-12-01",
            "to": "2026-12-31",
            "day": "2026-12-01",
            "capacity": 3,
            "status": "booked,checked-in",
            "kind": "other",
            "dry_run": True,
            "reason": "a reason",
        }
        if name in known:
            return known[name]
        if self.resolved(schema).get("type") == "array":
            inner = self.resolved(self.resolved(schema)["items"])
            return [{k: self.good(k, v) for k, v in inner.get("properties", {}).items()}]
        return None

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def body_of(self, operation: Operation) -> dict[str, Any] | None:
        request = operation.spec.get("requestBody")
        if request is None:
            return None
        schema = self.resolved(request["content"]["application/json"]["schema"])
        filled = {k: self.good(k, v) for k, v in schema.get("properties", {}).items()}
        if operation.path.startswith("/cases"):
            filled |= {"kind": "enquiry", "severity": "high", "reason": "member", "text": "A word"}
        return {k: v for k, v in filled.items() if v is not None}

    def query_of(self, operation: Operation) -> dict[str, Any]:
        return {
            parameter["name"]: self.good(parameter["name"], parameter["schema"])
            for parameter in operation.spec["parameters"]
            if parameter["in"] == "query" and self.chance.random() < 0.5
        }

    def address(self, operation: Operation, given: str | None = None) -> str:
        """The path with a fitting reference in it, or with what is given."""
        if given is None and "/appointments/" in operation.path:
            given = self.appointment() if self.chance.random() < 0.3 else self.some_appointment()
        elif given is None and "/cases/" in operation.path:
            given = str(self.db.run(assistance.open_case, CLUB_ACTOR, kind="enquiry").case)
        elif given is None and "/services/" in operation.path:
            given = "health-check"
        elif given is None:
            given = self.chance.choice(self.club.members)
        return re.sub(r"\{\w+\}", given or "", operation.path)

    def some_appointment(self) -> str:
        with self.db.read() as session:
            found = [
                item.appointment
                for member in self.club.members
                for item in bookings.appointments_of(session, CLUB_ACTOR, member=member).items
            ]
        return self.chance.choice(found) if found else self.appointment()

    def ask(
        self,
        operation: Operation,
        who: str,
        *,
        path: str,
        body: Any = None,
        raw: bytes | None = None,
        query: dict[str, Any] | None = None,
        key: str | None = None,
        media: str = "application/json",
    ) -> None:
        """Ask, and write down what the document doesn't say."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if self.tokens[who] else {}
        if key is not None:
            headers["Idempotency-Key"] = key.encode("utf-8").decode("latin-1")
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        tail = "&".join(
            f"{quote(name)}={quote(str(value), safe='')}"
            for name, value in (query or {}).items()
            if value is not None
        )
        answer = self.client.open(
            f"/api/v1{path}" + (f"?{tail}" if tail else ""),
            method=operation.method,
            data=data,
            content_type=media if data is not None else None,
            headers=headers,
        )
        self.asked += 1
        for fault in self.faults_of(operation, answer):
            sent = (raw or json.dumps(body).encode())[:120]
            self.faults.append(
                f"{operation.method} {path[:80]}?{tail[:80]} {who} {sent!r}: {fault}"
            )

    def faults_of(self, operation: Operation, answer: Any) -> Iterator[str]:
        """What is wrong with an answer, in the document's own words."""
        documented = operation.spec["responses"]
        status = str(answer.status_code)
        if answer.status_code >= 500:
            yield f"{status}: {answer.text[:200]}"
            return
        if status not in documented:
            yield f"{status} is not documented: {answer.text[:200]}"
            return
        (media, shape), *_ = documented[status]["content"].items()
        if answer.mimetype != media:
            yield f"{status} as {answer.mimetype}"
            return
        content = json.loads(answer.text)
        if answer.status_code >= 400:
            codes = shape["schema"]["allOf"][1]["properties"]["code"]["enum"]
            if content.get("code") not in codes:
                yield f"{status} with the code {content.get('code')}"
            if content.get("status") != answer.status_code or not content.get("title"):
                yield f"{status} is no problem: {answer.text[:200]}"
        else:
            yield from self.misfits(content, shape["schema"], "answer")

    def misfits(self, value: Any, schema: dict[str, Any], place: str) -> Iterator[str]:
        """Where a value doesn't have a schema's shape: the part of JSON Schema that we use."""
        schema = self.resolved(schema)
        if "anyOf" in schema:
            if all(list(self.misfits(value, one, place)) for one in schema["anyOf"]):
                yield f"{place}: {str(value)[:40]} fits nowhere"
            return
        kinds: dict[str, Any] = {
            "string": str, "integer": int, "object": dict, "array": list, "null": type(None),
            "boolean": bool, "number": (int, float),
        }  # fmt: skip
        if "type" in schema and not isinstance(value, kinds[schema["type"]]):
            yield f"{place}: {str(value)[:40]} is no {schema['type']}"
        elif isinstance(value, dict) and "properties" in schema:
            for name in schema.get("required", []):
                if name not in value:
                    yield f"{place}: {name} is missing"
            for name in value.keys() - schema["properties"].keys():
                yield f"{place}: {name} is not documented"
            for name, inner in schema["properties"].items():
                if name in value:
                    yield from self.misfits(value[name], inner, f"{place}.{name}")
        elif isinstance(value, list) and "items" in schema:
            for item in value[:3]:
                yield from self.misfits(item, schema["items"], f"{place}[]")


@pytest.fixture
def callers(db: Database) -> EveryCaller:
    return EveryCaller(db)


def report(callers: EveryCaller) -> None:
    assert callers.faults == [], "\n".join(
        [f"{len(callers.faults)} of {callers.asked}", *callers.faults[:25]]
    )


@pytest.mark.only("sqlite")
def test_every_call_answers_everybody_as_documented(callers: EveryCaller) -> None:
    for operation in callers.operations():
        for who in callers.tokens:
            callers.ask(
                operation,
                who,
                path=callers.address(operation),
                body=callers.body_of(operation),
                query=callers.query_of(operation),
                key=callers.chance.choice(KEYS),
            )
    assert callers.asked > 100
    report(callers)


@pytest.mark.promise("P40")
@pytest.mark.only("sqlite")
def test_an_address_that_names_nothing_is_answered_as_documented(callers: EveryCaller) -> None:
    for operation in callers.operations():
        if "{" not in operation.path:
            continue
        for given in [*IDS, *(new_ref(kind) for kind in "AMO")]:
            callers.ask(
                operation,
                callers.chance.choice(["channel", "partner", "member"]),
                path=callers.address(operation, given),
                body=callers.body_of(operation),
            )
    report(callers)


@pytest.mark.promise("P40")
@pytest.mark.only("sqlite")
def test_bodies_that_no_hand_would_type_are_answered_as_documented(callers: EveryCaller) -> None:
    for operation in callers.operations():
        good = callers.body_of(operation)
        if good is None:
            continue
        path = callers.address(operation)
        able = [who for who in ("channel", "member", "partner") if who in str(operation.spec)]
        for raw in RAW:
            media = callers.chance.choice(
                ["application/json", "application/json", "text/plain", "a/b+json", "x"]
            )
            callers.ask(operation, callers.chance.choice(able), path=path, raw=raw, media=media)
        for name in good:
            for value in callers.values:
                body = {**good, name: value}
                callers.ask(operation, callers.chance.choice(able), path=path, body=body)
    report(callers)


@pytest.mark.promise("P40")
@pytest.mark.only("sqlite")
def test_queries_that_no_hand_would_type_are_answered_as_documented(callers: EveryCaller) -> None:
    for operation in callers.operations():
        for parameter in operation.spec["parameters"]:
            if parameter["in"] != "query":
                continue
            able = [who for who in ("channel", "partner") if who in operation.spec["description"]]
            for value in [*TEXTS, new_ref("O"), new_ref("S")]:
                callers.ask(
                    operation,
                    callers.chance.choice(able),
                    path=callers.address(operation),
                    query={parameter["name"]: value},
                )
    report(callers)


@pytest.mark.promise("P40")
@pytest.mark.slow
def test_whatever_comes_together_by_chance_is_answered_as_documented(callers: EveryCaller) -> None:
    """Also on PostgreSQL; and no unit, seat or trail is lost over it."""
    for operation in callers.operations():
        good = callers.body_of(operation)
        for _ in range(ROUNDS):
            body = dict(good) if good is not None else None
            if body and callers.chance.random() < 0.5:
                name = callers.chance.choice(list(body))
                body[name] = callers.chance.choice(callers.values)
            if body and "slot" in body and callers.chance.random() < 0.7:
                body["slot"] = callers.chance.choice(callers.club.slots)
            query = callers.query_of(operation)
            if query and callers.chance.random() < 0.5:
                query[callers.chance.choice(list(query))] = callers.chance.choice(TEXTS)
            given = callers.chance.choice(IDS) if callers.chance.random() < 0.1 else None
            callers.ask(
                operation,
                callers.chance.choice(list(callers.tokens)),
                path=callers.address(operation, given),
                body=body,
                query=query,
                key=callers.chance.choice(KEYS),
            )
    report(callers)
    assert broken_invariants(callers.db) == []


@pytest.mark.only("sqlite")
def test_an_event_is_told_as_the_document_says(callers: EveryCaller) -> None:
    partner = partner_actor(callers.club.partner)
    address, events = "https://partner.example/club", list(webhooks.all_events())
    callers.db.run(
        webhooks.add_endpoint, partner, partner=callers.club.partner, url=address, events=events
    )
    callers.appointment()
    with callers.db.read() as session:
        query = select(OutboxRow.payload).where(OutboxRow.kind == webhooks.TOLD)
        told = json.loads(session.execute(query).scalar_one()["body"])
    assert set(callers.document["webhooks"]) == set(events)
    spec = callers.document["webhooks"][told["type"]]["post"]["requestBody"]["content"]
    assert list(callers.misfits(told, spec["application/json"]["schema"], "event")) == []


@pytest.mark.only("sqlite")
def test_the_check_bites(callers: EveryCaller) -> None:
    operation = next(o for o in callers.operations() if o.name == "show_appointment")
    answer = callers.client.get("/api/v1/members/x")
    assert list(callers.faults_of(operation, answer)) == []  # 401 is documented
    lacking = Operation("GET", operation.path, {**operation.spec, "responses": {}})
    assert "401 is not documented" in next(callers.faults_of(lacking, answer))
    shape = {"$ref": "#/components/schemas/Appointment"}
    assert "appointment is missing" in "; ".join(callers.misfits({}, shape, "answer"))
    assert "is no string" in "; ".join(callers.misfits({"appointment": 1}, shape, "answer"))
