"""The steps of an emergency contact, in one table, and the words for what one may be told: what is
given to a delegate ends by itself on a day (docs/decisions.md 47)."""

from __future__ import annotations

from vipclub.core.i18n import N_
from vipclub.core.steps import CLUB_ITSELF, End, Machine, Step
from vipclub.people.facts import ContactsChanged, DelegationEnded
from vipclub.people.family import RELATIONS as OF_THE_FAMILY

STATES = ("contact", "delegate", "removed")
KEPT = frozenset({"contact", "delegate"})
LEVELS = {
    "nothing": N_("nothing"),
    "state": N_("only that there is a case and its status"),
    "all": N_("everything"),
}
"""Code -> word: what somebody may be told, the least first."""
RELATIONS = {**OF_THE_FAMILY, "friend": N_("Friend"), "assistant": N_("Assistant")}
VIEW, CHANGE = "contact:view", "contact:change"
_BOTH = ("contact", "delegate")

CONTACT_STEPS: Machine[object] = Machine(
    "emergency_contact",
    (
        Step(
            name="add",
            permission=CHANGE,
            begins=True,
            sources=frozenset(),
            targets=_BOTH,
            letter="contacts-changed",
            fact=ContactsChanged,
        ),
        Step(
            name="change",
            permission=CHANGE,
            sources=KEPT,
            targets=_BOTH,
            letter="contacts-changed",
            fact=ContactsChanged,
        ),
        Step(
            name="remove",
            permission=CHANGE,
            sources=KEPT,
            targets=("removed",),
            letter="contacts-changed",
            fact=ContactsChanged,
        ),
        Step(
            name="end",
            permission=CLUB_ITSELF,
            sources=frozenset({"delegate"}),
            targets=("contact",),
            letter="delegation-ended",
            fact=DelegationEnded,
        ),
    ),
    ends=(
        End(
            state="delegate",
            due="delegate_until",
            step="end",
            job="end_delegations",
            back="the right to act for the member",
        ),
    ),
    rests=frozenset({"contact", "removed"}),
)
