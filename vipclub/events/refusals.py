"""Why an event can't be changed, or a seat can't be had."""

from __future__ import annotations

from vipclub.bookings import NotEligible
from vipclub.core.errors import Conflict, Refused
from vipclub.core.i18n import N_


class EventFull(Conflict):
    """No seat is free and no waiting list is kept."""

    code = "event_full"
    sentence = N_("All seats are taken.")


class RegistrationClosed(Refused):
    """Nobody registers any more, or not yet."""

    code = "closed"
    sentence = N_("Registration for this event is closed.")


def not_for_this_member() -> NotEligible:
    """The event is for other tiers, or for invited members."""
    refusal = NotEligible(rule="event")
    refusal.__dict__["sentence"] = N_("This event is for other members.")
    return refusal


class RegisteredAlready(Conflict):
    """The member has a seat, an offer or a place in the line: `registration`."""

    code = "already_registered"
    sentence = N_("There is a registration for this event already.")


class PartyNotAccepted(Refused):
    """A party has more guests than may come, a guest without a name, or one who is too young.
    `rule` is the name of what is wrong, `most` and `age` are its figures; the sentence is the
    rule's."""

    code = "party_not_accepted"
    sentence = N_("Please check the guests.")

    def __init__(self, *, rule: str, **figures: int) -> None:
        super().__init__(rule=rule, **figures)
        self.__dict__["sentence"] = _PARTY[rule]


_PARTY = {
    "guests": N_("At most %(most)s guests may come along."),
    "alone": N_("Guests can't come along to this event."),
    "name": N_("Please give each guest's name, at most 120 characters."),
    "age": N_("Guests are %(age)s or older. Please give each guest's age."),
    "needs": N_("Please describe dietary and access needs in at most 300 characters."),
}


class SeatOfferOver(Conflict):
    """The time to accept the seats is over."""

    code = "seat_offer_over"
    sentence = N_("The time to accept these seats is over.")


class NoAdmissionYet(Conflict):
    """Tickets are scanned from a day before the event, and for none that is cancelled."""

    code = "no_admission_yet"
    sentence = N_("Tickets are scanned from the day before the event.")


class TooLateToCancel(Conflict):
    """The event has begun."""

    code = "event_begun"
    sentence = N_("The event has begun.")


class EventNotAccepted(Refused):
    """What was said of an event doesn't fit together. `rule` is the name of what is wrong; the
    sentence is the rule's."""

    code = "event_not_accepted"
    sentence = N_("Please check what you wrote about this event.")

    def __init__(self, *, rule: str, **figures: int) -> None:
        super().__init__(rule=rule, **figures)
        self.__dict__["sentence"] = _EVENT[rule]


_EVENT = {
    "kind": N_("Please choose what kind of event it is."),
    "texts": N_("Please write title, summary, venue and address in all three languages."),
    "hours": N_("Doors open before the start, and the end comes after it."),
    "past": N_("An event begins in the future."),
    "until": N_("Registration and free cancellation end before the start."),
    "seats": N_("An event has between 1 and 5,000 seats."),
    "given": N_("%(given)s seats are given already; there can't be fewer."),
    "guests": N_("At most 9 guests may come with a member."),
    "age": N_("Please give the age of guests as a number of years."),
    "zone": N_("Please choose the time zone of the venue."),
    "benefit": N_("Please choose a benefit that is used at events."),
    "map": N_("A map link begins with https://."),
    "tiers": N_("Please choose tiers of the club."),
    "languages": N_("Please choose at least one language that is spoken."),
    "agenda": N_("Each line of the agenda has a time such as 14:00 and a title."),
    "picture": N_("There is no such picture."),
}


class EventNeedsSecondPerson(Refused):
    """Whoever submitted an event doesn't publish it."""

    code = "event_second_person"
    sentence = N_("Somebody else than who submitted it publishes an event.")
