"""What staff say of an event, in one form. What is left empty is worked out here: when the doors
open, until when one registers and cancels, the time zone of the city, the benefit of the kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wtforms import BooleanField, IntegerField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import InputRequired, Optional

from vipclub.core import clock
from vipclub.core.dates import day_of
from vipclub.core.i18n import N_
from vipclub.core.types import Localized
from vipclub.events import LANGUAGES, EventGiven
from vipclub.membership import TIERS
from vipclub.web.city_names import CITIES, zone_of
from vipclub.web.event_pages.agenda_lines import as_lines, read_lines
from vipclub.web.frame.forms import Form, at_most, one_line, said

TITLE, SUMMARY, ADDRESS, MORE, LINK, AGENDA = 80, 600, 200, 400, 300, 12_000
"""So many characters at most."""
BY_KIND, NONE = "", "none"
"""Benefits by no code: the one of the kind, and none."""
USUAL_BENEFITS = {"wealth_salon": "wealth-salon", "health_seminar": "health-seminar"}
DOORS = timedelta(minutes=30)
REGISTER, CANCEL = timedelta(days=1), timedelta(days=2)
"""So long before the start doors open, registration and free cancellation end, unless said
otherwise."""
TAGS = ("hans", "hant", "en")
EARLIEST, LATEST = 2000, 9000
"""Years. One that is still being typed (0002) is none."""


def _in(length: int) -> StringField:
    return StringField(filters=[one_line, at_most(length)])


def _lines(length: int) -> StringField:
    return StringField(filters=[lambda text: (text or "").strip(), at_most(length)])


def _several(known: tuple[str, ...]) -> SelectMultipleField:
    return SelectMultipleField(choices=list(known), validate_choice=False)


@dataclass(frozen=True, slots=True)
class _Hours:
    """The hours of the form, in UTC."""

    start: datetime
    end: datetime
    doors: datetime
    register_until: datetime
    cancel_until: datetime


class EventForm(Form):
    """An event. The texts are in three languages: all of each, or none of those that may be
    left out."""

    TEXTS = {
        "title": N_("Title", context="of an event"),
        "summary": N_("Summary"),
        "venue": N_("Venue"),
        "address": N_("Address"),
        "travel": N_("Getting there"),
        "dress": N_("Dress"),
    }
    REQUIRED = ("title", "summary", "venue", "address")
    ALL_SAID = frozenset({"agenda"})

    kind = StringField(default="wealth_salon")
    city_code = StringField()
    day = StringField(filters=[at_most(10)])
    start = StringField(filters=[at_most(5)], default="14:00")
    end = StringField(filters=[at_most(5)], default="16:00")
    seats = IntegerField(validators=[InputRequired()])
    guests_at_most = IntegerField(validators=[Optional()], default=1)
    title_hans, summary_hans, venue_hans = _in(TITLE), _lines(SUMMARY), _in(TITLE)
    address_hans, travel_hans, dress_hans = _in(ADDRESS), _lines(MORE), _in(ADDRESS)
    title_hant, summary_hant, venue_hant = _in(TITLE), _lines(SUMMARY), _in(TITLE)
    address_hant, travel_hant, dress_hant = _in(ADDRESS), _lines(MORE), _in(ADDRESS)
    title_en, summary_en, venue_en = _in(TITLE), _lines(SUMMARY), _in(TITLE)
    address_en, travel_en, dress_en = _in(ADDRESS), _lines(MORE), _in(ADDRESS)
    agenda = _lines(AGENDA)
    languages = _several(LANGUAGES)
    tiers = _several(TIERS)
    open_to = StringField(default="all")
    waitlist = BooleanField()
    guest_age_from = IntegerField(validators=[Optional()])
    benefit = StringField(filters=[at_most(40)])
    late_cancel_uses = BooleanField()
    absence_uses = BooleanField()
    doors = StringField(filters=[at_most(5)])
    register_until = StringField(filters=[at_most(16)])
    cancel_until = StringField(filters=[at_most(16)])
    time_zone = _in(40)
    map_url = StringField(filters=[lambda text: (text or "").strip()])
    picture = StringField(filters=[at_most(60)])
    series = _in(60)

    @classmethod
    def new(cls) -> EventForm:
        """With what is usual."""
        return cls(languages=["mandarin"], waitlist=True, absence_uses=True)

    @classmethod
    def of(cls, given: EventGiven) -> EventForm:
        """The form of an event as it is. What is as usual stays empty, so that it follows the
        start, the city and the kind when those change."""
        zone, start = ZoneInfo(given.time_zone), given.starts_at

        def hour(moment: datetime) -> str:
            return moment.astimezone(zone).strftime("%H:%M")

        def wall(moment: datetime, usual: datetime) -> str:
            return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if moment != usual else ""

        is_usual = given.benefit == USUAL_BENEFITS.get(given.kind)
        return cls(
            kind=given.kind,
            city_code=given.city_code,
            day=given.starts_at.astimezone(zone).date().isoformat(),
            start=hour(given.starts_at),
            end=hour(given.ends_at),
            doors=hour(given.doors_at) if given.doors_at != start - DOORS else "",
            register_until=wall(given.register_until, start - REGISTER),
            cancel_until=wall(given.cancel_until, start - CANCEL),
            time_zone="" if given.time_zone == zone_of(given.city_code) else given.time_zone,
            seats=given.seats,
            guests_at_most=given.guests_at_most,
            guest_age_from=given.guest_age_from,
            agenda=as_lines(tuple(given.agenda)),
            languages=list(given.languages),
            tiers=list(given.tiers),
            open_to="all" if given.open else "invited",
            waitlist=given.waitlist,
            benefit=BY_KIND if is_usual else given.benefit or NONE,
            late_cancel_uses=given.late_cancel_uses,
            absence_uses=given.absence_uses,
            map_url=given.map_url,
            picture=given.picture,
            series=given.series,
            **{
                f"{name}_{tag}": getattr(text, tag)
                for name in cls.TEXTS
                if (text := getattr(given, name)) is not None
                for tag in TAGS
            },
        )

    def validate(self) -> bool:
        """Whether all can be read; what is wrong stands at its field."""
        super().validate()
        if not "".join(self.seats.raw_data or []).strip():
            self.seats.errors = [said(N_("Please say how many seats there are."))]
        for name in self.TEXTS:
            written = [bool(self[f"{name}_{tag}"].data) for tag in TAGS]
            if name in self.REQUIRED or any(written):
                self._refuse_gaps(name, written)
        return not self.errors

    def _refuse_gaps(self, name: str, written: list[bool]) -> None:
        for tag, there in zip(TAGS, written, strict=True):
            if not there:
                self[f"{name}_{tag}"].errors = [said(N_("Please write it in all three languages."))]

    def validate_city_code(self, field: StringField) -> None:
        if field.data not in CITIES:
            raise ValidationError(said(N_("Please choose the city.")))

    def validate_day(self, field: StringField) -> None:
        day = day_of(field.data)
        if day is None or not EARLIEST <= day.year <= LATEST:
            raise ValidationError(said(N_("Please choose the day.")))

    def validate_start(self, field: StringField) -> None:
        _hour_said(field)

    def validate_end(self, field: StringField) -> None:
        _hour_said(field)

    def validate_doors(self, field: StringField) -> None:
        if field.data:
            _hour_said(field)

    def validate_register_until(self, field: StringField) -> None:
        _moment_said(field)

    def validate_cancel_until(self, field: StringField) -> None:
        _moment_said(field)

    def validate_map_url(self, field: StringField) -> None:
        if len(field.data) > LINK:
            raise ValidationError(said(N_("%(most)s characters at most, please."), most=LINK))

    def validate_agenda(self, field: StringField) -> None:
        _, wrong = read_lines(field.data)
        field.errors = list(field.errors) + wrong[:-1]
        if wrong:
            raise ValidationError(wrong[-1])

    def given(self) -> EventGiven:
        """As the use cases take it, of a form that can be read."""
        zone = self.time_zone.data or zone_of(self.city_code.data)
        hours, kind = self._hours(zone), self.kind.data
        benefit = {BY_KIND: USUAL_BENEFITS.get(kind), NONE: None}
        return EventGiven(
            kind=kind,
            title=self._text("title"),
            summary=self._text("summary"),
            venue=self._text("venue"),
            address=self._text("address"),
            city_code=self.city_code.data,
            time_zone=zone,
            starts_at=hours.start,
            ends_at=hours.end,
            doors_at=hours.doors,
            register_until=hours.register_until,
            cancel_until=hours.cancel_until,
            seats=self.seats.data,
            guests_at_most=self.guests_at_most.data or 0,
            guest_age_from=self.guest_age_from.data,
            waitlist=self.waitlist.data,
            open=self.open_to.data != "invited",
            tiers=tuple(tier for tier in TIERS if tier in self.tiers.data),
            benefit=benefit.get(self.benefit.data, self.benefit.data),
            late_cancel_uses=self.late_cancel_uses.data,
            absence_uses=self.absence_uses.data,
            languages=tuple(code for code in LANGUAGES if code in self.languages.data),
            agenda=tuple(read_lines(self.agenda.data)[0]),
            dress=self._text("dress"),
            travel=self._text("travel"),
            map_url=self.map_url.data,
            picture=self.picture.data,
            series=self.series.data,
        )

    def _text(self, name: str) -> Localized | None:
        texts = [self[f"{name}_{tag}"].data for tag in TAGS]
        return Localized(*texts) if all(texts) else None

    def _hours(self, zone: str) -> _Hours:
        """Moments on the venue's wall. A zone that there isn't is the rule's to refuse."""
        wall = _wall(zone)
        day = day_of(self.day.data) or date.min

        def at(hour: str) -> datetime:
            return datetime.combine(day, time.fromisoformat(hour), wall).astimezone(UTC)

        def until(field: StringField, before: timedelta) -> datetime:
            if not field.data:
                return start - before
            return datetime.fromisoformat(field.data).replace(tzinfo=wall).astimezone(UTC)

        start = at(self.start.data)
        return _Hours(
            start=start,
            end=at(self.end.data),
            doors=at(self.doors.data) if self.doors.data else start - DOORS,
            register_until=until(self.register_until, REGISTER),
            cancel_until=until(self.cancel_until, CANCEL),
        )


def _hour_said(field: StringField) -> None:
    try:
        time.fromisoformat(field.data)
    except ValueError:
        raise ValidationError(said(N_("Please write a time such as 14:00."))) from None
    if len(field.data) != len("14:00"):
        raise ValidationError(said(N_("Please write a time such as 14:00.")))


def _moment_said(field: StringField) -> None:
    """Nothing, or a day with an hour as browsers write them."""
    if not field.data:
        return
    try:
        year = datetime.fromisoformat(field.data).year
    except ValueError:
        year = 0
    if not EARLIEST <= year <= LATEST or len(field.data) != len("2026-12-03T14:00"):
        raise ValidationError(said(N_("Please choose a day and an hour.")))


def _wall(zone: str) -> ZoneInfo:
    """A zone; the club's for one that there isn't: the rule refuses it."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(clock.club_zone())
