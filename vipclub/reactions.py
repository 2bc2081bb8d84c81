"""Who answers which fact, in order, in the same transaction; and who can say whether a message
is still true.

One line each. A test prints this table and the facts that nobody answers yet.
"""

from __future__ import annotations

from vipclub import accounts, benefits, bookings, membership, messages, people
from vipclub.core.facts import Reactions

REACTIONS: Reactions = {
    people.PersonsMerged: (accounts.end_sign_ins_of_merged,),
    membership.TiersChanged: (benefits.grant_after_rating,),
}

messages.subjects.register("appointment", bookings.still_true)
