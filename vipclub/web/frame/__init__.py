"""What all doors share: who asks, in which language, by which right of entry, and how a no looks.

A door is written like this (`doors.door`):

    member = door("member", url_prefix="/", audience={"member"})

    @member.get("/")
    def home() -> str:
        with read() as session:
            card = membership.member_summary(session, ...)
        return render_template("member/home.html", card=card)

    @member.post("/appointments")
    def book() -> Response:
        return run_once(lambda made: url_for(...), bookings.book, member=..., slot=...)

Every view of a door asks for sign-in and for the door's audience; `@public` and `@audience(...)`,
written below the route, say otherwise for one view. A view without either mark is refused to
everybody. Rights are asked in the use case or the query, not here. `Refused` needs no handling in
a view: the frame makes its page; `with shown() as refusal` tells it on the page that it came from.
"""

from vipclub.web.frame.asking import (
    current_actor,
    current_language,
    current_visit,
    db,
    form_key,
    read,
    run,
    run_once,
    safe_next,
)
from vipclub.web.frame.doors import HOMES, Door, audience, door, public
from vipclub.web.frame.shown import shown

__all__ = [
    "Door",
    "door",
    "public",
    "audience",
    "HOMES",
    "current_actor",
    "current_visit",
    "current_language",
    "db",
    "read",
    "run",
    "run_once",
    "form_key",
    "safe_next",
    "shown",
]
