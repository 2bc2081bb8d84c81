"""Cases by the API: opened with whatever is known, and each step that follows."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.assistance.cases_in_steps import seen
from tests.assistance.desk_on_duty import an_agent, on_shift
from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub, a_small_club
from vipclub import assistance
from vipclub.app import create_app
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def client(db: Database, club: SmallClub) -> FlaskClient:
    return create_app(database=db).test_client()


def asked(
    client: FlaskClient, token: str, path: str, body: dict[str, Any] | None = None, **more: Any
) -> Any:
    head = {"Authorization": f"Bearer {token}", **more}
    if body is None:
        return client.get(f"/api/v1{path}", headers=head)
    return client.post(f"/api/v1{path}", json=body, headers=head)


def test_a_phone_alone_is_enough(client: FlaskClient, club: SmallClub) -> None:
    answer = asked(client, club.channel, "/cases", {"kind": "enquiry", "phone": "+41 44 668 18 00"})
    assert answer.status_code == 201
    made = answer.json
    assert set(made) == {"case", "kind", "status", "severity", "owner", "clocks"}
    assert (made["kind"], made["status"], made["owner"]) == ("enquiry", "new", None)
    assert set(made["clocks"][0]) == {"clock", "due", "done", "paused"}
    shown = asked(client, club.channel, f"/cases/{made['case']}").json
    assert {name: shown[name] for name in made} == made


def test_a_complaint_says_whom_it_is_about(
    client: FlaskClient, db: Database, club: SmallClub
) -> None:
    ping = an_agent(db, "ping")
    on_shift(db, ping)
    complaint = {"kind": "complaint", "what": "Rude", "about": ping.account_ref}
    made = asked(client, club.channel, "/cases", complaint)
    assert (made.status_code, made.json["owner"]) == (201, None), "never theirs"
    other = asked(client, club.channel, "/cases", {**complaint, "about": None}).json
    assert other["owner"] == ping.account_ref
    stranger = asked(client, club.member_token, "/cases", complaint)
    assert stranger.status_code == 404, "a member names whom she knows"
    resolved = f"/cases/{other['case']}/resolve"
    assert asked(client, club.channel, resolved, {"text": "Sorry"}).status_code == 422
    said = {"text": "Sorry", "changed": "We listen to the end"}
    assert asked(client, club.channel, resolved, said).json["status"] == "resolved"


def test_a_member_opens_her_own_without_naming_herself(
    client: FlaskClient, club: SmallClub
) -> None:
    what = {"kind": "emergency_overseas", "what": "Fell ill in Lyon", "place": "Lyon"}
    made = asked(client, club.member_token, "/cases", what).json
    assert asked(client, club.channel, f"/cases/{made['case']}").json["member"] == club.members[0]
    listed = asked(client, club.member_token, "/cases").json["items"]
    assert [one["case"] for one in listed] == [made["case"]]
    for path, body in (("/answer", {}), ("/resolve", {"text": "x"}), ("/wait", {})):
        refused = asked(client, club.member_token, f"/cases/{made['case']}{path}", body)
        assert refused.status_code == 403
    note = asked(client, club.member_token, f"/cases/{made['case']}/notes", {"text": "Room 12"})
    assert note.status_code == 201
    assert "reply" in [one["clock"] for one in note.json["clocks"]]
    for_another = {"kind": "enquiry", "member": club.members[1]}
    assert asked(client, club.member_token, "/cases", for_another).status_code == 404


def test_how_severe_it_is_staff_say_and_no_member(client: FlaskClient, club: SmallClub) -> None:
    """Neither a complaint that asks to be seen first, nor an emergency that plays itself down."""
    for kind, said, usual in (
        ("complaint", "critical", "normal"),
        ("emergency_overseas", "low", "critical"),
    ):
        what = {"kind": kind, "severity": said}
        hers = asked(client, club.member_token, "/cases", what)
        assert (hers.status_code, hers.json["severity"]) == (201, usual)
        by_staff = asked(client, club.channel, "/cases", {**what, "member": club.members[0]})
        assert by_staff.json["severity"] == said
    shapes = client.get("/api/v1/openapi.json").json["components"]["schemas"]
    assert "no effect" in shapes["NewCase"]["properties"]["severity"]["description"]
    wrong = asked(client, club.member_token, "/cases", {"kind": "enquiry", "severity": "dreadful"})
    assert (wrong.status_code, wrong.json["code"]) == (400, "malformed")


def test_each_step_and_what_is_possible_instead(client: FlaskClient, club: SmallClub) -> None:
    made = asked(client, club.channel, "/cases", {"kind": "enquiry", "member": club.members[0]})
    case = f"/cases/{made.json['case']}"
    refused = asked(client, club.channel, f"{case}/close", {})
    assert (refused.status_code, refused.json["code"]) == (409, "illegal_transition")
    assert "triaged" in refused.json["possible"]
    assert "resolve" in refused.json["steps"]
    for path, body, status in (
        ("severity", {"severity": "high"}, "triaged"),
        ("answer", {"text": "We look into it."}, "triaged"),
        ("wait", {"reason": "member"}, "waiting"),
        ("resume", {}, "in_progress"),
        ("resolve", {"text": "It is settled."}, "resolved"),
        ("close", {}, "closed"),
        ("reopen", {"text": "Not quite."}, "reopened"),
    ):
        answer = asked(client, club.channel, f"{case}/{path}", body)
        assert (answer.status_code, answer.json["status"]) == (200, status), path
    assert answer.json["severity"] == "high"


def test_one_key_opens_one_case(client: FlaskClient, club: SmallClub) -> None:
    body, key = {"kind": "enquiry", "what": "A question"}, {"Idempotency-Key": "case-key-1"}
    made = [asked(client, club.channel, "/cases", body, **key) for _ in range(2)]
    assert made[0].json == made[1].json


def test_partners_and_strangers_see_no_case(client: FlaskClient, club: SmallClub) -> None:
    made = asked(client, club.channel, "/cases", {"kind": "enquiry", "member": club.members[1]})
    case = f"/cases/{made.json['case']}"
    assert asked(client, club.member_token, case).status_code == 404
    assert asked(client, club.partner_token, case).status_code == 403
    assert asked(client, "nonsense", case).status_code == 401


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/cases", {"kind": "party"}),
        ("/cases", {"kind": "enquiry", "severity": "dreadful"}),
        ("/cases", {}),
    ],
)
def test_what_is_no_kind_and_no_severity_is_said_with_its_place(
    client: FlaskClient, club: SmallClub, path: str, body: dict[str, Any]
) -> None:
    refused = asked(client, club.channel, path, body)
    assert (refused.status_code, refused.json["code"]) == (400, "malformed")


def test_nothing_but_the_kind_is_needed_whatever_else_is_sent(
    client: FlaskClient, club: SmallClub, db: Database
) -> None:
    nothing = dict.fromkeys(("what", "member", "phone", "place", "caller", "country", "severity"))
    assert asked(client, club.channel, "/cases", {"kind": "enquiry", **nothing}).status_code == 201
    for country, code, words in (
        ("fr", "FR", "z" * 4000),
        ("HK", "HK", "z" * 4000),
        ("France", None, "z" * 3993 + "\nFrance"),
        ("ZZ", None, "z" * 3997 + "\nZZ"),
    ):
        told = {
            "kind": "emergency_overseas",
            "what": "z" * 9000,
            "country": country,
            "caller": "c" * 900,
            "phone": "9" * 900,
            "place": "p" * 9000,
        }
        made = asked(client, club.channel, "/cases", told)
        assert made.status_code == 201, made.json
        case = seen(db, made.json["case"])
        assert (case.country, case.what, len(case.place)) == (code, words, 500)
    note = {"text": "z" * 4000}
    assert asked(client, club.channel, f"/cases/{case.line.ref}/notes", note).status_code == 201


def test_a_bad_cursor_is_named_as_it_is_called(client: FlaskClient, club: SmallClub) -> None:
    refused = asked(client, club.channel, "/cases?cursor=nonsense")
    assert (refused.status_code, refused.json["code"]) == (400, "malformed")
    assert "cursor" in refused.json["title"]


def test_in_what_goes_on_elsewhere_nothing_is_possible(
    client: FlaskClient, club: SmallClub, db: Database
) -> None:
    refs = [
        asked(client, club.channel, "/cases", {"kind": "enquiry"}).json["case"] for _ in range(2)
    ]
    db.run(assistance.merge, CLUB_ACTOR, case=refs[0], into=refs[1])
    for path in ("close", "answer"):
        refused = asked(client, club.channel, f"/cases/{refs[0]}/{path}", {"text": "x"})
        assert (refused.status_code, refused.json["code"]) == (409, "illegal_transition")
        assert (refused.json["possible"], refused.json["steps"]) == ([], [])
    reopened = asked(client, club.channel, f"/cases/{refs[0]}/reopen", {"text": "x"})
    assert (reopened.status_code, reopened.json["code"]) == (409, "merged_away")
