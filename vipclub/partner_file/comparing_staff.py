"""Staff of a file who have no account yet: what would invite them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from vipclub import accounts
from vipclub.accounts import AccountUnknown, LoginUnreadable, StaffInvited
from vipclub.core.actor import Actor
from vipclub.partner_file.comparison import Comparison, Refs
from vipclub.partner_file.entries import PartnerFile, StaffEntry
from vipclub.partner_file.toml_places import or_nearest


def compare_staff(work: Comparison, entry: StaffEntry, document: PartnerFile) -> None:
    """Note the step that invites somebody, or what is wrong with the entry. Whoever has an account
    of this partner is left alone, open or shut."""
    place = _place_of_partner(work, entry, document)
    if place is None or not entry.login:
        return
    try:
        ref = accounts.account_meant(work.session, work.actor, entry.login)
    except (AccountUnknown, LoginUnreadable):
        _invite(work, entry, place)
        return
    known = accounts.account_view(work.session, work.actor, ref)
    partner = work.refs.get(place)
    if known.role != "partner" or all(scope.ref != partner for scope in known.scopes):
        work.faults.add(
            f"{entry.place}.login", f"has an account that is not of this partner: {ref}."
        )


def _place_of_partner(work: Comparison, entry: StaffEntry, document: PartnerFile) -> str | None:
    """Where the partner's reference is found in `refs`: its place in the file, or, for one that the
    file doesn't have, its own reference."""
    if not entry.partner:
        return None
    for partner in document.partners:
        if entry.partner in (partner.key, partner.ref):
            return partner.place
    standing = work.standing.partners
    found = standing.by_key.get(entry.partner) or standing.by_ref.get(entry.partner)
    if found is None:
        known = [partner.label for partner in document.partners] + [*standing.by_key]
        known = [str(key) for key in known]
        says = or_nearest(entry.partner, known) if known else "."
        work.faults.add(f"{entry.place}.partner", f"no such partner{says}")
        return None
    ref = found[1].ref
    work.refs[ref] = ref
    return ref


def _invite(work: Comparison, entry: StaffEntry, place: str) -> None:
    def recruit(session: Session, actor: Actor, refs: Refs) -> StaffInvited:
        return accounts.recruit(
            session,
            actor,
            login=entry.login,
            name=entry.name,
            role="partner",
            language=entry.language,
            scope=refs[place],
        )

    work.step(entry.place, f"{entry.place}: a new account at {entry.partner}, with a link", recruit)
