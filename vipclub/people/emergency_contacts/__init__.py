"""Emergency contacts of a member: whom the club may tell of her, and who may act for her until a
day. `changing` names, changes and removes them, `ending` ends what was given until a day, `reading`
lists them, `knowing` says whether a caller seems to be known, `callers` has the receipt that staff
know who calls."""

from vipclub.people.emergency_contacts.callers import Level, Verified, acts_on, level_on
from vipclub.people.emergency_contacts.changing import (
    ContactGiven,
    add_contact,
    change_contact,
    remove_contact,
)
from vipclub.people.emergency_contacts.ending import end_delegations
from vipclub.people.emergency_contacts.knowing import is_known_caller, same_name
from vipclub.people.emergency_contacts.models import EmergencyContact
from vipclub.people.emergency_contacts.reading import COLUMNS as CONTACT_COLUMNS
from vipclub.people.emergency_contacts.reading import (
    ContactView,
    may_view_contacts,
    own_contacts,
    reveal_contacts,
    view_of,
)
from vipclub.people.emergency_contacts.sealed_columns import SEALED
from vipclub.people.emergency_contacts.steps import CONTACT_STEPS, LEVELS
from vipclub.people.emergency_contacts.steps import RELATIONS as CONTACT_RELATIONS

__all__ = [
    "CONTACT_COLUMNS",
    "CONTACT_RELATIONS",
    "CONTACT_STEPS",
    "ContactGiven",
    "ContactView",
    "EmergencyContact",
    "LEVELS",
    "Level",
    "SEALED",
    "Verified",
    "acts_on",
    "add_contact",
    "change_contact",
    "end_delegations",
    "is_known_caller",
    "level_on",
    "may_view_contacts",
    "own_contacts",
    "remove_contact",
    "reveal_contacts",
    "same_name",
    "view_of",
]
