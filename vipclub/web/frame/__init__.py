"""What all doors share: who asks, in which language, by which right of entry, and how a no looks.

- Around each request: `app_setup` puts all in order, `telemetry`, `security_headers`,
  `request_checks`, `sign_in_cookie`, `language`, `doors` (who may come in).
- For the views: `request_context` (who asks; `read`, `run`), `idempotent_form` (`run_once`),
  `refusal_on_page` (`shown`), `error_summary`, `open_form`, `forms`, `listing`, `paging`,
  `kept_search`, `told` (done, and undo), `csv_export`, `safe_redirect`.
- For the pages: `template_globals`, `navigation`, `static_files`, `error_pages`. For machines:
  `health`.

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

from vipclub.web.frame.doors import HOMES, Door, audience, door, public
from vipclub.web.frame.idempotent_form import form_key, run_once
from vipclub.web.frame.refusal_on_page import shown
from vipclub.web.frame.request_context import (
    current_actor,
    current_language,
    current_sign_in,
    db,
    read,
    run,
)
from vipclub.web.frame.safe_redirect import safe_next

__all__ = [
    "Door",
    "door",
    "public",
    "audience",
    "HOMES",
    "current_actor",
    "current_sign_in",
    "current_language",
    "db",
    "read",
    "run",
    "run_once",
    "form_key",
    "safe_next",
    "shown",
]
