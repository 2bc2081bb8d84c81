"""What differs between an offering of the file and the club's: itself, its price, its hours, its
rules, whether it is offered."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from vipclub import bookings, partners, settlement
from vipclub.bookings import BookingPolicyNotAccepted
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.i18n import Language, say
from vipclub.partner_file.comparison import Comparison, Refs, differing
from vipclub.partner_file.entries import OfferingEntry, SiteEntry
from vipclub.partner_file.toml_places import or_nearest
from vipclub.partners import Hours, HoursNotAccepted
from vipclub.settlement import OfferingTerms, PriceCounted, SiteTerms

A_DAY = timedelta(days=1)
HITS_SHOWN = 10


def compare_offering(
    work: Comparison, entry: OfferingEntry, site: SiteEntry, owner: SiteTerms | None
) -> None:
    """Note the steps and faults of one offering."""
    found = work.standing.offerings.meant(entry, owner.ref if owner else None, work.faults)
    zone = site.time_zone or (owner.time_zone if owner else clock.club_zone())
    try:
        today = clock.today(zone)
    except (KeyError, ValueError):  # an unknown zone is a fault already
        today = clock.club_today()
    _refuse_service(work, entry, found)
    if found is None:
        _new(work, entry, site)
    else:
        work.refs[entry.place] = found.ref
        work.key_given("offering", entry, found)
        _hours_and_itself(work, entry, found, today)
    if found is None or not any(week.hours for week in found.weeks):
        _first_hours(work, entry, today)
    _price(work, entry, found, today)
    _policy(work, entry, found)
    _offered(work, entry, found)


def _refuse_service(work: Comparison, entry: OfferingEntry, found: OfferingTerms | None) -> None:
    place, known = f"{entry.place}.service", work.services
    bookable = [code for code, benefit in known.items() if benefit.use in {"slot", "request"}]
    if not entry.service:
        return
    if entry.service not in known:
        work.faults.add(place, f"unknown service{or_nearest(entry.service, bookable)}")
    elif entry.service not in bookable:
        work.faults.add(
            place, f"is not booked by time. Services that are: {', '.join(sorted(bookable))}."
        )
    elif found is not None and found.service != entry.service:
        work.faults.add(place, f"can't change: it is {found.service}. Make another offering.")


def _new(work: Comparison, entry: OfferingEntry, site: SiteEntry) -> None:
    def create(session: Session, actor: Actor, refs: Refs) -> None:
        refs[entry.place] = partners.create_offering(
            session,
            actor,
            site=refs[site.place],
            service=entry.service,
            name=entry.name,
            minutes=entry.minutes,
            preparation=entry.preparation,
            department=entry.department,
            on_holidays=bool(entry.on_holidays),
            key=entry.key,
        )

    says = f"new, “{entry.name.en}”, {entry.service}, {entry.minutes} minutes"
    work.step(entry.place, f"offering {entry.label}: {says}", create)


def _hours_and_itself(
    work: Comparison, entry: OfferingEntry, found: OfferingTerms, today: date
) -> None:
    """New hours before a longer visit, which they may be made for; after a shorter one."""
    if entry.minutes > found.minutes:
        _changed_hours(work, entry, found, today)
    _itself(work, entry, found, today)
    if entry.minutes <= found.minutes:
        _changed_hours(work, entry, found, today)


def _itself(work: Comparison, entry: OfferingEntry, found: OfferingTerms, today: date) -> None:
    preparation = found.preparation if entry.preparation is None else entry.preparation
    department = found.department if entry.department is None else entry.department
    on_holidays = found.on_holidays if entry.on_holidays is None else entry.on_holidays
    changes = [
        *differing("name", found.name, entry.name),
        *differing("preparation", found.preparation, preparation),
        *differing("minutes", found.minutes, entry.minutes),
        *differing("department", found.department, department),
        *differing("on_holidays", found.on_holidays, on_holidays),
    ]
    if entry.minutes != found.minutes:
        _refuse_longer(work, entry, found, today)
    work.change(
        "offering",
        entry,
        changes,
        partners.change_offering,
        name=entry.name,
        preparation=preparation,
        minutes=entry.minutes,
        department=department,
        on_holidays=on_holidays,
    )


def _refuse_longer(
    work: Comparison, entry: OfferingEntry, found: OfferingTerms, today: date
) -> None:
    """A fault for a visit that doesn't fit hours that stand and that the file doesn't change."""
    until = date.max if entry.hours is None else _from_day(entry, today)
    tomorrow = today + A_DAY
    standing = [found.hours_on(tomorrow)] if tomorrow < until else []
    standing += [week.hours for week in found.weeks if tomorrow < week.first < until]
    for hours in standing:
        try:
            partners.refuse_odd_hours(hours, entry.minutes)
        except HoursNotAccepted as refusal:
            weekday = refusal.data["weekday"]
            work.faults.add(
                f"{entry.place}.minutes", f"doesn't fit the hours that stand on weekday {weekday}."
            )
            return


def _from_day(entry: OfferingEntry, today: date) -> date:
    """From which day on the file's hours hold where they differ: the one that it names, unless that
    has begun, or tomorrow."""
    named = entry.hours_from
    return named if named is not None and named > today else today + A_DAY


def _changed_hours(
    work: Comparison, entry: OfferingEntry, found: OfferingTerms, today: date
) -> None:
    hours, first = entry.hours, _from_day(entry, today)
    if hours is None or not any(week.hours for week in found.weeks):
        return
    later = [week.first for week in found.weeks if week.first > first]
    if found.hours_on(first) == hours:
        work.left += [f"offering {entry.label}: other hours from {day}" for day in later]
        return
    says = f"offering {entry.label}: hours from {first}{_hits(work, found, first, hours)}"
    if later:
        says += f"; in place of other hours from {', '.join(map(str, later))}"
    work.step(
        entry.place,
        says,
        lambda session, actor, refs: bookings.change_week(
            session, actor, offering=refs[entry.place], from_day=first, hours=hours
        ),
    )


def _hits(work: Comparison, found: OfferingTerms, first: date, hours: tuple[Hours, ...]) -> str:
    """Whose appointments a change of hours displaces, in words."""
    try:
        hits = bookings.preview_week(
            work.session, work.actor, offering=found.ref, from_day=first, hours=hours
        )
    except HoursNotAccepted:  # hours for another length of visit, which changes first
        return ""
    closing = len(hits.plan.closing)
    if not hits.displaced:
        return f", {closing} times close with nobody in them" if closing else ""
    named = [f"{hit.appointment} on {hit.start:%Y-%m-%d %H:%M}" for hit in hits.displaced]
    more = f" and {len(named) - HITS_SHOWN} more" if len(named) > HITS_SHOWN else ""
    return (
        f", {closing} times close, and another time is offered to appointments "
        f"{', '.join(named[:HITS_SHOWN])}{more}"
    )


def _first_hours(work: Comparison, entry: OfferingEntry, today: date) -> None:
    """The hours of an offering that has none, opened at once."""
    hours, first = entry.hours, entry.hours_from
    if not hours:
        return
    if first is not None and first > today:
        work.step(
            entry.place,
            f"offering {entry.label}: first hours from {first}, opened",
            lambda session, actor, refs: partners.change_week(
                session, actor, offering=refs[entry.place], from_day=first, hours=hours
            ),
        )
        return

    def open_hours(session: Session, actor: Actor, refs: Refs) -> None:
        ref = refs[entry.place]
        partners.set_weekly_capacity(session, actor, offering=ref, hours=hours)
        found = partners.find_offering(session, actor, ref)
        partners.open_offering(session, found.id, days=work.days_ahead)

    work.step(entry.place, f"offering {entry.label}: first hours, opened", open_hours)


def _price(
    work: Comparison, entry: OfferingEntry, found: OfferingTerms | None, today: date
) -> None:
    """The price from the day that is named; else a first one from today, another from tomorrow."""
    wanted = entry.price
    if wanted is None:
        return
    standing = found.prices if found else ()
    first = wanted.first or (today + A_DAY if standing else today)
    price = wanted.price
    before = found.price_on(first) if found else None
    if before == price:
        return
    if any(kept.first == first for kept in standing):
        work.faults.add(
            wanted.place,
            f"another price from {first} on is on record. Name another day: from = YYYY-MM-DD.",
        )
        return
    try:
        settlement.refuse_counted([kept.first for kept in standing], first, today)
    except PriceCounted as refusal:
        work.faults.add(f"{wanted.place}.from", say(Language.EN, refusal))
        return
    shares = f", {price.noshow_percent} % missed, {price.late_percent} % late"
    says = f"{price.amount} {price.currency} in minor units{shares}, from {first}"
    work.step(
        wanted.place,
        f"offering {entry.label}: {'price' if before is None else 'another price'} {says}",
        lambda session, actor, refs: settlement.set_price(
            session,
            actor,
            offering=refs[entry.place],
            from_day=first,
            amount=price.amount,
            currency=price.currency,
            noshow_percent=price.noshow_percent,
            late_percent=price.late_percent,
        ),
    )


def _policy(work: Comparison, entry: OfferingEntry, found: OfferingTerms | None) -> None:
    wanted = entry.policy
    if wanted is None:
        if found and found.policy:
            work.left.append(f"offering {entry.label}: its booking policy {found.policy}")
        return
    document = wanted.document
    if document is None and wanted.name not in bookings.policy_names():
        known = or_nearest(wanted.name, bookings.policy_names())
        work.faults.add(wanted.place, f"unknown booking policy{known}")
        return
    rules = bookings.named_document(wanted.name) if document is None else document
    try:
        bookings.read_policy(rules)
    except BookingPolicyNotAccepted as refusal:
        for mistake in refusal.data["problems"]:
            place = f"{wanted.place}.{mistake.path}".rstrip(".")
            work.faults.add(place, mistake.sentence_in(Language.EN))
        return
    if found and (found.policy, found.policy_document) == (wanted.name, rules):
        return
    work.step(
        wanted.place,
        f"offering {entry.label}: booking policy {wanted.name}",
        lambda session, actor, refs: bookings.set_booking_policy(
            session, actor, offering=refs[entry.place], policy=wanted.name, document=document
        ),
    )


def _offered(work: Comparison, entry: OfferingEntry, found: OfferingTerms | None) -> None:
    stands = found.active if found else True
    if entry.offered is None or entry.offered == stands:
        if found and not found.active and entry.offered is None:
            work.left.append(f"offering {entry.label}: closed")
        return
    change = partners.reopen_offering if entry.offered else partners.close_offering
    says = "offered again" if entry.offered else "closed; appointments that stand are kept"
    work.step(
        entry.place,
        f"offering {entry.label}: {says}",
        lambda session, actor, refs: change(session, actor, offering=refs[entry.place]),
    )
