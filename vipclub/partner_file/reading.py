"""Reading a file of partners: from bytes to entries, and all that is wrong with it by itself."""

from __future__ import annotations

import re
import tomllib
from datetime import time
from itertools import pairwise
from zoneinfo import available_timezones

from vipclub.accounts import LANGUAGES as ACCOUNT_LANGUAGES
from vipclub.accounts import LoginUnreadable, canonical_login
from vipclub.core.errors import MalformedRef
from vipclub.core.types import parse_ref
from vipclub.partner_file.entries import (
    OfferingEntry,
    PartnerEntry,
    PartnerFile,
    PolicyEntry,
    PriceEntry,
    SiteEntry,
    StaffEntry,
)
from vipclub.partner_file.toml_places import UNREADABLE, Fault, Faults, Table, lines_of, or_nearest
from vipclub.partners import KEY, Hours
from vipclub.people import CURRENCIES
from vipclub.settlement import Price

PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|81|82", re.ASCII)
"""The first two digits of the codes of GB/T 2260."""


def read_file(content: bytes) -> tuple[PartnerFile, Faults]:
    """What a file says, and what is wrong with it; a mark of UTF-8 at its beginning and any ends of
    lines are fine."""
    faults = Faults()
    nothing = PartnerFile((), ())
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        faults.found.append(Fault("", line, "isn't UTF-8. Please save the file as UTF-8."))
        return nothing, faults
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        faults.found.append(_not_toml(str(error)))
        return nothing, faults
    faults.lines = lines_of(text)
    top = Table(data, "", faults)
    top.only("partner", "staff")
    partners = tuple(_partner(table) for table in top.tables("partner"))
    staff = tuple(_staff(table) for table in top.tables("staff"))
    if not data:
        faults.add("", "is empty: it names no partner. A partner begins with [[partner]].")
    sites = [site for partner in partners for site in partner.sites]
    offerings = [offering for site in sites for offering in site.offerings]
    for kind, entries in (("partner", partners), ("site", sites), ("offering", offerings)):
        for name in ("key", "ref"):
            _refuse_twice(kind, name, [(e.place, getattr(e, name)) for e in entries], faults)
    _refuse_twice("person", "login", [(one.place, one.login or None) for one in staff], faults)
    return PartnerFile(partners, staff), faults


def _not_toml(says: str) -> Fault:
    """What the TOML reader says, at the line that it names."""
    line = re.search(r" \(at line (\d+), column \d+\)$", says)
    return Fault("", int(line[1]) if line else None, f"isn't TOML: {says[:200]}.")


def _refuse_twice(
    kind: str, name: str, named: list[tuple[str, str | None]], faults: Faults
) -> None:
    first: dict[str, str] = {}
    for place, value in named:
        if value is not None and first.setdefault(value, place) != place:
            faults.add(f"{place}.{name}", f"another {kind} has it already: {first[value]}.")


def _who(table: Table, kind: str) -> tuple[str | None, str | None]:
    """The key and the reference, one of which is needed."""
    key = table.text("key", needed="ref" not in table.data) or None
    if key is not None and not KEY.fullmatch(key):
        table.fault("key", "must be 1 to 40 ASCII letters, digits and hyphens.")
    ref = table.text("ref", needed=False) or None
    if ref is not None:
        try:
            ref = parse_ref(ref, kind)
        except MalformedRef:
            table.fault("ref", "is not a reference of this kind. Please check it letter by letter.")
            ref = None
    return key, ref


def _partner(table: Table) -> PartnerEntry:
    table.only("key", "ref", "name", "site")
    key, ref = _who(table, "P")
    name = table.names("name") or UNREADABLE
    return PartnerEntry(table.place, key, ref, name, tuple(map(_site, table.tables("site"))))


def _site(table: Table) -> SiteEntry:
    table.only("key", "ref", "name", "address", "city_code", "time_zone", "region", "offering")
    key, ref = _who(table, "L")
    city = table.text("city_code")
    abroad = city[:2] == "99" and city[2:] != "0000"
    if city and not (re.fullmatch(r"[0-9]{6}", city) and (abroad or PROVINCE.fullmatch(city[:2]))):
        table.fault(
            "city_code",
            "is no known city code: six digits of GB/T 2260 such as 310000, or 99 and the UN number"
            " of a place abroad.",
        )
    zone = table.text("time_zone", needed=False) or None
    if zone and zone not in available_timezones():
        table.fault("time_zone", f"unknown time zone{_nearest_zone(zone)}")
    return SiteEntry(
        place=table.place,
        key=key,
        ref=ref,
        name=table.names("name") or UNREADABLE,
        address=table.names("address", at_most=300) or UNREADABLE,
        city_code=city,
        time_zone=zone,
        region=table.text("region", at_most=8, needed=False) or None,
        offerings=tuple(map(_offering, table.tables("offering"))),
    )


