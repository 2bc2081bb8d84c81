"""What the club has of partners, to be found by key or by reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from sqlalchemy.orm import Session

from vipclub.core.actor import Actor
from vipclub.partner_file.entries import Entry
from vipclub.partner_file.toml_places import Faults
from vipclub.settlement import OfferingTerms, PartnerTerms, SiteTerms, partner_terms


class Named(Protocol):
    """Whatever has a reference, and perhaps a key."""

    @property
    def ref(self) -> str: ...

    @property
    def key(self) -> str | None: ...


OWNERS = {"site": "partner", "offering": "site"}
N = TypeVar("N", bound=Named)


class Index(Generic[N]):
    """Things of one kind, each with the reference of what it belongs to."""

    def __init__(self, kind: str, things: Sequence[tuple[str, N]]) -> None:
        self.kind = kind
        self.by_ref: Mapping[str, tuple[str, N]] = {thing.ref: (of, thing) for of, thing in things}
        self.by_key = {thing.key: (of, thing) for of, thing in things if thing.key}

    def meant(self, entry: Entry, owner: str | None, faults: Faults) -> N | None:
        """The one that an entry means; None for one that is new, or that can't be meant, which is a
        fault. `owner` is the reference of what the entry stands in, None for what is new itself."""
        found = self.by_ref.get(entry.ref) if entry.ref else self.by_key.get(entry.key or "")
        if found is None:
            if entry.ref:
                faults.add(f"{entry.place}.ref", f"the club has no {self.kind} {entry.ref}.")
            return None
        of, thing = found
        if of != (owner or ""):
            key = "ref" if entry.ref else "key"
            faults.add(
                f"{entry.place}.{key}",
                f"is that of {self.kind} {thing.ref}, at another {OWNERS[self.kind]}.",
            )
            return None
        if entry.ref and entry.key and thing.key != entry.key:
            if thing.key is not None:
                faults.add(
                    f"{entry.place}.key", f"it has the key {thing.key}, which never changes."
                )
            elif entry.key in self.by_key:
                faults.add(f"{entry.place}.key", f"another {self.kind} of the club has it already.")
        return thing


@dataclass(frozen=True, slots=True)
class Standing:
    """All partners, sites and offerings. Sites are owned by a partner's reference, offerings by a
    site's, partners by nothing."""

    terms: Sequence[PartnerTerms]
    partners: Index[PartnerTerms]
    sites: Index[SiteTerms]
    offerings: Index[OfferingTerms]


def what_stands(session: Session, actor: Actor) -> Standing:
    """Read it all. Six statements. Raises Forbidden."""
    terms = partner_terms(session, actor)
    sites = [(partner.ref, site) for partner in terms for site in partner.sites]
    offerings = [(site.ref, one) for _, site in sites for one in site.offerings]
    return Standing(
        terms,
        Index("partner", [("", partner) for partner in terms]),
        Index("site", sites),
        Index("offering", offerings),
    )
