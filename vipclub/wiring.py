"""What the parts bring along for machinery that stands before them and knows none of it: who
answers which fact, in order, in the same transaction; which letters there are; of which events
partners' systems are told; in which steps each kind of row moves; what must be true of all;
what is sealed; and what processes keep of the data that people edit.

One line each. A test prints the table of reactions and the facts that nobody answers yet.
"""

from __future__ import annotations

from typing import Any

from vipclub import (
    accounts,
    assistance,
    benefits,
    bookings,
    desk,
    events,
    membership,
    messages,
    operations,
    partners,
    people,
    settlement,
)
from vipclub.core import working_days
from vipclub.core.facts import Reactions
from vipclub.core.invariants import Invariant
from vipclub.core.outbox_steps import OUTBOX_STEPS
from vipclub.core.reference_data import Source
from vipclub.core.sealed_columns import EndingIndex, SealedTable
from vipclub.core.steps import AnyMachine

REACTIONS: Reactions = {
    people.PersonsMerged: (accounts.end_sign_ins_of_merged,),
    people.DetailsChanged: (messages.tell_of_new_details,),
    people.ContactsChanged: (messages.tell_of_new_contacts,),
    people.DelegationEnded: (messages.tell_of_ended_delegation,),
    people.ReferralMade: (desk.tell_of_referral,),
    people.ReferralEnded: (desk.tell_of_end,),
    assistance.ComplaintAbout: (desk.leave_callbacks,),
    people.CodeAsked: (messages.send_the_code,),
    accounts.ResetAsked: (messages.send_the_link,),
    accounts.PasswordChanged: (messages.tell_of_new_password,),
    accounts.StaffInvitationWritten: (messages.send_the_invitation,),
    accounts.StaffRecruited: (partners.confirm_partner,),
    accounts.MemberAccountOpened: (membership.accept_with_account,),
    membership.TiersChanged: (benefits.grant_after_rating,),
    membership.MembershipAccepted: (benefits.welcome,),
    partners.TimesClosed: (bookings.list_displaced,),
    assistance.CasesMerged: (desk.follow_the_case,),
    bookings.AppointmentFulfilled: (settlement.charge_visit,),
    bookings.AppointmentMissed: (settlement.charge_missed,),
    bookings.AppointmentCancelled: (settlement.charge_late_cancellation,),
    bookings.AppointmentUndone: (settlement.reverse_undone,),
    bookings.AppointmentMistaken: (settlement.reverse_mistaken,),
}

LETTERS: tuple[messages.Letter, ...] = (
    *messages.LETTERS,
    *membership.LETTERS,
    *partners.LETTERS,
    *bookings.LETTERS,
    *events.LETTERS,
    *assistance.LETTERS,
    *desk.LETTERS,
)

WEBHOOK_EVENTS: dict[str, str] = {
    **bookings.WEBHOOK_EVENTS,
    **assistance.WEBHOOK_EVENTS,
}

MACHINES: tuple[AnyMachine, ...] = (
    OUTBOX_STEPS,
    people.DELIVERY_STEPS,
    people.SET_ASIDE_STEPS,
    people.emergency_contacts.CONTACT_STEPS,
    people.referrals.REFERRAL_STEPS,
    accounts.ACCOUNT_STEPS,
    messages.THREAD_STEPS,
    messages.SMS_STEPS,
    membership.MEMBERSHIP_STEPS,
    membership.DRAFT_STEPS,
    partners.webhooks.ENDPOINT_STEPS,
    partners.webhooks.DELIVERY_STEPS,
    bookings.MACHINE,
    bookings.HOLD_STEPS,
    bookings.DISPLACED_STEPS,
    bookings.TICKET_STEPS,
    events.EVENT_STEPS,
    events.REGISTRATION_STEPS,
    assistance.MACHINE,
    assistance.dispatch.DISPATCH_STEPS,
    assistance.HANDOVER_STEPS,
    assistance.TASK_STEPS,
    desk.BREAK_GLASS_STEPS,
    desk.CALLBACK_STEPS,
)

INVARIANTS: tuple[Invariant, ...] = (
    *people.INVARIANTS,
    *accounts.INVARIANTS,
    *membership.INVARIANTS,
    *benefits.INVARIANTS,
    *partners.INVARIANTS,
    *bookings.INVARIANTS,
    *events.INVARIANTS,
    *assistance.INVARIANTS,
    *settlement.INVARIANTS,
    *desk.INVARIANTS,
    *operations.INVARIANTS,
)

SEALED: tuple[SealedTable, ...] = (
    *people.SEALED,
    *accounts.SEALED,
    *messages.SEALED,
    *partners.SEALED,
    *bookings.SEALED,
    *events.SEALED,
    *assistance.SEALED,
    *desk.SEALED,
)

SOURCES: tuple[Source[Any], ...] = (
    working_days.CALENDARS,
    benefits.CATALOGUE,
    partners.OFFERED,
    partners.webhooks.LISTENING,
    bookings.OFFERINGS,
)

ENDING: tuple[EndingIndex, ...] = (*accounts.ENDING,)

messages.register_letters(LETTERS)
partners.webhooks.register_events(WEBHOOK_EVENTS)