def _nearest_zone(zone: str) -> str:
    says = or_nearest(zone, available_timezones())
    return says if says.startswith(":") else ". A known one is Asia/Shanghai."


def _offering(table: Table) -> OfferingEntry:
    table.only(
        *("key", "ref", "service", "name", "preparation", "minutes", "department"),
        *("on_holidays", "offered", "policy", "price", "hours", "hours_from"),
    )
    key, ref = _who(table, "O")
    minutes = table.whole("minutes", 5, 1440)
    hours = _hours(table, minutes)
    hours_from = table.day("hours_from")
    if hours_from and hours is None:
        table.fault("hours_from", "goes with hours, and there are none.")
    return OfferingEntry(
        place=table.place,
        key=key,
        ref=ref,
        name=table.names("name") or UNREADABLE,
        service=table.text("service"),
        minutes=minutes,
        preparation=table.names("preparation", at_most=2000, needed=False),
        department=table.text("department", at_most=40, needed=False) or None,
        on_holidays=table.flag("on_holidays"),
        offered=table.flag("offered"),
        policy=_policy(table, key or ref or "own"),
        price=_price(table),
        hours=hours,
        hours_from=hours_from,
    )


def _policy(table: Table, label: str) -> PolicyEntry | None:
    value = table.data.get("policy")
    if value is None:
        return None
    place = table.at("policy")
    if isinstance(value, str):
        return PolicyEntry(place, value, None)
    if not isinstance(value, dict):
        table.fault("policy", "must be the name of a booking policy, or a table with its rules.")
        return None
    name = Table(value, place, table.faults).text("name", at_most=60, needed=False) or label
    return PolicyEntry(place, name, {k: v for k, v in value.items() if k != "name"})


def _price(table: Table) -> PriceEntry | None:
    value = table.data.get("price")
    if value is None:
        return None
    if not isinstance(value, dict):
        table.fault("price", 'must be a table such as { amount = 168000, currency = "CNY" }.')
        return None
    price = Table(value, table.at("price"), table.faults)
    price.only("amount", "currency", "missed", "late", "from")
    currency = price.text("currency", needed=False) or "CNY"
    if currency not in CURRENCIES:
        price.fault("currency", "unknown currency: three letters of ISO 4217 such as CNY.")
    return PriceEntry(
        price.place,
        Price(
            price.whole("amount", 0, 10**12),
            currency,
            price.whole("missed", 0, 100, 0),
            price.whole("late", 0, 100, 0),
        ),
        price.day("from"),
    )


def _hours(table: Table, minutes: int) -> tuple[Hours, ...] | None:
    """All weekdays' hours, in order; None where the file says none."""
    if "hours" not in table.data:
        return None
    hours: list[tuple[Hours, Table]] = []
    for row in table.tables("hours"):
        row.only("days", "from", "to", "every", "capacity")
        opens, closes = row.clock("from"), row.clock("to")
        every, capacity = row.whole("every", 5, 1440), row.whole("capacity", 1, 1000)
        if "from" in row.data and "to" in row.data and _minutes(closes) - _minutes(opens) < minutes:
            row.fault("to", f"no visit of {minutes} minutes fits in.")
        hours += [(Hours(day, opens, closes, every, capacity), row) for day in _days(row)]
    hours.sort(key=lambda one: (one[0].weekday, one[0].opens))
    for (one, _), (other, row) in pairwise(hours):
        if one.weekday == other.weekday and other.opens < one.closes:
            row.fault("from", f"overlaps other hours of weekday {other.weekday}.")
    return tuple(one for one, _ in hours)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _days(row: Table) -> list[int]:
    days = row.data.get("days")
    fine = isinstance(days, list) and days and all(type(d) is int and 1 <= d <= 7 for d in days)
    if not isinstance(days, list) or not fine or len(set(days)) < len(days):
        row.fault("days", "must be weekdays from 1 (Monday) to 7 (Sunday), each once: [1, 2, 3].")
        return []
    return days


def _staff(table: Table) -> StaffEntry:
    table.only("partner", "name", "login", "language")
    login = table.text("login")
    if login:
        try:
            login = canonical_login(login)
        except LoginUnreadable:
            table.fault("login", "is no e-mail address and no phone number with its country.")
    language = table.text("language", needed=False) or "zh-Hans"
    if language not in ACCOUNT_LANGUAGES:
        table.fault("language", f"unknown language{or_nearest(language, ACCOUNT_LANGUAGES)}")
    return StaffEntry(
        place=table.place,
        partner=table.text("partner"),
        name=table.text("name", at_most=120),
        login=login,
        language=language,
    )
