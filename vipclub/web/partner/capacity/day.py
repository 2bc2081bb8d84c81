"""The chosen day of the month: its times, what is special about it, what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from flask import url_for

from vipclub.core.i18n import N_, format_date, gettext, ngettext
from vipclub.partners import DayCapacity, OfferingRow, SlotCapacity


@dataclass(frozen=True, slots=True)
class TimeLine:
    """A time of the chosen day; `places` is what stands in its field."""

    slot: str
    time: str
    until: str
    taken: int
    places: str
    was: int
    open: bool
    state: str
    mood: str
    over: bool
    error: str


@dataclass(frozen=True, slots=True)
class ChosenDay:
    """The day that is looked at, with its times."""

    iso: str
    title: str
    sum: str
    badges: list[tuple[str, str]]
    notes: list[str]
    lines: list[TimeLine]
    full: list[tuple[str, str]]
    over: bool
    shut: bool
    may_open: bool
    close_href: str
    sheet_href: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into the page's forms, and what is wrong with it, when it comes back."""

    times: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    capacity: str = ""
    capacity_error: str = ""
    slot: str = ""
    slot_error: str = ""
    reason: str = ""
    reason_error: str = ""


def chosen_day(
    language: str,
    here: OfferingRow,
    found: DayCapacity,
    times: list[SlotCapacity],
    now: datetime,
    today: date,
    typed: Typed,
) -> ChosenDay:
    iso, over = found.day.isoformat(), found.day < today
    ahead = [row for row in times if row.start > now]
    return ChosenDay(
        iso=iso,
        title=format_date(language, found.day),
        sum=gettext(
            language,
            N_("%(taken)s of %(all)s places taken"),
            taken=found.taken,
            all=found.capacity,
        )
        if found.times
        else "",
        badges=_badges(language, found),
        notes=_notes(language, found),
        lines=[_line(language, row, now, typed) for row in times],
        full=[
            (row.slot, row.start.strftime("%H:%M"))
            for row in ahead
            if row.open and row.taken >= row.capacity
        ],
        over=over,
        shut=found.shut,
        may_open=not over and (found.shut or found.marked == 0),
        close_href=""
        if over or found.shut
        else url_for("partner.ask_closing", offering=here.ref, day=iso),
        sheet_href=url_for("partner.day_sheet", date=iso),
    )


def _badges(language: str, found: DayCapacity) -> list[tuple[str, str]]:
    shown = []
    if found.marked == 0 or (found.shut and found.closed):
        shown.append((gettext(language, N_("closed")), "late"))
    if found.holiday:
        shown.append((gettext(language, N_("public holiday")), "soon"))
    if found.made_up:
        shown.append((gettext(language, N_("make-up day")), "soon"))
    if found.stranded:
        shown.append((stranded(language, found.stranded), "late"))
    return shown


def _notes(language: str, found: DayCapacity) -> list[str]:
    notes = []
    if found.made_up and found.times:
        notes.append(gettext(language, N_("A working weekend day: it follows Friday's hours.")))
    if found.marked:
        notes.append(
            gettext(
                language,
                N_("This day differs from the week: %(places)s places a time."),
                places=found.marked,
            )
        )
    if found.provisional:
        notes.append(
            gettext(
                language, N_("Holidays of that year have not been announced yet: this may change.")
            )
        )
    return notes


def _line(language: str, row: SlotCapacity, now: datetime, typed: Typed) -> TimeLine:
    if row.start <= now:
        state, mood = N_("begun"), ""
    elif not row.open:
        state, mood = N_("closed"), "late"
    elif row.taken >= row.capacity:
        state, mood = N_("full"), "soon"
    else:
        state, mood = N_("%(free)s free"), "calm"
    return TimeLine(
        slot=row.slot,
        time=row.start.strftime("%H:%M"),
        until=row.end.strftime("%H:%M"),
        taken=row.taken,
        places=typed.times.get(row.slot, str(row.capacity)),
        was=row.capacity,
        open=row.open,
        state=gettext(language, state, free=row.free),
        mood=mood,
        over=row.start <= now,
        error=typed.errors.get(row.slot, ""),
    )


def stranded(language: str, people: int) -> str:
    return ngettext(
        language,
        "%(num)s person still has a closed time",
        "%(num)s people still have a closed time",
        people,
    )
