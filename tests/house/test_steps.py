"""Every state machine is a table of steps: listed, true to its database table, and what its steps
tell and its ends name is there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module

import pytest
from sqlalchemy import CheckConstraint, Column, MetaData, String, Table

from jobs.scheduler import JOBS
from tests.house.source import ROOT, python_files, room
from vipclub import wiring
from vipclub.accounts import Permission
from vipclub.accounts.permissions import GRANTS
from vipclub.core.actor import Actor
from vipclub.core.db import Base
from vipclub.core.steps import (
    CLUB_ITSELF,
    WHOM_IT_CONCERNS,
    AnyMachine,
    End,
    Machine,
    Step,
)

WITHOUT_STEPS = {
    "message": "written once, when a letter has ended, and never moved",
    "club_key": "moved by the commands of whoever keeps the keys, and by nothing else",
    "rating_run": "begins and ends: two steps",
}
"""Tables with a state and no table of steps, each with the reason."""
RIGHTS = {*Permission, CLUB_ITSELF, WHOM_IT_CONCERNS}


def written() -> dict[str, AnyMachine]:
    """Every machine in the code, by module and name."""
    found = {}
    for path in python_files("vipclub"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
        if any(isinstance(func, ast.Name) and func.id == "Machine" for func in calls):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for word, thing in vars(import_module(name)).items():
                if isinstance(thing, Machine):
                    found[f"{name}.{word}"] = thing
    return found


def states_of(table: Table) -> set[str] | None:
    """The states that the table's CHECK allows; None where it has none."""
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            found = re.fullmatch(r"state IN \((.*)\)", str(constraint.sqltext))
            if found:
                return set(re.findall(r"'([^']+)'", found[1]))
    return None


@dataclass(frozen=True)
class Known:
    """What there is to be named."""

    jobs: Collection[str]
    letters: Collection[str]
    events: Collection[str]


KNOWN = Known(
    jobs={job.name for job in JOBS},
    letters={letter.template for letter in wiring.LETTERS},
    events=wiring.WEBHOOK_EVENTS,
)


def codes(code: object) -> Iterable[str]:
    """The letters or events of a step."""
    return code.values() if isinstance(code, dict) else [] if code is None else [str(code)]


def faults(machine: AnyMachine, table: Table, part: str | None, known: Known) -> list[str]:
    """What a machine names that isn't there."""
    found = []
    states = states_of(table)
    if states is not None and states != machine.states:
        found.append(f"states: {sorted(states ^ machine.states)}")
    for end in machine.ends:
        if end.due is not None and end.due not in table.c:
            found.append(f"due: {end.due}")
        if end.job is not None and end.job not in known.jobs:
            found.append(f"job: {end.job}")
        if end.step is not None and end.state not in machine[end.step].sources:
            found.append(f"end: {end.step} leads from elsewhere than {end.state}")
    for step in machine.steps:
        if step.permission not in RIGHTS:
            found.append(f"permission: {step.permission}")
        found += [
            f"letter: {letter}"
            for letter in codes(step.letter)
            if not {letter, f"{machine.name}-{letter}"} & set(known.letters)
        ]
        found += [f"event: {event}" for event in codes(step.event) if event not in known.events]
        if step.fact is not None and step.fact.__module__ != f"vipclub.{part}.facts":
            found.append(f"fact: {step.fact.__name__}")
    return [f"{machine.name}, {fault}" for fault in found]


def amiss(
    written: Mapping[str, AnyMachine], listed: Sequence[AnyMachine], tables: Collection[str]
) -> list[str]:
    """Machines that are written and not listed, listed twice, or named by no table."""
    names = Counter(machine.name for machine in listed)
    known = {id(machine) for machine in listed}
    return [
        *(place for place, machine in written.items() if id(machine) not in known),
        *(name for name, times in names.items() if times > 1 or name not in tables),
    ]


def without_steps(tables: Mapping[str, Table], listed: Sequence[AnyMachine]) -> set[str]:
    """Tables with a state that no listed machine is of."""
    return {name for name, table in tables.items() if "state" in table.c} - {
        machine.name for machine in listed
    }


@pytest.mark.promise("P5")
def test_every_machine_is_listed_once_by_the_name_of_its_table() -> None:
    assert amiss(written(), wiring.MACHINES, Base.metadata.tables) == []


