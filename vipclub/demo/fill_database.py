"""Filling an empty database: subsidiaries and their files, tiers, benefits, partners, a history,
accounts; and `demo.json`, so that a script can start where a newcomer starts."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vipclub import accounts, benefits, bookings, membership, people
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Conflict
from vipclub.core.i18n import N_
from vipclub.core.private_files import nobody_else, private_folder
from vipclub.demo import (
    cast,
    file_at_the_desk,
    help_at_once,
    in_progress,
    past_appointments,
    salons,
    settled_month,
)
from vipclub.demo.partners import Provider, open_providers
from vipclub.migration import upgrade
from vipclub.settings import Settings

CLUB = Actor.system("demo", channel="cli")
DAYS_BACK = 42
AHEAD = 120
SERVICE = "health-check"
HOME = "jingan-check"
"""The offering of the demo's own partner."""
MEMBERS = 400

Say = Callable[[str], None]


class NotEmpty(Conflict):
    """The demo never touches a database that is in use."""

    code = "not_empty"
    sentence = N_("This database is not empty. The demo fills only an empty one.")


def fill(
    db: Database, settings: Settings, *, persons: int, seed: int, say: Say = lambda _line: None
) -> Path:
    """Fill an empty database and write `demo.json`; gives its path. Raises NotEmpty."""
    upgrade(db)
    with db.read() as session:
        if session.scalar(select(func.count()).select_from(benefits.Benefit)):
            raise NotEmpty()
    then = clock.now() - timedelta(days=DAYS_BACK)
    with clock.replaying(then):
        say("policies and benefits")
        db.run(membership.load_policy, CLUB)
        db.run(benefits.load_catalogue, CLUB)
        db.run(bookings.load_policies, CLUB)
        say("subsidiaries' files")
        load_files(db, settings, persons=persons, seed=seed, say=say)
        say("tiers and benefits")
        membership.rate_everyone(db, CLUB, as_of=clock.club_today())
        say("partners and their times")
        providers = open_providers(db, CLUB, days=DAYS_BACK + AHEAD)
    benefits.grant_next_year(db, today=clock.club_today())
    say("the cast")
    sign_ins, lin = open_accounts(db, settings, providers)
    say("six weeks of appointments")
    told = past_appointments.play(db, providers, lin=lin)
    in_progress.play(
        db,
        told,
        lin=lin,
        home=next(p for p in providers if p.key == HOME),
        today=clock.club_today(),
    )
    settled_month.settle(db, CLUB, providers, home=HOME)
    say("who needs help now")
    home = next(p for p in providers if p.key == HOME)
    emergency = help_at_once.play(db, lin=lin, home=home.partner)
    file_at_the_desk.play(db, lin=lin)
    say("salons and seminars")
    played = salons.play(db, lin=lin)
    return write_summary(db, settings, providers, sign_ins, emergency, played)


def load_files(db: Database, settings: Settings, *, persons: int, seed: int, say: Say) -> None:
    """Generate the subsidiaries' files, and bring them in as an operator would."""
    folder = settings.instance / "feeds"
    private_folder(folder)
    with nobody_else():
        people.generate_feed(folder, people=persons, seed=seed, own_words=True)
        of_the_cast = cast.write_files(folder)
    for company in people.GENERATED:
        db.run(
            people.add_subsidiary,
            CLUB,
            code=company.code,
            name=company.name,
            header_map=company.header_map,
            value_map=company.value_map,
            trust_rank=company.trust_rank,
        )
    files = [(company.code, folder / f"{company.code}.csv") for company in people.GENERATED]
    for code, path in [*files, *of_the_cast.items()]:
        report = people.load_delivery(db, CLUB, path=path, subsidiary=code)
        say(f"  {path.name}: {report.rows} rows, {report.rejected} set aside")
    people.link_records(db, CLUB)


def open_accounts(
    db: Database, settings: Settings, providers: list[Provider]
) -> tuple[dict[str, dict[str, str]], str]:
    """The cast's accounts, bound to what they may see; gives the sign-ins, and Lin's reference."""
    accounts.settle_passwords(memory_kib=settings.argon2_memory_kib, passes=settings.argon2_passes)
    home = next(p for p in providers if p.key == HOME)
    lin = _member_by_email(db, cast.LIN)
    scopes: dict[str, list[tuple[str, str]]] = {
        "manager": [("portfolio", "/".join(cast.MANAGER))],
        "partner": [("partner", home.partner)],
    }
    sign_ins = {"member": {"login": cast.LIN, "password": cast.PASSWORD}}
    with db.read() as session:
        person = people.find_person(session, CLUB, lin)
    db.run(
        accounts.create_account,
        CLUB,
        login=cast.LIN,
        role="member",
        display_name=person.full_name,
        language=person.language or "zh-Hans",
        password=cast.PASSWORD,
        scopes=[("person", lin)],
        person_id=person.id,
    )
    db.run(membership.accept_invitation, CLUB, member=lin)
    for somebody in cast.STAFF:
        db.run(
            accounts.create_account,
            CLUB,
            login=somebody.login,
            role=somebody.role,
            display_name=somebody.name,
            language="zh-Hans",
            password=cast.PASSWORD,
            scopes=scopes.get(somebody.role, []),
        )
        sign_ins[somebody.role] = {"login": somebody.login, "password": cast.PASSWORD}
    return sign_ins, lin


def _member_by_email(db: Database, email: str) -> str:
    indexes = db.cipher.blind_indexes("email", email)
    with db.read() as session:
        return session.scalars(
            select(people.Person.public_ref).where(
                people.Person.email_index.in_(indexes),
                people.is_survivor(people.Person),
            )
        ).one()


def write_summary(
    db: Database,
    settings: Settings,
    providers: list[Provider],
    sign_ins: dict[str, dict[str, str]],
    emergency: str,
    played: salons.Salons,
) -> Path:
    """`demo.json`, readable by its owner only: it holds tokens."""
    home = next(p for p in providers if p.key == HOME)
    _, channel = db.run(accounts.create_token, CLUB, scope="channel")
    _, partner = db.run(accounts.create_token, CLUB, scope="partner", partner_ref=home.partner)
    with db.read() as session:
        members = members_with_a_check_left(session, clock.club_today())
    content = {
        "sign_ins": sign_ins,
        "tokens": {"channel": channel, "partner": partner},
        "service": SERVICE,
        "city": home.city,
        "members": members,
        "offering": home.offering,
        "case": emergency,
        "event": played.event,
        "full_event": played.full_event,
    }
    private_folder(settings.instance)
    path = settings.instance / "demo.json"
    draft = path.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
    draft.replace(path)
    return path


def members_with_a_check_left(session: Session, today: date) -> list[str]:
    """Members who can book a health check this year, without a booking that is still open."""
    m, a, p = membership.Membership, benefits.EntitlementAccount, people.Person
    rows = session.scalars(
        select(p.public_ref)
        .join(m, m.person_id == p.id)
        .join(a, a.person_id == p.id)
        .join(benefits.Benefit, benefits.Benefit.id == a.benefit_id)
        .where(
            people.is_survivor(p),
            membership.running_on(today),
            m.last_day >= today + timedelta(days=AHEAD),
            benefits.Benefit.code == SERVICE,
            a.year == today.year,
            a.remaining >= 1,
            a.held == 0,
        )
        .order_by(p.id)
        .limit(MEMBERS)
    )
    return list(dict.fromkeys(rows))
