"""What webhooks refuse."""

from __future__ import annotations

from vipclub.core.errors import Conflict, Refused
from vipclub.core.i18n import N_


class AddressNotAccepted(Refused):
    """The address can't be called. `rule` says why: shape, https, host, port or user."""

    code = "webhook_address_not_accepted"
    sentence = N_("This address can't be read. It looks like https://partner.example/club.")

    def __init__(self, *, rule: str, **data: object) -> None:
        super().__init__(rule=rule, **data)
        said = _NOT_ACCEPTED.get(rule)
        if said:
            self.__dict__["sentence"] = said


_NOT_ACCEPTED = {
    "https": N_("The address must begin with https://, so that nobody can read along."),
    "host": N_("The address must name a host that everybody can reach, such as partner.example."),
    "port": N_("The address may use these ports only: %(ports)s."),
    "user": N_("The address may carry no user name and no password: each call is signed."),
}


class EventsNotAccepted(Refused):
    """No event was chosen, or one that isn't there."""

    code = "webhook_events_not_accepted"
    sentence = N_("Please choose at least one event of the list.")


class TooManyEndpoints(Refused):
    """So many addresses may be on at once: `most`."""

    code = "too_many_webhooks"
    sentence = N_("%(most)s addresses are on already. Please switch one off first.")


class EndpointExists(Conflict):
    """The partner has this address already."""

    code = "webhook_exists"
    sentence = N_("This address is on your list already.")


class EndpointIsOff(Conflict):
    """Nothing is sent to an address that is switched off."""

    code = "webhook_is_off"
    sentence = N_("This address is switched off. Please switch it on first.")


class StillWaiting(Conflict):
    """The delivery is still being tried: there is nothing to send again yet."""

    code = "webhook_still_waiting"
    sentence = N_("This event is still being sent. It can be sent again once that has ended.")
