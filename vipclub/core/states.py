"""A state machine as a table: what may follow, and who may do it.

The use case and the page ask the same table, so a button is there when, and only when, it works.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Table, update
from sqlalchemy.orm import Session

from vipclub.core.actor import EVERYTHING
from vipclub.core.errors import IllegalTransition


@dataclass(frozen=True)
class Machine:
    """`edges[from][to]` is the set of permissions of which one is needed for the step."""

    name: str
    edges: Mapping[str, Mapping[str, frozenset[str]]] = field(hash=False)

    @property
    def states(self) -> frozenset[str]:
        return frozenset(self.edges) | {to for tos in self.edges.values() for to in tos}

    def allowed(self, old: str, new: str) -> bool:
        return new in self.edges.get(old, {})

    def possible(self, state: str, permissions: frozenset[str] | None = None) -> list[str]:
        """States that may follow, for anyone or for somebody with these permissions."""
        return [
            new
            for new, needed in self.edges.get(state, {}).items()
            if permissions is None or EVERYTHING in permissions or needed & permissions
        ]

    def check(self, old: str, new: str) -> None:
        """Raises IllegalTransition with what is possible."""
        if not self.allowed(old, new):
            raise IllegalTransition(possible=self.possible(old), state=old, wanted=new)

    def move(
        self, session: Session, table: Table, row_id: int, old: str, new: str, **values: object
    ) -> None:
        """UPDATE ... WHERE id and state = old. Raises IllegalTransition for a step that the
        table doesn't list, and when somebody else moved the row first."""
        self.check(old, new)
        statement = (
            update(table)
            .where(table.c.id == row_id, table.c.state == old)
            .values(state=new, **values)
        )
        if session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]
            raise IllegalTransition(possible=[], state=old, wanted=new)
