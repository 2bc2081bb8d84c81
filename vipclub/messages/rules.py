"""What holds for each letter: why it is written, whether it may wait for the morning, until when it
is of use, whether it stays in the inbox. A row a template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from vipclub.core.i18n import N_

QUIET = (time(21, 30), time(8, 0))
"""Nobody is woken by what can wait, on the reader's wall."""

Purpose = Literal["service", "marketing", "security"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A letter's rules.

    `title` is what staff see of it. `about` names what it tells of, and so how it is laid out and
    where it leads. `consent` is the purpose that its reader must have agreed to when it is sent.
    `waits` in the quiet hours. `until` names the field of its data with the moment from which it is
    of no use; `late` is how long after it was due it still helps. `wanted` asks the reader's own
    choice (reminders). `kept` in the inbox. `calendar` is the METHOD of its calendar file; with
    `if_known` only for an entry that an earlier letter has put there.
    """

    title: str
    about: str
    purpose: Purpose = "service"
    consent: str | None = None
    waits: bool = False
    until: str | None = None
    late: timedelta | None = None
    wanted: bool = False
    kept: bool = True
    calendar: str | None = None
    if_known: bool = False

    @property
    def agreed(self) -> str | None:
        """The consent it needs: marketing always its own."""
        return "marketing" if self.purpose == "marketing" else self.consent

    def of_no_use(self, data: dict[str, Any], due: datetime, now: datetime) -> bool:
        """Whether its time has passed."""
        end = self.ends(data)
        late = self.late is not None and now > due + self.late
        return late or (end is not None and now >= end)

    def ends(self, data: dict[str, Any]) -> datetime | None:
        """From when it is of no use."""
        text = data.get(self.until) if self.until else None
        return datetime.fromisoformat(text) if text else None


_HALF_DAY = timedelta(hours=12)

RULES: dict[str, Rule] = {
    "appointment-requested": Rule(N_("Request received"), "appointment", until="end"),
    "appointment-confirmed": Rule(
        N_("Appointment confirmed"), "appointment", until="end", calendar="REQUEST"
    ),
    "appointment-moved": Rule(
        N_("Appointment moved"), "appointment", until="end", calendar="REQUEST"
    ),
    "appointment-proposed": Rule(N_("Another time offered"), "appointment", until="answer_by"),
    "appointment-declined": Rule(
        N_("Request declined"), "appointment", calendar="CANCEL", if_known=True
    ),
    "appointment-cancelled": Rule(N_("Appointment cancelled"), "appointment", calendar="CANCEL"),
    "appointment-reminder": Rule(
        N_("Reminder of an appointment"),
        "appointment",
        waits=True,
        until="start",
        late=_HALF_DAY,
        wanted=True,
    ),
    "invitation": Rule(
        N_("Invitation"),
        "invitation",
        consent="group_sharing",
        waits=True,
        until="expires_at",
        kept=False,
    ),
    "welcome": Rule(N_("Welcome"), "membership", waits=True),
    "password-reset": Rule(
        N_("New password asked for"), "reset", purpose="security", until="expires_at", kept=False
    ),
    "password-changed": Rule(N_("Password changed"), "account", purpose="security"),
    "contact-details-changed": Rule(N_("Contact details changed"), "account", purpose="security"),
    "webhook-off": Rule(N_("Webhook switched off"), "webhook", purpose="security", kept=False),
}
"""template -> its rules. Quiet hours hold back what the club begins, never an answer to what its
reader or the partner just did, and nothing about the safety of an account. What opens a door is
kept in no inbox."""


def quiet_until(moment: datetime, zone: str) -> datetime | None:
    """When the quiet hours end in which this moment lies; None when it lies in none.

    >>> from datetime import UTC
    >>> quiet_until(datetime(2026, 12, 3, 14, 0, tzinfo=UTC), "Asia/Shanghai").isoformat()
    '2026-12-04T00:00:00+00:00'
    >>> quiet_until(datetime(2026, 12, 3, 0, 0, tzinfo=UTC), "Asia/Shanghai") is None
    True
    """
    begins, ends = QUIET
    wall = moment.astimezone(ZoneInfo(zone))
    if ends <= wall.time() < begins:
        return None
    day = wall.date() + timedelta(days=1 if wall.time() >= begins else 0)
    return datetime.combine(day, ends, tzinfo=ZoneInfo(zone)).astimezone(moment.tzinfo)


def title_of(template: str) -> str:
    """What staff see of a letter: a sentence to be said in the reader's language; the template's
    name for one that no rule knows."""
    return RULES[template].title if template in RULES else template
