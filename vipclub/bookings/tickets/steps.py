"""The steps of a booking ticket, in one table: it is open until a booking uses it, it expires, or
it is withdrawn; a booking that was cancelled in time gives it back."""

from __future__ import annotations

from vipclub.accounts import Permission
from vipclub.core.i18n import N_
from vipclub.core.steps import CLUB_ITSELF, End, Machine, Step

_OPEN = frozenset({"open"})

TICKET_STEPS: Machine[object] = Machine(
    "booking_ticket",
    (
        Step(
            name="give",
            permission=Permission.APPOINTMENT_OVERRIDE,
            begins=True,
            sources=frozenset(),
            targets=("open",),
            letter="ticket-given",
        ),
        Step(
            name="use",
            permission=Permission.APPOINTMENT_BOOK,
            sources=_OPEN,
            targets=("used",),
        ),
        Step(
            name="return",
            permission=CLUB_ITSELF,
            sources=frozenset({"used"}),
            targets=("open",),
        ),
        Step(
            name="withdraw",
            permission=Permission.APPOINTMENT_OVERRIDE,
            sources=_OPEN,
            targets=("withdrawn",),
            words=N_("Withdraw the ticket"),
            letter="ticket-withdrawn",
        ),
        Step(
            name="expire",
            permission=CLUB_ITSELF,
            sources=_OPEN,
            targets=("expired",),
            letter="ticket-expired",
        ),
    ),
    ends=(End(state="open", due="ends_at", step="expire", job="end_tickets"),),
    rests=frozenset({"used", "expired", "withdrawn"}),
)
GIVE, USE, RETURN = TICKET_STEPS["give"], TICKET_STEPS["use"], TICKET_STEPS["return"]
WITHDRAW, EXPIRE = TICKET_STEPS["withdraw"], TICKET_STEPS["expire"]
