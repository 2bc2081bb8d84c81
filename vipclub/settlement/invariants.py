"""What must be true of all lines and statements: a visit is charged once, and stated once."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from vipclub.bookings import Appointment
from vipclub.core.audit import AuditRow
from vipclub.core.invariants import Broken, Span, in_parts
from vipclub.settlement.charging import CHARGED
from vipclub.settlement.models import SettlementLine, SettlementStatement

_line, _correction = SettlementLine, aliased(SettlementLine)
_reversed = (
    select(_correction.id).where(_correction.corrects_id == _line.id).correlate(_line).exists()
)


def _charged_wrongly(session: Session, span: Span) -> Iterator[Broken]:
    """Appointments that are charged twice, or whose line still counts though they were taken
    back."""
    for ref, state, count in session.execute(
        select(Appointment.public_ref, Appointment.state, func.count(_line.id))
        .join(_line, _line.appointment_id == Appointment.id)
        .where(span.of(Appointment.id), _line.kind != "correction", ~_reversed)
        .group_by(Appointment.public_ref, Appointment.state)
        .having(or_(func.count(_line.id) > 1, Appointment.state.not_in(CHARGED)))
    ):
        yield Broken(f"appointment {ref}", f"{state}, with {count} lines that count")


def _never_charged(session: Session, span: Span) -> Iterator[Broken]:
    """Visits that were completed since the club charges, and have no line that counts."""
    since = session.scalar(select(func.min(_line.created_at)))
    if since is None:
        return
    completed = (
        select(AuditRow.id)
        .where(
            AuditRow.subject_ref == Appointment.public_ref,
            AuditRow.subject_kind == "appointment",
            AuditRow.action == "appointment.fulfil",
            AuditRow.at >= since,
        )
        .exists()
    )
    counts = (
        select(_line.id)
        .where(_line.appointment_id == Appointment.id, _line.kind != "correction", ~_reversed)
        .exists()
    )
    for ref in session.scalars(
        select(Appointment.public_ref).where(
            span.of(Appointment.id), Appointment.state == "fulfilled", ~counts, completed
        )
    ):
        yield Broken(f"appointment {ref}", "completed, and no line charges it")


def _wrong_corrections(session: Session, span: Span) -> Iterator[Broken]:
    """Reversals that aren't of the opposite amount, or of another appointment or partner."""
    for line, ref in session.execute(
        select(_correction.id, Appointment.public_ref)
        .join(_line, _line.id == _correction.corrects_id)
        .join(Appointment, Appointment.id == _line.appointment_id)
        .where(
            span.of(_correction.id),
            or_(
                func.coalesce(_correction.amount_minor, 0) != -func.coalesce(_line.amount_minor, 0),
                func.coalesce(_correction.currency, "") != func.coalesce(_line.currency, ""),
                _correction.appointment_id != _line.appointment_id,
                _correction.partner_id != _line.partner_id,
            ),
        )
    ):
        yield Broken(f"line {line}", f"doesn't take back what appointment {ref} was charged")


def _wrong_statements(session: Session, span: Span) -> Iterator[Broken]:
    """Statements without a line, with a line of another partner or of a later month."""
    statement = SettlementStatement
    strange = or_(_line.partner_id != statement.partner_id, _line.month > statement.month)
    lines, strangers = func.count(_line.id), func.count(_line.id).filter(strange)
    for ref, count, others in session.execute(
        select(statement.public_ref, lines, strangers)
        .join_from(statement, _line, _line.statement_id == statement.id, isouter=True)
        .where(span.of(statement.id))
        .group_by(statement.public_ref)
        .having(or_(lines == 0, strangers > 0))
    ):
        yield Broken(f"statement {ref}", f"{count} lines, {others} of another partner or month")


INVARIANTS = (
    in_parts(
        "charged once",
        "What is charged has one line that counts, and what was taken back none.",
        over=Appointment.id,
        broken=_charged_wrongly,
    ),
    in_parts(
        "visits charged",
        "Each completed visit is charged.",
        over=Appointment.id,
        broken=_never_charged,
        size=5_000,
    ),
    in_parts(
        "corrections",
        "A correction takes back exactly what was charged.",
        over=_correction.id,
        broken=_wrong_corrections,
    ),
    in_parts(
        "statements",
        "A statement has its own partner's lines, up to its month, and at least one.",
        over=SettlementStatement.id,
        broken=_wrong_statements,
        size=500,
    ),
)
