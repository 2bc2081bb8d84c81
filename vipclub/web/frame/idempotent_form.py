"""A form that makes something makes it once, however often it is sent: a double click or a lost
answer leads to the same place."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable
from typing import Concatenate, cast

from flask import g, redirect, request
from sqlalchemy.orm import Session
from werkzeug import Response

from vipclub.core import idempotency
from vipclub.core.actor import Actor
from vipclub.core.errors import Conflict, IdempotencyMismatch, Malformed
from vipclub.core.i18n import N_
from vipclub.core.idempotency import IdempotencyKey, Replayed
from vipclub.web.frame.request_context import P, T, current_actor, db, run

FORM_KEY = "form_key"
NOT_CONTENT = frozenset({FORM_KEY, "csrf_token"})
KEY_SHAPE = re.compile(r"[\x21-\x7e]{1,255}")


class SentBefore(Conflict):
    """A form that made something was changed and sent once more, with the key of the first time."""

    code = "sent_before"
    sentence = N_(
        "You already sent this form, with other content, and what it added then is there. Please "
        "look at that first. Send it again to add another one."
    )


def sent_again() -> bool:
    """Whether the form of this request was sent before, and so did nothing more."""
    return bool(g.get("sent_again"))


def form_key() -> str:
    """A new key for a form that makes something: a double click then makes it once."""
    return secrets.token_urlsafe(16)


def run_once(
    location: Callable[[T], str],
    use_case: Callable[Concatenate[Session, Actor, P], T],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> Response:
    """`run`, then a redirect to `location(result)`. The form's hidden `form_key` makes a second
    sending of the same form lead to the same place and do nothing more. Raises what the use case
    refuses."""
    actor = current_actor()
    sent = request.form.get(FORM_KEY, "")
    if not sent:
        return redirect(location(run(use_case, *args, **kwargs)), code=303)
    if not KEY_SHAPE.fullmatch(sent):
        raise Malformed(FORM_KEY)
    content = sorted((n, v) for n, v in request.form.items(multi=True) if n not in NOT_CONTENT)
    key = IdempotencyKey(
        owner=actor.owner,
        route=f"{request.method} {request.path}"[:120],
        key=sent,
        body_hash=hashlib.sha256(json.dumps(content).encode()).digest(),
    )
    try:
        result = idempotency.run_once(
            db(),
            key,
            lambda made: (303, {"location": location(made)}),
            use_case,
            actor,
            *args,
            **kwargs,
        )
    except IdempotencyMismatch:
        raise SentBefore() from None
    if isinstance(result, Replayed):
        g.sent_again = True
        target = cast(dict[str, str], result.body)["location"]
    else:
        target = location(result)
    return redirect(target, code=303)
