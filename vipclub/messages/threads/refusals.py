"""Why a message in the thread isn't taken."""

from __future__ import annotations

from vipclub.core.errors import Refused
from vipclub.core.i18n import N_


class MessageNotAccepted(Refused):
    """There are no words in it, or too many."""

    code = "message_not_accepted"
    status = 422
    sentence = N_("A message has 1 to %(most)s characters.")


class TooManyMessages(Refused):
    """More within the hour than somebody can answer."""

    code = "too_many_messages"
    status = 429
    sentence = N_("You have sent many messages in the last hour. For anything urgent, please call.")
