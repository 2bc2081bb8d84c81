"""The member's door: a phone first."""

from __future__ import annotations

from typing import Any

from flask import g

from vipclub import messages
from vipclub.core.errors import NotFound
from vipclub.web.frame import current_actor, current_sign_in, door, read

member = door("member", url_prefix="/", audience={"member"})


def own_ref() -> str:
    """Whose door this is today. Raises NotFound for an account that is bound to nobody."""
    refs = sorted(current_actor().refs("person"))
    if not refs:
        raise NotFound()
    return refs[0]


def counts() -> dict[str, int]:
    """What the bar of this door counts: what is unread. It came along with the sign-in; one
    statement where something was written since."""
    sign_in = current_sign_in()
    if sign_in is not None and "after_writing" not in g:
        return {"member.inbox": sign_in.beside["unread"]}
    with read() as session:
        return {"member.inbox": messages.unread_by(session, current_actor())}


@member.context_processor
def common() -> dict[str, Any]:
    """What every page of this door shows."""
    return {"member_counts": counts}
