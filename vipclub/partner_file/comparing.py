"""What differs between a file and the club, as steps that would bring the club to it: partners and
their sites here, the rest in `comparing_offerings` and `comparing_staff`."""

from __future__ import annotations

from sqlalchemy.orm import Session

from vipclub import partners
from vipclub.benefits import benefits
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.types import Localized
from vipclub.partner_file.comparing_offerings import compare_offering
from vipclub.partner_file.comparing_staff import compare_staff
from vipclub.partner_file.comparison import Comparison, Refs, differing
from vipclub.partner_file.entries import PartnerEntry, PartnerFile, SiteEntry
from vipclub.partner_file.standing import Named, what_stands
from vipclub.partner_file.toml_places import Faults
from vipclub.settlement import PartnerTerms, SiteTerms


def compare(
    session: Session, actor: Actor, document: PartnerFile, faults: Faults, *, days_ahead: int
) -> Comparison:
    """What would bring the club to what the file says; faults are added to those that reading
    found. New hours are opened for so many days. Reads only. Raises Forbidden."""
    standing = what_stands(session, actor)
    services = {benefit.code: benefit for benefit in benefits(session)}
    work = Comparison(session, actor, faults, standing, services, days_ahead=days_ahead)
    for partner in document.partners:
        found = _partner(work, partner)
        for site in partner.sites:
            there = _site(work, site, partner, found)
            for offering in site.offerings:
                compare_offering(work, offering, site, there)
    work.partner = ""
    for somebody in document.staff:
        compare_staff(work, somebody, document)
    _note_left(work, document)
    return work


def _partner(work: Comparison, entry: PartnerEntry) -> PartnerTerms | None:
    work.partner = entry.label
    found = work.standing.partners.meant(entry, None, work.faults)
    if found is None:
        work.step(
            entry.place,
            f"new, “{entry.name.en}”",
            lambda session, actor, refs: refs.update(
                {
                    entry.place: partners.create_partner(
                        session, actor, name=entry.name, key=entry.key
                    )
                }
            ),
        )
        return None
    work.refs[entry.place] = found.ref
    work.key_given("partner", entry, found)
    changes = [*differing("name", found.name, entry.name)]
    work.change("partner", entry, changes, partners.change_partner, name=entry.name)
    return found


def _site(
    work: Comparison, entry: SiteEntry, partner: PartnerEntry, owner: PartnerTerms | None
) -> SiteTerms | None:
    found = work.standing.sites.meant(entry, owner.ref if owner else None, work.faults)
    if found is None:
        _new_site(work, entry, partner)
        return None
    work.refs[entry.place] = found.ref
    work.key_given("site", entry, found)
    zone, region = entry.time_zone or found.time_zone, entry.region or found.region
    changes = [
        *differing("name", found.name, entry.name),
        *differing("address", found.address, entry.address),
        *differing("city_code", found.city_code, entry.city_code),
        *differing("time_zone", found.time_zone, zone),
        *differing("region", found.region, region),
    ]
    if (found.time_zone, found.region) != (zone, region):
        key = "time_zone" if found.time_zone != zone else "region"
        if partners.site_opened(work.session, found.ref):
            work.faults.add(
                f"{entry.place}.{key}", "can't change: times were opened at the site already."
            )
        _refuse_region(work, entry, region)
    work.change(
        "site",
        entry,
        changes,
        partners.change_site,
        name=entry.name,
        address=entry.address,
        city_code=entry.city_code,
        time_zone=zone,
        region=region,
    )
    return found


def _new_site(work: Comparison, entry: SiteEntry, partner: PartnerEntry) -> None:
    region = entry.region or "CN"
    _refuse_region(work, entry, region)

    def create(session: Session, actor: Actor, refs: Refs) -> None:
        refs[entry.place] = partners.create_site(
            session,
            actor,
            partner=refs[partner.place],
            name=entry.name,
            address=entry.address,
            city_code=entry.city_code,
            time_zone=entry.time_zone,
            region=region,
            key=entry.key,
        )

    work.step(
        entry.place,
        f"site {entry.label}: new, “{entry.name.en}”, {entry.time_zone or clock.club_zone()}",
        create,
    )


def _refuse_region(work: Comparison, entry: SiteEntry, region: str) -> None:
    if not partners.has_calendar(work.session, region):
        work.faults.add(
            f"{entry.place}.region",
            f"no calendar of public holidays is known for {region}. A known one is CN.",
        )


def _note_left(work: Comparison, document: PartnerFile) -> None:
    """What the club has and the file doesn't name, within what it names."""
    named = set(work.refs.values())
    for partner in work.standing.terms:
        if partner.ref not in named:
            work.left.append(_left("partner", partner, partner.name))
            continue
        for site in partner.sites:
            if site.ref not in named:
                work.left.append(_left("site", site, site.name))
                continue
            work.left += [
                _left("offering", one, one.name) for one in site.offerings if one.ref not in named
            ]


def _left(kind: str, thing: Named, name: Localized) -> str:
    return f"{kind} {thing.key or thing.ref}, “{name.en}”"
