"""State machines as tables of steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Column, String

from vipclub.core.actor import Actor
from vipclub.core.errors import Forbidden, IllegalTransition, Refused
from vipclub.core.steps import CLUB_ITSELF, End, Machine, Step

NOW = datetime(2026, 12, 3, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Leaf:
    locked_until: datetime = NOW - timedelta(hours=1)


class StillLocked(Refused):
    """The lock has a clock."""

    code = "still_locked"
    yields = True


def unlocks(door: Leaf, now: datetime) -> Refused | None:
    return StillLocked() if now < door.locked_until else None


STEPS: tuple[Step[Leaf], ...] = (
    Step(
        name="open",
        permission="door:open",
        sources=frozenset({"closed", "locked"}),
        targets=("open",),
        open=unlocks,
    ),
    Step(name="close", permission="door:close", sources=frozenset({"open"}), targets=("closed",)),
    Step(
        name="lock",
        permission="door:lock",
        sources=frozenset({"closed"}),
        targets=("locked",),
        event={"locked": "door.locked"},
        letter="locked",
    ),
)
ENDS = (
    End(state="open", due="opened_at", step="close", job="close_doors", back="the warmth"),
    End(state="closed", missing="nobody knows when"),
)
DOOR = Machine("door", STEPS, ENDS, frozenset({"locked"}), override="door:force")


def holder(*permissions: str) -> Actor:
    return Actor(kind="guard", permissions=frozenset(permissions))


def test_what_is_possible_is_what_the_table_and_one_s_rights_say() -> None:
    assert DOOR.possible("closed") == ["open", "locked"]
    assert DOOR.possible("closed", holder("door:open")) == ["open"]
    assert DOOR.possible("locked", holder("door:lock")) == []
    assert DOOR.possible("closed", Actor.system("club")) == ["open", "locked"]


@pytest.mark.promise("P5")
def test_a_step_that_the_table_does_not_list_is_refused_with_those_it_does() -> None:
    guard = holder("door:open", "door:close", "door:lock")
    with pytest.raises(IllegalTransition) as refused:
        DOOR.ask(DOOR["lock"], guard, "open", Leaf(), NOW)
    assert refused.value.data["possible"] == ["closed"]
    assert refused.value.data["steps"] == ["close"]


def test_a_step_is_asked_for_by_right_first() -> None:
    with pytest.raises(Forbidden):
        DOOR.ask(DOOR["lock"], holder("door:open"), "open", Leaf(), NOW)


def test_what_time_says_is_asked_alike_by_page_and_use_case() -> None:
    guard, locked = holder("door:open"), Leaf(locked_until=NOW + timedelta(hours=1))
    assert DOOR.open_to(guard, "locked", Leaf(), NOW) == ("open",)
    assert DOOR.open_to(guard, "locked", locked, NOW) == ()
    with pytest.raises(StillLocked):
        DOOR.ask(DOOR["open"], guard, "locked", locked, NOW)


def test_what_yields_is_overcome_by_a_reason_of_somebody_who_may_give_one() -> None:
    chief, guard = holder("door:open", "door:force"), holder("door:open")
    locked = Leaf(locked_until=NOW + timedelta(hours=1))
    assert DOOR.open_to(chief, "locked", locked, NOW) == ("open",)
    DOOR.ask(DOOR["open"], chief, "locked", locked, NOW, reason="fire")
    with pytest.raises(StillLocked):
        DOOR.ask(DOOR["open"], chief, "locked", locked, NOW)
    with pytest.raises(Forbidden):
        DOOR.ask(DOOR["open"], guard, "locked", locked, NOW, reason="fire")


def test_from_some_states_a_step_leads_to_fewer() -> None:
    swing = Step[Leaf](
        name="swing",
        permission="door:open",
        sources=frozenset({"open", "closed"}),
        targets=("closed", "open"),
        narrowed={"closed": ("open",)},
    )
    assert (swing.leads("open"), swing.leads("closed")) == (("closed", "open"), ("open",))
    assert swing.leads("locked") == ()
    machine = Machine("door", (swing,), rests=frozenset({"open", "closed"}))
    assert machine.possible("closed") == ["open"]


def test_letter_and_event_are_found_by_where_the_step_leads() -> None:
    lock = DOOR["lock"]
    assert (lock.letter_to("locked"), lock.event_to("locked")) == ("locked", "door.locked")
    assert (lock.event_to("open"), DOOR["open"].letter_to("open")) == (None, None)


def test_a_set_of_rows_moves_from_where_the_step_begins() -> None:
    state: Column[str] = Column("state", String)
    lock, unlock = DOOR["lock"].at(state), DOOR["open"].at(state)
    assert lock.compare(state == "closed")
    assert unlock.compare(state.in_(["closed", "locked"]))
    assert DOOR["lock"].source == "closed"
    with pytest.raises(ValueError, match="too many"):
        DOOR["open"].source  # noqa: B018 - which of the two is not said


def test_what_the_club_does_itself_is_open_to_nobody_else() -> None:
    rust = Step[Leaf](
        name="rust", permission=CLUB_ITSELF, sources=frozenset({"open"}), targets=("stuck",)
    )
    door = Machine("door", (*STEPS, rust), ENDS, frozenset({"locked", "stuck"}))
    guard = holder("door:open", "door:close", "door:lock", "door:force")
    assert "rust" not in door.open_to(guard, "open", Leaf(), NOW)
    assert "rust" in door.open_to(Actor.system("time"), "open", Leaf(), NOW)
    with pytest.raises(Forbidden):
        door.ask(rust, guard, "open", Leaf(), NOW)


def test_every_state_has_its_end_or_rests() -> None:
    assert {end.state for end in DOOR.ends} | DOOR.rests == DOOR.states
    for ends, rests in (
        (ENDS, frozenset()),  # locked neither waits nor rests
        (ENDS, frozenset({"locked", "closed"})),  # closed does both
        (
            (replace(ENDS[0], job=None), ENDS[1]),
            frozenset({"locked"}),
        ),  # no word of what is missing
        ((replace(ENDS[0], step="burn"), ENDS[1]), frozenset({"locked"})),
    ):
        with pytest.raises(ValueError, match="door"):
            Machine("door", STEPS, ends, rests)
    with pytest.raises(ValueError, match="one name"):
        Machine("door", (*STEPS, STEPS[0]), ENDS, frozenset({"locked"}))
