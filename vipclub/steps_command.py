"""`vipclub steps`: the tables of steps as the code has them: who may take which, from where to
where, what is told, and how each state that waits comes to its end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from vipclub.accounts import GRANTS, HOLDERS
from vipclub.core.steps import CLUB_ITSELF, WHOM_IT_CONCERNS, AnyMachine, End, Step, always
from vipclub.wiring import MACHINES

BY_NAME = {machine.name: machine for machine in MACHINES}
OTHERS = {CLUB_ITSELF: "the club itself", WHOM_IT_CONCERNS: "whom it concerns"}


@click.command()
@click.argument("machine", required=False, metavar="[MACHINE]", type=click.Choice(sorted(BY_NAME)))
@click.option("--json", "as_json", is_flag=True, help="Report as one JSON object.")
def steps(machine: str | None, as_json: bool) -> None:
    """The steps of MACHINE, or of all: who may take which, from where to where, what is told; and
    how each state that waits comes to its end."""
    chosen = MACHINES if machine is None else (BY_NAME[machine],)
    if as_json:
        document = {"machines": [document_of(one) for one in chosen]}
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    click.echo("\n\n".join("\n".join(lines_of(one)) for one in chosen))


def roles_of(permission: str) -> list[str]:
    """The roles and token scopes that have it, in their order."""
    granted = {str(right): holders for right, holders in GRANTS.items()}
    return [role for role in HOLDERS if role in granted.get(str(permission), frozenset())]


def document_of(machine: AnyMachine) -> dict[str, Any]:
    """As `--json` says it. `asks` says that the row or the time may still stand against a step."""
    return {
        "name": machine.name,
        "steps": [_step_document(step) for step in machine.steps],
        "waits": [
            {
                "state": end.state,
                "until": end.due,
                "step": end.step,
                "job": end.job,
                "back": end.back or None,
                "missing": end.missing or None,
            }
            for end in machine.ends
        ],
        "rests": sorted(machine.rests),
        "override": machine.override and str(machine.override),
    }


def _step_document(step: Step[Any]) -> dict[str, Any]:
    return {
        "name": step.name,
        "begins": step.begins,
        "from": sorted(step.sources),
        "to": list(step.targets),
        "permission": str(step.permission),
        "roles": roles_of(step.permission),
        "asks": step.open is not always,
        "letters": {to: code for to in step.targets if (code := step.letter_to(to))},
        "events": {to: code for to in step.targets if (code := step.event_to(to))},
        "fact": step.fact and step.fact.__name__,
    }


def lines_of(machine: AnyMachine) -> Iterator[str]:
    """For a terminal."""
    yield machine.name
    wide = max(len(step.name) for step in machine.steps)
    for step in machine.steps:
        begins = ["new"] if step.begins else []
        yield (
            f"  {step.name:<{wide}}  {', '.join([*begins, *sorted(step.sources)])}"
            f" -> {' or '.join(step.targets) or 'gone'}"
        )
        yield f"  {'':<{wide}}  {'; '.join(_told(step))}"
    for end in machine.ends:
        yield f"  {end.state}: {_ends(end)}"
    if machine.rests:
        yield f"  rests: {', '.join(sorted(machine.rests))}"
    if machine.override is not None:
        yield f"  a reason goes further: {', '.join(roles_of(machine.override))}"


def _told(step: Step[Any]) -> Iterator[str]:
    """Who may, and what is told."""
    who = OTHERS.get(step.permission) or ", ".join(roles_of(step.permission))
    yield who if step.permission in OTHERS else f"{who} ({step.permission})"
    if step.open is not always:
        yield "not at any time"
    for word, code_to in (("letter", step.letter_to), ("event", step.event_to)):
        told = dict.fromkeys(code for to in step.targets if (code := code_to(to)))
        if told:
            yield f"{word} {' or '.join(told)}"
    if step.fact is not None:
        yield f"fact {step.fact.__name__}"


def _ends(end: End) -> str:
    """Until when a state waits, and what ends it."""
    said = [f"until {end.due}"] if end.due else []
    said.append(
        f"nothing ends it yet: {end.missing}" if end.missing else f"{end.job} takes {end.step}"
    )
    if end.back:
        said.append(f"gives back {end.back}")
    return " · ".join(said)
