"""Partners who are asked to help in Lyon: an assistance company that is silent, the next one that
is asked now, and the demo's own partner, which interprets by telephone."""

from __future__ import annotations

from datetime import timedelta

from vipclub import assistance, partners
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.types import Localized

MINUTE = timedelta(minutes=1)
COMPANIES = (
    (
        Localized("里昂医疗救援", "里昂醫療支援", "Lyon Medical Assistance"),
        "FR",
        8,
        "+33472000001",
        "alarm@lyon-medical.example",
    ),
    (
        Localized("欧陆援助", "歐陸支援", "Continental Assistance"),
        None,
        20,
        "+41440000002",
        "desk@continental.example",
    ),
    (
        Localized("环球医疗转运", "環球醫療轉送", "Global Medical Transfer"),
        None,
        30,
        "+6560000003",
        "ops@global-transfer.example",
    ),
)
"""Name, country (none for all), minutes to answer, telephone, e-mail."""


def offer(db: Database, actor: Actor, *, home: str) -> tuple[list[str], str]:
    """What each may be asked for; gives the services of the assistance companies in their order,
    and that of the demo's own partner."""
    covers = []
    for name, country, minutes, phone, email in COMPANIES:
        ref = db.run(partners.create_partner, actor, name=name)
        for kind in ("assistance", "transport"):
            made = db.run(
                assistance.dispatch.add_cover,
                actor,
                partner=ref,
                kind=kind,
                country=country,
                phone=phone,
                email=email,
                minutes=minutes,
            )
            if kind == "assistance":
                covers.append(made)
    interprets = db.run(
        assistance.dispatch.add_cover,
        actor,
        partner=home,
        kind="interpreter",
        phone="+862160000004",
        minutes=45,
        language="zh-Hans",
    )
    return covers, interprets


def ask_companies(db: Database, agent: Actor, *, case: str, covers: list[str]) -> None:
    """Twelve minutes ago."""
    with clock.replaying(clock.now() - 12 * MINUTE):
        db.run(
            assistance.dispatch.ask_partners,
            agent,
            case=case,
            kind="assistance",
            covers=covers,
            area="里昂 Lyon",
            note="女儿在酒店，24 小时可接电话；母亲青霉素过敏。",
        )


def ask_interpreter(db: Database, agent: Actor, *, case: str, cover: str) -> None:
    """Six minutes ago; then the first company's time has passed, and the second one is asked."""
    with clock.replaying(clock.now() - 6 * MINUTE):
        db.run(
            assistance.dispatch.ask_partners,
            agent,
            case=case,
            kind="interpreter",
            covers=[cover],
            area="里昂 Lyon",
            note="急诊医生说法语，需要电话口译。",
        )
    with clock.replaying(clock.now() - 4 * MINUTE):
        assistance.dispatch.ask_after_silent(db)
