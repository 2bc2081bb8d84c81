"""A letter as the part declares it that writes it: what it tells, who says whether it is still
true, and what holds for sending it.

A part's letters stand in its `letters.py`; `vipclub/wiring.py` hands them over. What they tell of
is unknown here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy.orm import Session

from vipclub.core import clock, i18n
from vipclub.core.i18n import N_
from vipclub.messages.icalendar import Entry

Purpose = Literal["service", "marketing", "security"]
StillTrue = Callable[[Session, str, int], bool]
"""(session, ref, version) -> whether a letter about that version may still go out."""
Versions = Callable[[Session, Collection[str]], Mapping[str, int]]
"""(session, refs) -> the present version of each, in one statement."""


class UnknownTemplate(LookupError):
    """No part declares a letter of this template."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads, when and where: `base_url` is empty on the club's own pages."""

    language: str
    at: datetime
    base_url: str
    secret: str | None = field(default=None, repr=False)

    def moment(self, text: str) -> str:
        """A moment by the club's clock, with the name of that clock."""
        moment, zone = datetime.fromisoformat(text), clock.club_zone()
        return i18n.gettext(
            self.language,
            N_("%(moment)s (%(zone)s)"),
            moment=i18n.format_moment(self.language, moment, zone),
            zone=i18n.zone_name(self.language, zone),
        )


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: its template in `templates/messages/`, and its rules.

    `title` is what staff see of it. `context` makes of its data what the template is given, `url`
    among it, in the reader's language, and raises KeyError, TypeError or ValueError when the data
    is not of such a letter. `still_true` is asked when it is sent; `versions` tells the inbox which
    of its items have been overtaken. `face` is the layout.

    `about` is the kind of letters by which a member chooses the ways (`choices.KINDS`); without one
    it goes by mail. What `wakes` its reader goes by mail and SMS, whatever was chosen: its data say
    whether it must.

    `consent` is the purpose that its reader must have agreed to when it is sent. `waits` in the
    quiet hours. `until` names the field of its data with the moment from which it is of no use;
    `late` is how long after it was due it still helps. `kept` in the inbox. `calendar` is the
    METHOD of its calendar file with the `entry` that its data make; with `if_known` only for one
    that an earlier letter has put there.
    """

    template: str
    title: str
    context: Callable[[dict[str, Any], Reading], dict[str, Any]]
    still_true: StillTrue
    versions: Versions | None = None
    face: str = "layout"
    purpose: Purpose = "service"
    consent: str | None = None
    waits: bool = False
    until: str | None = None
    late: timedelta | None = None
    about: str = ""
    wakes: Callable[[dict[str, Any]], bool] | None = None
    kept: bool = True
    calendar: str | None = None
    entry: Callable[[dict[str, Any], Reading], Entry] | None = None
    if_known: bool = False

    @property
    def agreed(self) -> str | None:
        """The consent it needs: marketing always its own."""
        return "marketing" if self.purpose == "marketing" else self.consent

    def must_wake(self, data: dict[str, Any]) -> bool:
        """Whether its reader must be reached now, by two ways."""
        return self.wakes is not None and self.wakes(data)

    def of_no_use(self, data: dict[str, Any], due: datetime, now: datetime) -> bool:
        """Whether its time has passed."""
        end = self.ends(data)
        late = self.late is not None and now > due + self.late
        return late or (end is not None and now >= end)

    def ends(self, data: dict[str, Any]) -> datetime | None:
        """From when it is of no use."""
        text = data.get(self.until) if self.until else None
        return datetime.fromisoformat(text) if text else None


def always(session: Session, ref: str, version: int) -> bool:
    """The `still_true` of a letter about what has happened and can't be undone."""
    return True


_letters: dict[str, Letter] = {}


def register_letters(letters: Iterable[Letter]) -> None:
    """Take over the letters that can be sent and read, each by its template."""
    _letters.update({letter.template: letter for letter in letters})


def letter_of(template: str) -> Letter:
    """The letter of a template. Raises UnknownTemplate: nothing goes out that nobody can vouch
    for."""
    try:
        return _letters[template]
    except KeyError:
        raise UnknownTemplate(template) from None


def letters() -> Collection[Letter]:
    """All letters that were handed over."""
    return _letters.values()


def title_of(template: str) -> str:
    """What staff see of a letter: a sentence to be said in the reader's language; the template's
    name for one that no part declares any more."""
    return _letters[template].title if template in _letters else template


def present_versions(
    session: Session, told: Collection[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """The present versions of what letters (template, ref) tell of, of those that have any. A
    statement an owner."""
    asked: dict[Versions, set[str]] = {}
    by_owner: dict[tuple[str, str], Versions] = {}
    for template, ref in told:
        versions = _letters[template].versions if template in _letters else None
        if versions is not None:
            asked.setdefault(versions, set()).add(ref)
            by_owner[template, ref] = versions
    answers = {owner: owner(session, sorted(refs)) for owner, refs in asked.items()}
    return {
        (template, ref): answers[owner][ref]
        for (template, ref), owner in by_owner.items()
        if ref in answers[owner]
    }
