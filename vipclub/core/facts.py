"""What happened, told to later parts in the same transaction.

The table fact -> answers is `vipclub/wiring.py`; `Database` carries it into each session.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

Reaction = Callable[[Session, Any], None]
Reactions = Mapping[type, Sequence[Reaction]]


def record(session: Session, fact: object) -> None:
    """Call all that answer this kind of fact, in the order of the table. An answer that raises
    undoes it all."""
    reactions: Reactions = session.info.get("reactions", {})
    for answer in reactions.get(type(fact), ()):
        answer(session, fact)
