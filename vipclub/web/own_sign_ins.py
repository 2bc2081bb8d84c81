"""Where somebody is signed in, by device, and the end of a sign-in elsewhere: for members and staff
alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, request

from vipclub import accounts
from vipclub.accounts import SignInRow
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.web.day_words import day_and_hour
from vipclub.web.frame import current_language, current_sign_in, run

BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Where somebody is signed in."""

    name: str
    device: str
    seen: str
    here: bool


def end_as_asked() -> None:
    """End one other sign-in of one's own, as the form names it, or all others. Raises NotFound,
    Malformed."""
    sign_in = current_sign_in()
    name = request.form.get("name", "")[:40]
    if name:
        run(accounts.end_sign_in, name=name)
    elif sign_in is not None:
        run(accounts.end_other_sign_ins, session_id=sign_in.session_id)
    flash(gettext(current_language(), N_("Signed out there.")), "done")


def device(language: str, user_agent: str) -> str:
    """Chrome · Android.

    >>> device("en", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 Safari/604.1")
    'Safari · iPhone'
    >>> device("en", "")
    'Unknown device'
    """
    browser = next((word for sign, word in BROWSERS if re.search(rf"\b{sign}", user_agent)), "")
    system = next((word for sign, word in SYSTEMS if sign in user_agent), "")
    said = " · ".join(part for part in (browser, system) if part)
    return said or gettext(language, N_("Unknown device"))


def sign_ins_shown(
    language: str, rows: Sequence[SignInRow], here: int, now: datetime
) -> list[SignIn]:
    """This one first."""
    shown = [
        SignIn(
            name=row.name,
            device=device(language, row.user_agent),
            seen=gettext(
                language,
                N_("last seen %(moment)s"),
                moment=day_and_hour(language, row.last_seen_at, now, clock.club_zone()),
            ),
            here=row.session_id == here,
        )
        for row in rows[:20]
    ]
    return sorted(shown, key=lambda sign_in: not sign_in.here)
