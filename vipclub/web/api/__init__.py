"""The API, `/api/v1/`: bearer tokens only, no cookies.

`calls` holds what all calls share and their register, of which `document` makes the OpenAPI
document. The calls stand in `services`, `members`, `appointments`, `partner_appointments`,
`partner_dispatches`, `capacity`, `cases` and `events`; what they take and give in `shapes`,
`capacity_shapes`, `case_shapes`, `dispatch_shapes` and `event_shapes`, their `lists` page by page.
"""

from flask import Response, jsonify

from vipclub.web.api import (
    appointments,
    capacity,
    cases,
    events,
    members,
    partner_appointments,
    partner_dispatches,
    services,
)
from vipclub.web.api.calls import api
from vipclub.web.api.document import document
from vipclub.web.frame.doors import public

__all__ = [
    "api",
    "appointments",
    "capacity",
    "cases",
    "events",
    "members",
    "partner_appointments",
    "partner_dispatches",
    "services",
]


@api.get("/openapi.json")
@public
def openapi() -> Response:
    """What the calls are, for machines."""
    return jsonify(document())
