"""Pages whose address is a secret, from a mail: no Referer leaves them, not even to this site.

Without one, the framework's look at the Referer of a form can't be had; its token, bound to the
browser's cookie, is asked for all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, make_response, request
from flask.blueprints import BlueprintSetupState
from flask_wtf.csrf import CSRFError, CSRFProtect, validate_csrf
from wtforms import ValidationError

from vipclub.web.frame.doors import Door


def untold(page: str, status: int = 200) -> Response:
    """A page that tells nobody its address."""
    response = make_response(page, status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def check_form() -> None:
    """Raises CSRFError for a form that this browser was not given."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError as error:
        raise CSRFError(str(error)) from None


def checks_itself(door: Door, *views: Callable[..., Any]) -> None:
    """These views of a door call `check_form` themselves."""

    def exempt(state: BlueprintSetupState) -> None:
        csrf: CSRFProtect = state.app.extensions["csrf"]
        for view in views:
            csrf.exempt(view)

    door.record_once(exempt)
