"""Loading a file of partners: its steps in one transaction, or none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from vipclub import partners
from vipclub.accounts import StaffInvited
from vipclub.core.actor import Actor
from vipclub.core.errors import Refused
from vipclub.core.i18n import Language, say
from vipclub.partner_file.comparing import compare
from vipclub.partner_file.comparison import Comparison, Step
from vipclub.partner_file.reading import read_file
from vipclub.partner_file.toml_places import Fault


class FileNotAccepted(RuntimeError):
    """The file is wrong, in all these places. Nothing was written."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line or 0))
        super().__init__("\n".join(map(str, self.faults)))


class ClubMoved(RuntimeError):
    """The club isn't as it was when the changes were shown. Nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            "The club was changed after these changes were shown. Nothing was written: please look "
            "at them again."
        )


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was done, or would be: `left` is what the club has and the file leaves out; `links` the
    secrets of new staff, by their place in the file; `refs` what stands at each place."""

    steps: tuple[Step, ...]
    left: tuple[str, ...]
    links: tuple[tuple[str, StaffInvited], ...] = ()
    refs: dict[str, str] = field(default_factory=dict)


def preview(
    session: Session,
    actor: Actor,
    *,
    content: bytes,
    days_ahead: int = partners.OPENED_AHEAD,
) -> Loaded:
    """What `load` would do. Changes nothing. Raises FileNotAccepted, Forbidden."""
    work = _accepted(session, actor, content, days_ahead)
    return Loaded(tuple(work.steps), tuple(work.left), refs=work.refs)


def load(
    session: Session,
    actor: Actor,
    *,
    content: bytes,
    shown: Loaded | None = None,
    days_ahead: int = partners.OPENED_AHEAD,
) -> Loaded:
    """Bring the club to what the file says: all of it, in this transaction. `shown` is what
    somebody agreed to: the same is done, or nothing. Raises FileNotAccepted, ClubMoved, Forbidden.
    """
    actor.require("account:change")
    work = _accepted(session, actor, content, days_ahead)
    if shown is not None and shown.steps != tuple(work.steps):
        raise ClubMoved()
    links = []
    for step in work.steps:
        try:
            done = step.do(session, actor, work.refs)
        except Refused as refusal:
            says = say(Language.EN, refusal)
            raise FileNotAccepted([Fault(step.place, None, says)]) from refusal
        if isinstance(done, StaffInvited):
            links.append((step.place, done))
    return Loaded(tuple(work.steps), tuple(work.left), tuple(links), work.refs)


def _accepted(session: Session, actor: Actor, content: bytes, days_ahead: int) -> Comparison:
    document, faults = read_file(content)
    work = compare(session, actor, document, faults, days_ahead=days_ahead)
    if work.faults.found:
        raise FileNotAccepted(work.faults.found)
    return work
