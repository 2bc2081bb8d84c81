"""Days and hours in words: today, tomorrow, before 15:00. Moments are aware datetimes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from vipclub.core.i18n import N_, format_date, format_day, gettext

DAY = timedelta(days=1)


def hour(moment: datetime, zone: str) -> str:
    """08:30 on the wall of `zone`."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def day_and_hour(language: str, moment: datetime, now: datetime, zone: str) -> str:
    """15:00 today, 15:00 tomorrow, 15:00 on Fri 4 Dec; with the year when it is another."""
    there, today = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    time = there.strftime("%H:%M")
    if there.date() == today:
        return gettext(language, N_("%(time)s today"), time=time)
    if there.date() == today + DAY:
        return gettext(language, N_("%(time)s tomorrow"), time=time)
    return gettext(
        language, N_("%(time)s on %(day)s"), time=time, day=near_day(language, there.date(), today)
    )


def before(language: str, moment: datetime, now: datetime, zone: str) -> str:
    """Before 15:00 today."""
    return gettext(
        language, N_("before %(moment)s"), moment=day_and_hour(language, moment, now, zone)
    )


def day_then_hour(day: str, time: str) -> str:
    """A written day and its hour: a full-width bracket wants no gap after it.

    >>> day_then_hour("Thu 3 Dec", "08:30"), day_then_hour("12月3日（星期四）", "08:30")
    ('Thu 3 Dec 08:30', '12月3日（星期四）08:30')
    """
    return f"{day}{time}" if day.endswith("）") else f"{day} {time}"


def near_day(language: str, day: date, today: date) -> str:
    """A day without its year when that is clear."""
    near = timedelta(days=-60) < day - today < timedelta(days=300)
    return format_day(language, day) if near else format_date(language, day)


def days_until(language: str, day: date, today: date) -> str:
    """Today, tomorrow, in 9 days; nothing for what has passed."""
    days = (day - today).days
    if days < 0:
        return ""
    if days < 2:
        return gettext(language, N_("today") if days == 0 else N_("tomorrow"))
    return gettext(language, N_("in %(days)s days"), days=days)