def test_every_table_with_a_state_has_its_steps_or_a_reason_to_have_none() -> None:
    assert without_steps(Base.metadata.tables, wiring.MACHINES) == set(WITHOUT_STEPS)


@pytest.mark.promise("P5")
@pytest.mark.pain(43)
def test_what_the_tables_of_steps_name_is_there() -> None:
    parts = {id(found): room(name) for name, found in written().items()}
    found = [
        fault
        for machine in wiring.MACHINES
        for fault in faults(machine, Base.metadata.tables[machine.name], parts[id(machine)], KNOWN)
    ]
    assert found == []


def test_every_state_is_reached_by_a_step() -> None:
    unreached = {
        machine.name: machine.states - {state for step in machine.steps for state in step.targets}
        for machine in wiring.MACHINES
    }
    left = {name: states for name, states in unreached.items() if states}
    assert left == {"appointment": {"waitlist"}}, "nobody can join a waiting list yet"


def test_no_role_takes_the_steps_of_the_club_itself() -> None:
    granted = {str(permission) for permission in GRANTS}
    assert not granted & {CLUB_ITSELF, WHOM_IT_CONCERNS}
    assert Actor.system("a job").has(CLUB_ITSELF)
    assert not Actor(kind="desk", permissions=frozenset(granted)).has(CLUB_ITSELF)


def test_the_check_of_the_list_bites() -> None:
    turn = Step[object](name="turn", permission="", sources=frozenset({"on"}), targets=("off",))
    machine = Machine("lamp", (turn,), rests=frozenset({"on", "off"}))
    table = Table("lamp", MetaData(), Column("state", String))
    assert amiss({"rooms.LAMP": machine}, [machine], {"lamp"}) == []
    assert amiss({"rooms.LAMP": machine}, [], {"lamp"}) == ["rooms.LAMP"]
    assert amiss({"rooms.LAMP": machine}, [machine, machine], {"lamp"}) == ["lamp"]
    assert amiss({"rooms.LAMP": machine}, [machine], {"candle"}) == ["lamp"]
    assert without_steps({"lamp": table}, [machine]) == set()
    assert without_steps({"lamp": table}, []) == {"lamp"}


def test_the_checks_of_the_names_bite() -> None:
    check = CheckConstraint("state IN ('open', 'shut')", name="state_known")
    table = Table("gate", MetaData(), Column("state", String), Column("shuts_at", String), check)
    assert states_of(table) == {"open", "shut"}
    assert states_of(Table("gate", MetaData(), Column("state", String))) is None
    shut = Step[object](
        name="shut", permission=CLUB_ITSELF, sources=frozenset({"open"}), targets=("shut",)
    )
    lift = Step[object](
        name="lift",
        permission=str(Permission.CAPACITY_CHANGE),
        begins=True,
        sources=frozenset({"shut"}),
        targets=("open",),
        letter="lifted",
        event={"open": "gate.lifted"},
    )
    end = End(state="open", due="shuts_at", step="shut", job="shut_gates")
    rests = frozenset({"shut"})
    known = Known(jobs={"shut_gates"}, letters={"gate-lifted"}, events={"gate.lifted"})

    def of(*steps: Step[object], end: End = end, known: Known = known) -> list[str]:
        return faults(Machine("gate", steps, (end,), rests), table, "partners", known)

    assert of(lift, shut) == []
    assert of(lift, shut, known=Known((), (), ())) == [
        "gate, job: shut_gates",
        "gate, letter: lifted",
        "gate, event: gate.lifted",
    ]
    assert of(lift, shut, end=replace(end, due="opens_at")) == ["gate, due: opens_at"]
    assert of(lift, shut, end=replace(end, step="lift")) == [
        "gate, end: lift leads from elsewhere than open"
    ]
    assert of(replace(lift, permission="gate:lift"), shut) == ["gate, permission: gate:lift"]
    assert of(replace(lift, fact=Known), shut) == ["gate, fact: Known"]
    stuck = replace(shut, targets=("shut", "stuck"))
    machine = Machine("gate", (lift, stuck), (end,), rests | {"stuck"})
    assert faults(machine, table, "partners", known) == ["gate, states: ['stuck']"]
