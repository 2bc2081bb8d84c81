"""What lies around the club: its mail server, its folder's disk, the proxies, the zones' data."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import TZPATH, available_timezones

from vipclub import messages
from vipclub.core import clock
from vipclub.production.finding import Finding
from vipclub.production.sms_gateway import sms_missing
from vipclub.settings import Settings

LEAST_FREE = 1 << 30
ALL_ZONES = 400
"""Whoever lacks some of them counts a site's or a day's hours wrongly; there are some 600 names."""


def look_around(settings: Settings) -> list[Finding]:
    """All of it; the mail server is really called, and no mail sent."""
    return [
        _mail(settings),
        sms_missing(settings),
        _disk(settings.instance),
        _zones(),
        _proxies(settings),
    ]


def _mail(settings: Settings) -> Finding:
    if not settings.mail_url.get_secret_value():
        return Finding("mail_reached", "notice", "There is no mail server to call.")
    try:
        told = messages.call_mail_server(
            settings.mail_url.get_secret_value(),
            folder=settings.instance / "mail",
            host=urlsplit(settings.base_url).hostname or "",
        )
    except messages.MailServerAway as away:
        return Finding("mail_reached", "notice", f"{away} Letters would wait, and then fail.")
    return Finding("mail_reached", "well", told)


def _disk(instance: Path) -> Finding:
    place = next(
        path for path in (instance.absolute(), *instance.absolute().parents) if path.exists()
    )
    free = shutil.disk_usage(place).free
    said = f"{free / (1 << 30):.1f} GiB are free where {instance} lies"
    if free < LEAST_FREE:
        return Finding("disk", "notice", f"Only {said}: make room.")
    if not os.access(place, os.W_OK):
        return Finding("disk", "notice", f"{said}, and the club may not write there.")
    return Finding("disk", "well", f"{said}.")


def _zones() -> Finding:
    zone, known = clock.club_zone(), len(available_timezones())
    if known < ALL_ZONES:
        said = f"The zones' data knows {known} zones only: install tzdata."
        return Finding("time_zones", "notice", said)
    system = next((path for path in TZPATH if Path(path, zone).exists()), None)
    source = system or ("the package tzdata" if find_spec("tzdata") else "an unknown place")
    said = f"The club counts its days in {zone}; {known} zones are known from {source}."
    return Finding("time_zones", "well", said)


def _proxies(settings: Settings) -> Finding:
    if settings.proxies == 0:
        return Finding(
            "proxies",
            "notice",
            "VIPCLUB_PROXIES is 0: behind a proxy write how many there are, or everybody's "
            "sign-ins are counted as one visitor's.",
        )
    said = f"Visitors' addresses are taken from {settings.proxies} in front (VIPCLUB_PROXIES)."
    return Finding("proxies", "well", said)
