"""Why a callback can't be planned."""

from __future__ import annotations

from vipclub.core.errors import Conflict, Refused
from vipclub.core.i18n import N_


class CallbackNumberMissing(Refused):
    """No number that can be dialled: none was given and none is known, or it can't be read."""

    code = "callback_number_missing"
    sentence = N_("Please give a number that can be dialled, with the country code if abroad.")


class CallbackTimeNotAccepted(Refused):
    """The moment lies behind, or more than `days` days ahead."""

    code = "callback_time_not_accepted"
    sentence = N_("A callback is due from now until %(days)s days ahead.")


class CallbacksFull(Conflict):
    """So many callbacks of one person may be due at once: `most`."""

    code = "callbacks_full"
    sentence = N_("%(most)s callbacks are planned for this person already.")
