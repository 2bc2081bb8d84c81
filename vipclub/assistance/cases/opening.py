"""Opening a case: by whoever, by whichever way, with whatever is known. It is never refused for
what is missing, and has an owner from the first moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from vipclub import people
from vipclub.accounts import Permission
from vipclub.assistance.cases.about import ABOUT, blamed
from vipclub.assistance.cases.callers import ASKED, described, note_verified_caller
from vipclub.assistance.cases.handling import CaseResult, last_rounds, way_of
from vipclub.assistance.cases.timeline import (
    calendar_of,
    keep_clocks,
    write_entry,
)
from vipclub.assistance.clocks.promises import EMERGENCIES, KINDS, SEVERITIES, USUAL_SEVERITY
from vipclub.assistance.clocks.running import Clock
from vipclub.assistance.duty.on_duty import Agent
from vipclub.assistance.duty.owners import duty_at
from vipclub.assistance.letters import tell_agent, tell_member
from vipclub.assistance.models import case_table
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.countries import country_code
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import Malformed
from vipclub.core.types import new_ref, parse_ref
from vipclub.core.working_days import load_calendar
from vipclub.people import find_person
from vipclub.people.emergency_contacts import Verified

LONGEST_STORY = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is known when somebody asks for help; all but the kind may be missing. `place` is in
    words, `country` an ISO 3166 code, `against` the account of whom a complaint is about; a
    `stranger` is neither the member nor one of her contacts."""

    kind: str
    what: str = field(default="", repr=False)
    caller: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    place: str = field(default="", repr=False)
    country: str | None = None
    severity: str | None = None
    against: int | None = None
    unverified: bool = False
    stranger: bool = False


def open_case(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    what: str = "",
    member: str | None = None,
    caller: str = "",
    phone: str = "",
    place: str = "",
    country: str | None = None,
    severity: str | None = None,
    about: str | None = None,
    channel: str | None = None,
    heard: Verified | None = None,
) -> CaseResult:
    """A case for a member, or for whoever is behind a number, or for nobody known yet; a complaint
    perhaps `about` somebody of the staff, by their account. How severe it is staff say: a member's
    own `severity` has no effect beside the usual one of the kind. With the receipt of who is
    `heard` the caller is verified; one who is called like nobody known is told nothing, and the
    member is asked. Of a `country` that is no code the words are kept. Raises Malformed for a kind
    and a severity that there are none of, MalformedRef and NotFound for a member and an account
    that aren't there, Forbidden."""
    actor.require(Permission.CASE_OPEN)
    person = find_person(session, actor, member).id if member else None
    way = way_of(actor, channel)
    code = country_code(country) if country else None
    if country and code is None:  # no country's code: kept in the words
        said = country.strip()[:120]
        what = f"{what.strip()[: LONGEST_STORY - len(said) - 1]}\n{said}"
    known = person is not None and heard is not None and heard.covers(person, clock.now())
    stranger = not known and _is_stranger(session, actor, person, caller, phone)
    call = Call(
        kind=kind,
        what=what,
        caller=caller,
        phone=phone,
        place=place,
        country=code,
        severity=severity,
        against=blamed(session, actor, about, member=member) if about else None,
        unverified=person is None or stranger or (way == "phone" and not known),
        stranger=stranger,
    )
    made = open_call(session, actor, call, person=person, channel=way, about=about)
    if not known or heard is None or call.against == actor.account_id:
        return made  # who it is about may not know of it any more
    return note_verified_caller(session, actor, case=made.case, heard=heard)


def _is_stranger(
    session: Session, actor: Actor, person: int | None, caller: str, phone: str
) -> bool:
    """Whether somebody calls for a member who gives another name than hers and her contacts', from
    another number. A number alone says nothing: she may call from a hotel."""
    if person is None or not actor.sees_all or not caller.strip():
        return False
    number = people.callable_number(phone)
    return not people.emergency_contacts.is_known_caller(
        session, person, name=caller, number=number
    )


def open_call(
    session: Session,
    actor: Actor,
    call: Call,
    *,
    person: int | None,
    channel: str,
    tap: str | None = None,
    address: str | None = None,
    about: str | None = None,
    flooded: bool = False,
) -> CaseResult:
    """A case of a call for a person, by the id of any row of the cluster, or for nobody known yet;
    asks no right. Raises Malformed for a kind and a severity that there are none of."""
    if call.kind not in KINDS:
        raise Malformed("kind")
    if call.severity not in {None, *SEVERITIES}:
        raise Malformed("severity")
    usual = USUAL_SEVERITY[call.kind]
    severity = usual if actor.kind == "member" else call.severity or usual
    now, number = clock.now(), number_as_said(call.phone)
    if person is None and number is not None:
        person = _only_holder(session, number)
    owner = duty_at(session, now).owner(but=call.against)
    region, zone = calendar_at(session, call.country), clock.club_zone()
    ref = new_ref("C")
    row: dict[str, Any] = {
        **_sealed(session, ref, call, number),
        "public_ref": ref,
        "kind": call.kind,
        "state": "new",
        "severity": severity,
        "person_id": person,
        "owner_id": owner.account_id if owner else None,
        "against_id": call.against,
        "country": call.country,
        "region": region,
        "time_zone": zone,
        "channel": channel,
        "tap": tap,
        "unverified": call.unverified,
        "address": address,
        "flooded": flooded,
        "opened_at": now,
        "last_at": now,
        "version": 1,
    }
    asks = described(call.caller, number) if call.stranger else ""
    return _write(session, actor, row, owner, asks, about)


