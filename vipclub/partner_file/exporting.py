"""What stands of partners, as a file that changes nothing when it is loaded.

Staff are left out: their names and sign-in names stay where they are sealed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vipclub import bookings
from vipclub.core.types import Localized
from vipclub.partner_file.standing import Named
from vipclub.partners import Hours
from vipclub.settlement import OfferingTerms, PartnerTerms, SiteTerms


def as_toml(terms: Iterable[PartnerTerms]) -> str:
    """The document, with what holds today; what is to hold later stands in comments."""
    return "\n".join(line for partner in terms for line in _partner(partner)).lstrip() + "\n"


def _partner(partner: PartnerTerms) -> Iterator[str]:
    yield ""
    yield "[[partner]]"
    yield _who(partner)
    yield f"name = {_value(partner.name)}"
    for site in partner.sites:
        yield from _site(site)


def _who(thing: Named) -> str:
    """Its key, or its reference where it has none yet."""
    return f"key = {_value(thing.key)}" if thing.key else f"ref = {_value(thing.ref)}"


def _site(site: SiteTerms) -> Iterator[str]:
    yield ""
    yield "[[partner.site]]"
    yield _who(site)
    for name in ("name", "address", "city_code", "time_zone", "region"):
        yield f"{name} = {_value(getattr(site, name))}"
    for offering in site.offerings:
        yield from _offering(offering)


def _offering(offering: OfferingTerms) -> Iterator[str]:
    yield ""
    yield "[[partner.site.offering]]"
    yield _who(offering)
    for name in ("service", "name", "preparation", "minutes", "department", "on_holidays"):
        value = getattr(offering, name)
        if value is not None:
            yield f"{name} = {_value(value)}"
    if not offering.active:
        yield "offered = false"
    if offering.policy is not None:
        yield f"policy = {_value(_policy(offering.policy, offering.policy_document or {}))}"
    yield from _prices(offering)
    yield from _weeks(offering)


def _policy(name: str, document: Mapping[str, Any]) -> object:
    """A shipped document by its name alone, unless the rules that are kept are others."""
    if name in bookings.policy_names() and bookings.named_document(name) == document:
        return name
    return {"name": name, **document}


def _prices(offering: OfferingTerms) -> Iterator[str]:
    before = [kept for kept in offering.prices if kept.first <= offering.today]
    shown = before[-1:] or list(offering.prices[:1])
    for kept in shown:
        price = kept.price
        yield (
            f"price = {{ amount = {price.amount}, currency = {_value(price.currency)}, missed = "
            f"{price.noshow_percent}, late = {price.late_percent}, from = {kept.first} }}"
        )
    for kept in offering.prices:
        if kept not in shown and kept.first > offering.today:
            price = kept.price
            yield f"# another price holds from {kept.first}: {price.amount} {price.currency}"


def _weeks(offering: OfferingTerms) -> Iterator[str]:
    """The hours in force, or the first to come where there are none."""
    later = [week for week in offering.weeks if week.first > offering.today]
    hours = offering.hours
    if not hours and later:
        week = later.pop(0)
        hours = week.hours
        yield f"hours_from = {week.first}"
    if hours or any(week.hours for week in offering.weeks):
        yield "hours = ["
        for row in _rows(hours):
            yield f"  {_value(row)},"
        yield "]"
    for week in later:
        yield f"# other hours hold from {week.first}"


def _rows(hours: Iterable[Hours]) -> Iterator[dict[str, object]]:
    """Weekdays with the same hours in one row."""
    days: dict[tuple[str, str, int, int], list[int]] = defaultdict(list)
    for row in hours:
        opens, closes = f"{row.opens:%H:%M}", f"{row.closes:%H:%M}"
        days[opens, closes, row.every, row.capacity].append(row.weekday)
    for (opens, closes, every, capacity), weekdays in days.items():
        yield {
            "days": weekdays,
            "from": opens,
            "to": closes,
            "every": every,
            "capacity": capacity,
        }


def _value(value: object) -> str:
    """A value as TOML writes it, on one line. What JSON escapes in a text, TOML reads.

    >>> print(_value({"days": [1, 2], "from": "08:00"}))
    { days = [1, 2], from = "08:00" }
    """
    if isinstance(value, Localized):
        return _value(value.to_json())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key} = {_value(kept)}" for key, kept in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
