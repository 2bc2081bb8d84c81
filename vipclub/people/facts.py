"""What happens to persons that later parts may care about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DeliveryApplied:
    """A delivery's rows are in the records now."""

    delivery: str


@dataclass(frozen=True, slots=True)
class PersonsMerged:
    """Persons turned out to be others: pairs of a person's id and that of the survivor, who stands
    for both from now on. A batch, so that answers stay set-based."""

    pairs: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PersonUnmerged:
    """A person stands for itself again, or belongs to another cluster than before."""

    person_id: int
    left_id: int


@dataclass(frozen=True, slots=True)
class DetailsChanged:
    """A person is reached by other ways than before: `what` are names of fields (mobile, email),
    `old_email` is the address that was known until now, `old_mobile` the number that was proven:
    they are told, where the letter to the person doesn't go there anyway."""

    person_id: int
    person: str
    what: tuple[str, ...]
    old_email: str | None = field(repr=False)
    old_mobile: str | None = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class ContactsChanged:
    """Somebody was added to, changed among or removed from a member's emergency contacts: `change`
    is the name of the step."""

    person_id: int
    person: str
    change: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReferralMade:
    """A person is referred to a company, by its code."""

    referral: str
    person_id: int
    company: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DelegationEnded:
    """A contact may act for the member no longer: the day until which she said so is over."""

    person_id: int
    person: str
    contact: str
    name: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class ReferralEnded:
    """A referral has ended in a state; `whom` is the account, by reference, that waits for it."""

    referral: str
    state: str
    whom: str | None
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CodeAsked:
    """Somebody is to prove a number or an address (`to`) of `kind` by a code that is good until
    then. It is a person's, or that of an account without one."""

    code: str
    kind: str
    to: str = field(repr=False)
    digits: str = field(repr=False)
    expires_at: datetime
    person_id: int | None = None
    account_id: int | None = None
