"""The API, `/api/v1/`: bearer tokens only, no cookies.

`_kit` holds what all calls share, `document` makes the OpenAPI document of their register, the
other modules hold the calls themselves."""

from flask import Response, jsonify

from vipclub.web.api import appointments, members, partner, services
from vipclub.web.api._kit import api
from vipclub.web.api.document import document
from vipclub.web.frame.doors import public

__all__ = ["api", "appointments", "members", "partner", "services"]


@api.get("/openapi.json")
@public
def openapi() -> Response:
    """What the calls are, for machines."""
    return jsonify(document())
