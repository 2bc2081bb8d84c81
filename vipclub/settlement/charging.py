"""Charging: a line for a visit, a missed one or a late cancellation, and the reversal of each.
Lines come of facts, in the transaction of the step itself."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from vipclub.bookings import (
    Appointment,
    AppointmentCancelled,
    AppointmentFulfilled,
    AppointmentMissed,
    AppointmentMistaken,
    AppointmentUndone,
)
from vipclub.core import clock
from vipclub.core.added_rows import add_rows
from vipclub.core.built_statements import run_built
from vipclub.core.dates import first_of
from vipclub.core.db import for_no_key_update
from vipclub.partners import Offering, Site
from vipclub.settlement.amounts import amount_of
from vipclub.settlement.models import SettlementLine, SettlementStatement
from vipclub.settlement.pricing import price_columns, price_of_row
from vipclub.settlement.refusals import StatementIssued

_line: Table = SettlementLine.__table__  # type: ignore[assignment]
_statement: Table = SettlementStatement.__table__  # type: ignore[assignment]
CHARGED = frozenset({"fulfilled", "noshow", "cancelled"})
"""States whose step may have made a line."""


def charge_visit(session: Session, fact: AppointmentFulfilled) -> None:
    """Answers AppointmentFulfilled: the visit at its price."""
    _charge(session, fact.appointment, "visit", fact.at)


def charge_missed(session: Session, fact: AppointmentMissed) -> None:
    """Answers AppointmentMissed: the contract's share, where it has one."""
    _charge(session, fact.appointment, "noshow", fact.at)


def charge_late_cancellation(session: Session, fact: AppointmentCancelled) -> None:
    """Answers AppointmentCancelled: the contract's share, where the unit was used."""
    if fact.consumed:
        _charge(session, fact.appointment, "late_cancellation", clock.now())


def reverse_undone(session: Session, fact: AppointmentUndone) -> None:
    """Answers AppointmentUndone: the reversing line. Raises StatementIssued once the line is on a
    statement (docs/decisions.md 36)."""
    if fact.was in CHARGED:
        _reverse(session, fact.appointment, fact.at, even_when_issued=False)


def reverse_mistaken(session: Session, fact: AppointmentMistaken) -> None:
    """Answers AppointmentMistaken: the reversing line; after the statement, in the running
    month."""
    if fact.was in CHARGED:
        _reverse(session, fact.appointment, fact.at, even_when_issued=True)


_visit = price_columns(
    select(
        Appointment.id,
        Appointment.version,
        Appointment.local_day,
        Appointment.offering_id,
        Site.partner_id,
    )
    .select_from(Appointment)
    .join(Offering, Offering.id == Appointment.offering_id)
    .join(Site, Site.id == Offering.site_id),
    offering=Appointment.offering_id,
    day=Appointment.local_day,
).where(Appointment.public_ref == bindparam("ref"))
_issued = select(_statement.c.id).where(
    _statement.c.partner_id == bindparam("partner"), _statement.c.month == bindparam("month")
)
_correction = _line.alias("correction")
_still_counting = for_no_key_update(
    select(_line, Appointment.version.label("now"))
    .join(Appointment, Appointment.id == _line.c.appointment_id)
    .where(
        Appointment.public_ref == bindparam("ref"),
        _line.c.kind != "correction",
        ~select(_correction.c.id).where(_correction.c.corrects_id == _line.c.id).exists(),
    ),
    of=_line,
)


def _charge(session: Session, ref: str, kind: str, at: datetime) -> None:
    """Two statements. A share of nothing makes no line; a price that is not on record makes one
    that waits for it."""
    row = run_built(session, _visit, {"ref": ref}).one()
    price = price_of_row(row)
    values: dict[str, Any] = {"percent": None, "amount_minor": None, "currency": None}
    if price is not None:
        money, percent = amount_of(price, kind), price.percent_of(kind)
        if percent == 0:
            return
        values = {"percent": percent, "amount_minor": money.amount, "currency": money.currency}
    line = {
        "partner_id": row.partner_id,
        "month": _open_month(session, row.partner_id, row.local_day, at),
        "appointment_id": row.id,
        "version": row.version,
        "offering_id": row.offering_id,
        "service_day": row.local_day,
        "kind": kind,
        "created_at": at,
        **values,
    }
    add_rows(session, _line, [line])


def _open_month(session: Session, partner_id: int, day: date, at: datetime) -> date:
    """The day's month; the running one where that is issued already."""
    month = first_of(day)
    asked = {"partner": partner_id, "month": month}
    issued = run_built(session, _issued, asked).scalar_one_or_none()
    return _running_month(at) if issued else month


def _running_month(at: datetime) -> date:
    return first_of(clock.club_day(at))


def _reverse(session: Session, ref: str, at: datetime, *, even_when_issued: bool) -> None:
    """The line of the appointment that still counts, taken back by one of the opposite amount. It
    is locked first, so that no statement claims it meanwhile."""
    found = run_built(session, _still_counting, {"ref": ref}).first()
    if found is None:
        return
    if found.statement_id is not None and not even_when_issued:
        statement = session.scalar(
            select(_statement.c.public_ref).where(_statement.c.id == found.statement_id)
        )
        raise StatementIssued(statement=statement)
    month = found.month if found.statement_id is None else _running_month(at)
    correction = {
        "partner_id": found.partner_id,
        "month": month,
        "appointment_id": found.appointment_id,
        "version": found.now,
        "offering_id": found.offering_id,
        "service_day": found.service_day,
        "kind": "correction",
        "percent": found.percent,
        "amount_minor": None if found.amount_minor is None else -found.amount_minor,
        "currency": found.currency,
        "corrects_id": found.id,
        "created_at": at,
    }
    add_rows(session, _line, [correction])