def _write(
    session: Session,
    actor: Actor,
    row: dict[str, Any],
    owner: Agent | None,
    asks: str,
    about: str | None,
) -> CaseResult:
    """The case with the beginning of its timeline, its clocks and its letters; `asks` is the caller
    about whom the member is asked."""
    ref, kind, severity, channel = (row[n] for n in ("public_ref", "kind", "severity", "channel"))
    case_id = session.execute(
        insert(case_table).values(row).returning(case_table.c.id)
    ).scalar_one()
    said = {"at": row["opened_at"], "channel": channel}
    write_entry(session, actor, case_id, "opened", severity=severity, for_member=True, **said)
    write_entry(session, actor, case_id, "owner", other_ref=owner.ref if owner else None, **said)
    if about:
        write_entry(session, actor, case_id, ABOUT, other_ref=parse_ref(about, "U"), **said)
    if asks:
        write_entry(session, actor, case_id, ASKED, text=asks, for_member=True, **said)
    calendar = calendar_of(session, row["region"], row["time_zone"])
    clocks, moments = keep_clocks(session, case_id, kind, calendar)
    session.execute(update(case_table).where(case_table.c.id == case_id).values(**moments))
    _tell(session, ref, row, clocks, "case-caller" if asks else "case-received")
    audit.write(
        session,
        actor,
        "case.open",
        subject=("case", ref),
        after={
            "kind": kind,
            "severity": severity,
            "channel": channel,
            "owner": owner.ref if owner else None,
        },
        at=row["opened_at"],
    )
    return CaseResult(ref, kind, "new", severity, owner.ref if owner else None, last_rounds(clocks))


def _tell(
    session: Session, ref: str, row: dict[str, Any], clocks: Sequence[Clock], template: str
) -> None:
    """Whom it is for that it was received, by whose call, and by when there is an answer; in an
    emergency its owner that it is there."""
    if row["flooded"]:  # kept and shown, and fills nobody's letters
        return
    by = next((one.due for one in clocks if one.clock == "first_answer"), None)
    tell_member(
        session,
        template,
        ref=ref,
        person_id=row["person_id"],
        version=1,
        kind=row["kind"],
        by=by,
    )
    if row["owner_id"] is not None and row["kind"] in EMERGENCIES:
        tell_agent(
            session,
            "case-assigned",
            ref=ref,
            account_id=row["owner_id"],
            version=1,
            kind=row["kind"],
            severity=row["severity"],
            clock="first_answer",
            due=by,
        )


def _sealed(session: Session, ref: str, call: Call, number: str | None) -> dict[str, Any]:
    cipher = cipher_of(session)

    def sealed(place: str, text: str) -> bytes | None:
        return cipher.seal(f"case.{place}", ref, text) if text else None

    return {
        "caller": sealed("caller", call.caller.strip()[:200]),
        "phone": sealed("phone", number or ""),
        "phone_index": cipher.blind_index("mobile", number) if number else None,
        "what": cipher.seal("case.what", ref, call.what.strip()[:LONGEST_STORY]),
        "place": sealed("place", call.place.strip()[:500]),
    }


def number_as_said(text: str) -> str | None:
    """A number in E.164 where it is one, a hotel's too. What can't be read is kept as it was said,
    like an extension or a room; None for nothing.

    >>> number_as_said("138 0013 8000"), number_as_said("010-6512 3456")
    ('+8613800138000', '+861065123456')
    >>> number_as_said("room 4")
    'room 4'
    """
    said = text.strip()[:40]
    return people.callable_number(said) or said or None


def _only_holder(session: Session, number: str) -> int | None:
    """The person to whom a number belongs, where it is one person only."""
    meant = people.by_phone(session, number)
    if meant is None:
        return None
    holders = {row.person_id for row in session.execute(meant.persons())}
    return holders.pop() if len(holders) == 1 else None


def calendar_at(session: Session, country: str | None) -> str:
    """The region whose working days a case's office hours follow: the country's where its calendar
    is known, else mainland China's. No statement as a rule."""
    return country if country and load_calendar(session, country).decreed else "CN"
