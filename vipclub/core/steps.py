"""A state machine as a table of steps: who may take which, from where to where, what is told, when
it is open, and how each state that waits comes to its end.

The use case, the page, the API and the command ask the same table, so a button is there when, and
only when, the step is open by right, by state, by the row and by the time (docs/decisions.md 47).
What only other rows know (the last place, a unit, a statement that was issued) the use case
refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar

from sqlalchemy import SQLColumnExpression, Table, Update, bindparam, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.errors import IllegalTransition, Refused

V = TypeVar("V")
Code = str | Mapping[str, str] | None
"""A letter or an event by its code; by the state that the step leads to where that decides."""

CLUB_ITSELF = "club:itself"
"""The permission of a step that only the club's own jobs and other use cases take: no role has it,
`Actor.system` has every one."""
WHOM_IT_CONCERNS = "own:answer"
"""The permission of a step that is taken by whomever the row is about: no role has it, its use case
finds who that is."""


def always(_row: object, _now: datetime) -> None:
    """Open at any time: nothing stands against it."""


@dataclass(frozen=True, kw_only=True)
class Step(Generic[V]):
    """A step that may be taken: from one of `sources`, or one that `begins` the row, to one of
    `targets`: several where a rule or the row decides, the usual one first, and from some sources
    fewer (`narrowed`); none where the row itself goes. `words` is what a button for it says.

    `open` says what in time or in the row itself stands against it, None for nothing; a refusal
    that `yields` is overcome by a reason on record. `letter` and `event` go out after the commit,
    `fact` is told to later parts, `reason_code` is kept in the row; with `keeps_words` the words of
    whoever takes it are too, for the other side to read.
    """

    name: str
    permission: str
    sources: frozenset[str]
    targets: tuple[str, ...]
    narrowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    begins: bool = False
    words: str = ""
    letter: Code = None
    event: Code = None
    fact: type | None = None
    reason_code: str | None = None
    keeps_words: bool = False
    open: Callable[[V, datetime], Refused | None] = always

    @property
    def target(self) -> str:
        """The usual one."""
        return self.targets[0]

    def leads(self, source: str) -> tuple[str, ...]:
        """Where it may lead to from there; nowhere from what is no source."""
        return self.narrowed.get(source, self.targets) if source in self.sources else ()

    @property
    def source(self) -> str:
        """The only one. Raises ValueError where there are several."""
        (only,) = self.sources
        return only

    def at(self, state: SQLColumnExpression[str]) -> ColumnElement[bool]:
        """The guard of a move in SQL: the row stands where this step begins."""
        if len(self.sources) == 1:
            return state == self.source
        return state.in_(sorted(self.sources))

    def letter_to(self, target: str) -> str | None:
        """The letter that tells of the step into this state."""
        return _code(self.letter, target)

    def event_to(self, target: str) -> str | None:
        """The event that tells of the step into this state."""
        return _code(self.event, target)


def _code(code: Code, target: str) -> str | None:
    return code if isinstance(code, str) or code is None else code.get(target)


@dataclass(frozen=True, kw_only=True)
class End:
    """How a state that waits comes to its end: when the moment in the column `due` has passed,
    `job` takes `step`, and `back` is given back. Where nothing ends it yet, `missing` says so."""

    state: str
    due: str | None = None
    step: str | None = None
    job: str | None = None
    back: str = ""
    missing: str = ""


@dataclass(frozen=True)
class Machine(Generic[V]):
    """All steps of one kind of row; `name` is its table's. Each state either waits, and has its end
    in `ends`, or `rests`: whatever may still be put right there, nobody is waited for. `override`
    is the permission to overcome refusals that yield.

    Raises ValueError for two steps of one name, and for a state with neither or both.
    """

    name: str
    steps: tuple[Step[V], ...]
    ends: tuple[End, ...] = ()
    rests: frozenset[str] = frozenset()
    override: str | None = None
    _named: dict[str, Step[V]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        named = {step.name: step for step in self.steps}
        if len(named) < len(self.steps):
            raise ValueError(f"{self.name}: two steps have one name")
        object.__setattr__(self, "_named", named)
        waits = [end.state for end in self.ends]
        if sorted([*waits, *self.rests]) != sorted(self.states):
            raise ValueError(f"{self.name}: each state waits for its end or rests")
        for end in self.ends:
            ends = end.job is not None and end.step in named
            if ends == bool(end.missing):
                raise ValueError(f"{self.name}: {end.state} neither ends nor says what is missing")

    def __getitem__(self, name: str) -> Step[V]:
        return self._named[name]

    def __contains__(self, name: object) -> bool:
        return name in self._named

    @property
    def states(self) -> frozenset[str]:
        return frozenset(state for step in self.steps for state in (*step.sources, *step.targets))

    def possible(self, state: str, actor: Actor | None = None) -> list[str]:
        """Other states that may follow, for anyone or for somebody with this one's rights."""
        return list(
            dict.fromkeys(
                target
                for step in self.steps
                if actor is None or actor.has(step.permission)
                for target in step.leads(state)
                if target != state
            )
        )

    def open_to(self, actor: Actor, state: str, row: V, now: datetime) -> tuple[str, ...]:
        """The names of the steps that this actor may take now: by right, by state, and by what the
        row and the time say; what yields to a reason is open to whoever may give one."""
        reason = self.may_override(actor)
        return tuple(
            step.name
            for step in self.steps
            if state in step.sources
            and actor.has(step.permission)
            and not self._closed(step, row, now, reason=reason)
        )

    def may_override(self, actor: Actor) -> bool:
        """Whether a reason given by this actor overcomes what yields."""
        return self.override is not None and actor.has(self.override)

    def _closed(self, step: Step[V], row: V, now: datetime, *, reason: bool) -> Refused | None:
        against = step.open(row, now)
        return None if against is None or (reason and against.yields) else against

    def ask(
        self,
        step: Step[V],
        actor: Actor,
        state: str,
        row: V,
        now: datetime,
        *,
        reason: str | None = None,
    ) -> None:
        """Whether the actor may take the step from here, now. Raises Forbidden, IllegalTransition
        with what is possible, and what `open` refuses unless it yields to a `reason`."""
        self.require(step, actor, reason=reason)
        if state not in step.sources:
            raise self.illegal(actor, state, row, now)
        against = self._closed(step, row, now, reason=reason is not None)
        if against is not None:
            raise against

    def require(self, step: Step[V], actor: Actor, *, reason: str | None = None) -> None:
        """The rights alone, before anything is looked up. Raises Forbidden."""
        actor.require(step.permission)
        if reason is not None and self.override is not None:
            actor.require(self.override)

    def illegal(self, actor: Actor, state: str, row: V, now: datetime) -> IllegalTransition:
        """The refusal of a step that the table doesn't list here, with what it does list."""
        return IllegalTransition(
            possible=self.possible(state, actor),
            steps=list(self.open_to(actor, state, row, now)),
            state=state,
        )

    def move(
        self,
        session: Session,
        table: Table,
        row_id: int,
        step: Step[V],
        old: str,
        new: str,
        *,
        seen: int | None = None,
        **values: object,
    ) -> None:
        """UPDATE ... WHERE id and state = old, and the version is the one that was `seen`. Raises
        IllegalTransition for a way that the step doesn't go, and when somebody else moved the row
        first."""
        if new not in step.leads(old):
            raise IllegalTransition(possible=self.possible(old), state=old, wanted=new)
        asked = {f"new_{name}": value for name, value in values.items()}
        asked |= {"row_id": row_id, "old_state": old, "new_state": new}
        if seen is not None:
            asked["old_version"] = seen
        statement = _moving(table, frozenset(values), seen is not None)
        moved = run_built(session, statement, asked)
        if moved.rowcount != 1:
            raise IllegalTransition(possible=[], state=old, wanted=new)


@lru_cache(maxsize=256)
def _moving(table: Table, columns: frozenset[str], versioned: bool) -> Update:
    """The UPDATE of a step that sets these columns, built once."""
    c = table.c
    where = [c.id == bindparam("row_id"), c.state == bindparam("old_state")]
    if versioned:
        where.append(c.version == bindparam("old_version"))
    new = {
        name: bindparam(f"new_{name}", type_=c[name].type) for name in sorted({*columns, "state"})
    }
    return update(table).where(*where).values(new)


AnyMachine = Machine[Any]
"""A table of steps, whatever its rows are."""
