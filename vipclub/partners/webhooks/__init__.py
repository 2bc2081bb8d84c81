"""Telling partners' own systems what happened, as Standard Webhooks has it. Which events there are
is said by the parts in which they happen (`webhook_events.py`).

The use case writes one row, in its own transaction, and only when somebody listens. After the
commit the row becomes a delivery for each address; each is tried for three days, logged, and can be
sent again by the partner.

- `endpoints`: a partner's addresses: added, their events chosen, secrets rotated, tried out.
- `events`, `deliveries`: what can be told; an event spread over the addresses that chose it.
- `sending`, `signing`: an attempt and its signature.
- `addresses`: which addresses a partner may name; called by `core/dialling.py`.
- `retrying`: how long and how often; an address rests; sent again by the partner.
- `switching_off`: an address goes off and on again, by the partner or by the club.
- `queries`: what a partner sees of its addresses and of what was sent there.

Decisions (2026-11):
- Signed with Python's own hmac: it is five lines, checked against the published vector, and a
  dependency would have to be trusted with every secret.
- An event's id, time and body are made once, in its transaction; an attempt's time is in the
  header only, so that a receiver can tell a repetition and a late one.
- Events are compared by their whole names, never by a part of one.
- An attempt is a success by its status alone; what follows the head of the answer isn't read.
- An address is switched off by a 410, or after five days without one success; three failures in a
  row let it rest, so that a dead address delays nobody else's events.
- Webhooks have a timed job of their own: a slow partner delays no member's mail.
"""

from vipclub.core.dialling import CallFailed, Dialer
from vipclub.core.internet_addresses import may_be_called
from vipclub.partners.webhooks.address_states import AddressStates, address_states
from vipclub.partners.webhooks.addresses import address_of
from vipclub.partners.webhooks.endpoints import (
    NewSecret,
    add_endpoint,
    choose_events,
    rotate_secret,
    send_ping,
)
from vipclub.partners.webhooks.events import (
    DELIVERY,
    PING,
    TOLD,
    all_events,
    entry,
    register_events,
)
from vipclub.partners.webhooks.queries import (
    LISTENING,
    DeliveryView,
    EndpointView,
    deliveries_of,
    endpoint,
    endpoints_of,
    forget_delivered,
    listening,
)
from vipclub.partners.webhooks.refusals import (
    AddressNotAccepted,
    EndpointExists,
    EndpointIsOff,
    EventsNotAccepted,
    StillWaiting,
    TooManyEndpoints,
)
from vipclub.partners.webhooks.retrying import send_again
from vipclub.partners.webhooks.sending import handlers
from vipclub.partners.webhooks.steps import DELIVERY_STEPS, ENDPOINT_STEPS
from vipclub.partners.webhooks.switching_off import still_off, switch_off, switch_on

__all__ = [
    "all_events",
    "register_events",
    "PING",
    "TOLD",
    "AddressStates",
    "address_states",
    "DELIVERY",
    "LISTENING",
    "listening",
    "ENDPOINT_STEPS",
    "DELIVERY_STEPS",
    "entry",
    "NewSecret",
    "add_endpoint",
    "choose_events",
    "rotate_secret",
    "switch_off",
    "switch_on",
    "send_ping",
    "send_again",
    "EndpointView",
    "endpoints_of",
    "endpoint",
    "DeliveryView",
    "deliveries_of",
    "forget_delivered",
    "still_off",
    "Dialer",
    "CallFailed",
    "handlers",
    "address_of",
    "may_be_called",
    "AddressNotAccepted",
    "EventsNotAccepted",
    "EndpointExists",
    "TooManyEndpoints",
    "EndpointIsOff",
    "StillWaiting",
]
