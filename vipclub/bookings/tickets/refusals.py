"""Why a ticket can't be given or used."""

from __future__ import annotations

from vipclub.core.errors import Conflict, Refused
from vipclub.core.i18n import N_


class TicketOver(Conflict):
    """The ticket was used, has expired or was withdrawn."""

    code = "ticket_over"
    sentence = N_("This booking ticket has been used or has ended.")


class TicketNotFor(Refused):
    """The ticket is for another service, place, day or person."""

    code = "ticket_not_for"
    sentence = N_("This booking ticket is for another service, place, day or person.")


class TicketTimeNotAccepted(Refused):
    """A ticket ends ahead, at most `days` days, and its days are in order."""

    code = "ticket_time_not_accepted"
    sentence = N_("A booking ticket ends within %(days)s days, and its first day comes first.")


class TicketsFull(Conflict):
    """So many tickets of one person may be open: `most`."""

    code = "tickets_full"
    sentence = N_("%(most)s booking tickets of this member are open already.")
