"""The catalogue of benefits as a TOML document, loaded into its tables."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from vipclub.benefits.models import Benefit, BenefitQuantity
from vipclub.benefits.refusals import CatalogueNotAccepted
from vipclub.core import audit
from vipclub.core.actor import Actor
from vipclub.core.db import upsert_of
from vipclub.core.types import Localized
from vipclub.membership import TIERS

SHIPPED = Path(__file__).parent / "catalogue"
UNITS = ("times", "people", "money", "unlimited")
USES = ("slot", "request", "event", "case")
WHO = ("member", "family", "guest")

_benefit: Table = Benefit.__table__  # type: ignore[assignment]
_quantity: Table = BenefitQuantity.__table__  # type: ignore[assignment]


def load_catalogue(session: Session, actor: Actor, *, text: str | None = None) -> int:
    """Load a catalogue (the one that comes with the product when none is given); gives how many
    benefits it has.

    The same document again changes nothing. Another one for the same year changes names, costs and
    quantities; the accounts follow by `regrant_everyone`. Raises CatalogueNotAccepted, Forbidden.
    """
    actor.require("policy:change")
    text = (SHIPPED / "2026.toml").read_text(encoding="utf-8") if text is None else text
    year, rows, quantities = read_catalogue(text)
    changed = False
    for row in rows:
        changed |= _keep_benefit(session, row)
    ids = dict(session.execute(select(_benefit.c.code, _benefit.c.id)).all())
    wanted = {(ids[code], tier): number for (code, tier), number in quantities.items()}
    present = {
        (benefit_id, tier): number
        for benefit_id, tier, number in session.execute(
            select(_quantity.c.benefit_id, _quantity.c.tier, _quantity.c.quantity).where(
                _quantity.c.from_year == year
            )
        )
    }
    if wanted != present:
        changed = True
        session.execute(delete(_quantity).where(_quantity.c.from_year == year))
        session.connection().execute(
            insert(_quantity),
            [
                {"benefit_id": b, "tier": t, "from_year": year, "quantity": n}
                for (b, t), n in wanted.items()
            ],
        )
    if changed:
        audit.write(
            session,
            actor,
            "benefit_catalogue.load",
            subject=("benefit_catalogue", str(year)),
            after={f"{code}/{tier}": n for (code, tier), n in quantities.items()},
        )
    return len(rows)


def _keep_benefit(session: Session, row: dict[str, Any]) -> bool:
    """Insert or update one benefit by its code. True when something changed."""
    there = (
        session.execute(select(_benefit).where(_benefit.c.code == row["code"])).mappings().first()
    )
    if there is not None and all(there[name] == value for name, value in row.items()):
        return False
    statement = upsert_of(session)(_benefit).values(**row)
    statement = statement.on_conflict_do_update(
        index_elements=["code"],
        set_={name: statement.excluded[name] for name in row if name != "code"},
    )
    session.connection().execute(statement)
    return True


def read_catalogue(
    text: str,
) -> tuple[int, list[dict[str, Any]], dict[tuple[str, str], int]]:
    """The year, the benefits as rows, and the quantities by (code, tier). Raises
    CatalogueNotAccepted.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueNotAccepted(problems=f"This is not TOML: {error}.") from None
    problems: list[str] = []
    year = document.get("year")
    if not isinstance(year, int) or not 2000 <= year <= 2200:
        problems.append("“year” must be a calendar year.")
        year = 2000
    currency = str(document.get("currency", "CNY"))
    rows, quantities = [], {}
    for position, entry in enumerate(document.get("benefit", []), start=1):
        code = str(entry.get("code"))
        found = _problems(code, entry)
        problems += found
        if found:
            continue
        rows.append(
            {
                "code": code,
                "position": position,
                "name": Localized.from_json(entry["name"]),
                "summary": Localized.from_json(entry["summary"]),
                "unit": entry["unit"],
                "use": entry["use"],
                "who": list(entry["who"]),
                "icon": entry["icon"],
                "unit_cost_minor": entry["unit_cost"] * 100,
                "currency": currency,
                "expected_use": round(entry.get("expected_use", 0) * 1000),
            }
        )
        quantities.update({(code, tier): n for tier, n in entry["quantity"].items()})
    codes = [row["code"] for row in rows]
    if not codes or len(codes) != len(set(codes)):
        problems.append("A catalogue needs [[benefit]] sections, each code once.")
    if problems:
        raise CatalogueNotAccepted(problems=" ".join(problems))
    return year, rows, quantities


def _problems(code: str, entry: dict[str, Any]) -> list[str]:
    found = []
    for name in ("name", "summary"):
        texts = entry.get(name)
        if not isinstance(texts, dict) or set(texts) != {"en", "zh-Hans", "zh-Hant"}:
            found.append(f"{code}: “{name}” needs en, zh-Hans and zh-Hant.")
        elif not all(isinstance(t, str) and t.strip() for t in texts.values()):
            found.append(f"{code}: “{name}” must be filled in all three languages.")
    for name, choices in (("unit", UNITS), ("use", USES)):
        if entry.get(name) not in choices:
            found.append(f"{code}: “{name}” must be one of {', '.join(choices)}.")
    if not entry.get("who") or not set(entry["who"]) <= set(WHO):
        found.append(f"{code}: “who” must be a list out of {', '.join(WHO)}.")
    if not isinstance(entry.get("icon"), str):
        found.append(f"{code}: “icon” must be the name of an icon.")
    if not isinstance(entry.get("unit_cost"), int) or entry["unit_cost"] < 0:
        found.append(f"{code}: “unit_cost” must be a whole number.")
    quantity = entry.get("quantity")
    if (
        not isinstance(quantity, dict)
        or not set(quantity) <= set(TIERS)
        or not all(isinstance(n, int) and n >= 0 for n in quantity.values())
    ):
        found.append(f"{code}: “quantity” must give whole numbers for {', '.join(TIERS)}.")
    return found
