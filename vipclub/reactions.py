"""Who answers which fact, in order, in the same transaction; and who can say whether a message
is still true.

One line each. A test prints this table and the facts that nobody answers yet.
"""

from __future__ import annotations

from vipclub import accounts, benefits, bookings, membership, messages, partners, people, settlement
from vipclub.core.facts import Reactions

REACTIONS: Reactions = {
    people.PersonsMerged: (accounts.end_sign_ins_of_merged,),
    people.DetailsChanged: (messages.tell_of_new_details,),
    accounts.ResetAsked: (messages.send_the_link,),
    accounts.PasswordChanged: (messages.tell_of_new_password,),
    accounts.MemberAccountOpened: (membership.accept_with_account,),
    membership.TiersChanged: (benefits.grant_after_rating,),
    membership.MembershipAccepted: (benefits.welcome,),
    partners.TimesClosed: (bookings.list_displaced,),
    bookings.AppointmentFulfilled: (settlement.charge_visit,),
    bookings.AppointmentMissed: (settlement.charge_missed,),
    bookings.AppointmentCancelled: (settlement.charge_late_cancellation,),
    bookings.AppointmentUndone: (settlement.reverse_undone,),
    bookings.AppointmentMistaken: (settlement.reverse_mistaken,),
}

messages.subjects.register("appointment", bookings.still_true, bookings.versions_of)
messages.subjects.register("reminder", bookings.reminder_still_true, bookings.versions_of)
messages.subjects.register("reset", accounts.reset_still_open)
messages.subjects.register("invitation", accounts.invitation_still_open)
messages.subjects.register("account", messages.subjects.always)
messages.subjects.register("person", messages.subjects.always)
messages.subjects.register("webhook", partners.webhooks.still_off)
messages.subjects.register("membership", membership.still_member)
