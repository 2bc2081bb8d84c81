"""A comparison of a file with the club: the steps, the faults, and what is left alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from vipclub import partners
from vipclub.benefits import BenefitRow
from vipclub.core.actor import Actor
from vipclub.core.types import Localized
from vipclub.partner_file.entries import Entry
from vipclub.partner_file.standing import Named, Standing
from vipclub.partner_file.toml_places import Faults

Refs = dict[str, str]
"""Place in the file -> reference of what stands there: known at first for what the club has, and
filled by the steps that make the rest."""
Do = Callable[[Session, Actor, Refs], object]


@dataclass(frozen=True, slots=True)
class Step:
    """One change: to what (`place` in the file, `of` the partner), and in words."""

    of: str
    place: str
    says: str
    do: Do = field(compare=False, repr=False)


@dataclass
class Comparison:
    """A comparison under way, and its end: `steps` in their order, `left` what the club has and the
    file doesn't name. Nothing of it may be done while there is a fault."""

    session: Session
    actor: Actor
    faults: Faults
    standing: Standing
    services: dict[str, BenefitRow]
    refs: Refs = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    partner: str = ""
    days_ahead: int = partners.OPENED_AHEAD

    def step(self, place: str, says: str, do: Do) -> None:
        self.steps.append(Step(self.partner, place, says, do))

    def change(
        self,
        kind: str,
        entry: Entry,
        changes: Sequence[str],
        use_case: Callable[..., object],
        **wanted: object,
    ) -> None:
        """What stands otherwise than the file says, if anything does: a use case that takes the
        thing by its `kind` brings it there."""
        if not changes:
            return
        named = "" if kind == "partner" else f"{kind} {entry.label}: "
        self.step(
            entry.place,
            named + ", ".join(changes),
            lambda session, actor, refs: use_case(
                session, actor, **{kind: refs[entry.place]}, **wanted
            ),
        )

    def key_given(self, kind: str, entry: Entry, found: Named) -> None:
        """A key for what has none yet."""
        key = entry.key
        if key is not None and found.key is None:
            self.step(
                entry.place,
                f"{kind} {found.ref}: key {key}",
                lambda session, actor, refs: partners.give_key(
                    session, actor, ref=refs[entry.place], key=key
                ),
            )


def differing(name: str, before: object, after: object) -> Iterator[str]:
    """What differs, in words: of a text in three languages those that do."""
    if isinstance(before, Localized) and isinstance(after, Localized):
        words = before.to_json(), after.to_json()
        for language, said in words[0].items():
            if said != words[1][language]:
                yield f"{name} ({language}) “{said}” → “{words[1][language]}”"
    elif before != after:
        yield f"{name} {_said(before)} → {_said(after)}"


def _said(value: object) -> str:
    if isinstance(value, Localized):
        return f"“{value.en}”"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
