"""What changes in a row of the catalogue: written with what it was before, or not at all."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from vipclub.core import audit
from vipclub.core.actor import Actor
from vipclub.core.seen_state import refuse_unseen
from vipclub.core.types import Localized
from vipclub.partners.models import Offering, Partner, Site


def write_changes(
    session: Session,
    actor: Actor,
    subject: tuple[str, str],
    row: Partner | Site | Offering,
    wanted: Mapping[str, object],
    seen: str | None = None,
) -> bool:
    """Bring the columns of a locked row to what is wanted, with one audit row that has those alone
    which differ, before and after. False when none does: then nothing is written. Raises
    ChangedMeanwhile where a field is not as it was `seen`."""
    before = {name: getattr(row, name) for name in wanted}
    refuse_unseen(seen, before, wanted)
    differing = [name for name, value in wanted.items() if before[name] != value]
    if not differing:
        return False
    for name in differing:
        setattr(row, name, wanted[name])
    session.flush()
    audit.write(
        session,
        actor,
        f"{subject[0]}.change",
        subject=subject,
        before={name: _plain(before[name]) for name in differing},
        after={name: _plain(wanted[name]) for name in differing},
    )
    return True


def _plain(value: object) -> object:
    return value.to_json() if isinstance(value, Localized) else value
