"""`vipclub steps`: the tables of steps, printed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from vipclub.cli import cli
from vipclub.steps_command import roles_of, steps
from vipclub.wiring import MACHINES


def call(*arguments: str) -> Result:
    return CliRunner().invoke(steps, arguments, catch_exceptions=False)


def printed(*arguments: str) -> list[dict[str, Any]]:
    machines: list[dict[str, Any]] = json.loads(call(*arguments, "--json").output)["machines"]
    return machines


def test_every_machine_is_printed_without_a_database() -> None:
    titles = [line for line in call().output.splitlines() if line and line[0] != " "]
    assert titles == [machine.name for machine in MACHINES]
    assert [one["name"] for one in printed()] == titles


def test_a_step_says_who_may_take_it_from_where_and_what_is_told() -> None:
    lines = [line.strip() for line in call("appointment").output.splitlines()]
    at = next(n for n, line in enumerate(lines) if line.startswith("confirm "))
    assert lines[at].split(maxsplit=1) == ["confirm", "pending -> booked"]
    assert lines[at + 1] == (
        "partner (appointment:answer); letter confirmed; event appointment.confirmed; "
        "fact AppointmentConfirmed"
    )
    book = next(step for step in printed("appointment")[0]["steps"] if step["name"] == "book")
    assert book["begins"]
    assert book["to"] == ["pending", "booked"]
    assert book["letters"] == {"pending": "requested", "booked": "confirmed"}
    assert book["roles"] == ["member", "manager", "desk", "channel"]


def test_a_state_that_waits_says_its_end_or_that_nothing_ends_it_yet() -> None:
    output = call("appointment").output
    assert "pending: until promised_by · nothing ends it yet: a request that" in output
    hold = call("seat_hold").output
    assert (
        "open: until expires_at · end_holds takes expire · gives back the seat and the unit" in hold
    )
    assert printed("seat_hold")[0]["waits"] == [
        {
            "state": "open",
            "until": "expires_at",
            "step": "expire",
            "job": "end_holds",
            "back": "the seat and the unit",
            "missing": None,
        }
    ]


def test_what_only_the_club_does_has_no_role() -> None:
    assert "waiting -> dead\n" in call("outbox").output
    assert "the club itself" in call("outbox").output
    assert roles_of("club:itself") == []
    assert "whom it concerns; fact MembershipAccepted" in call("membership").output


def test_a_machine_that_is_not_there_is_wrong_usage() -> None:
    unknown = call("salon")
    assert (unknown.exit_code, "appointment" in unknown.output) == (2, True)


@pytest.mark.parametrize("words", [["steps", "--help"], ["--help"]])
def test_help_needs_no_database(words: list[str]) -> None:
    asked = CliRunner().invoke(cli, words)
    assert asked.exit_code == 0
    assert "steps" in asked.output
