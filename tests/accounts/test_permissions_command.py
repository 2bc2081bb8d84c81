"""`vipclub account permissions`: who may do what, printed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from vipclub.accounts import GRANTS, HOLDERS, ROLES, TOKEN_SCOPES, permissions_of
from vipclub.accounts.cli import SEES, print_permissions, sees
from vipclub.accounts.models import AccountScope
from vipclub.cli import cli


def call(*arguments: str) -> Result:
    return CliRunner().invoke(print_permissions, arguments, catch_exceptions=False)


def printed(*arguments: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(call(*arguments, "--json").output)
    return document


def test_every_permission_is_a_row_and_everybody_who_may_have_one_a_column() -> None:
    head, *lines = call().output.split("\n\n")[0].splitlines()
    assert head.split() == list(HOLDERS)
    rows = {line.split()[0]: line.split()[1:] for line in lines}
    assert list(rows) == [str(permission) for permission in GRANTS]
    for permission, having in GRANTS.items():
        marks = ["x" if holder in having else "." for holder in HOLDERS]
        assert rows[str(permission)] == marks
    assert max(len(line) for line in [head, *lines]) < 100, "it is read in a terminal"


def test_a_mark_stands_below_the_name_that_it_is_for() -> None:
    head, *lines = call().output.split("\n\n")[0].splitlines()
    [audit] = [line for line in lines if line.startswith("audit:view")]
    assert audit.count("x") == 1
    begin = head.index("auditor")
    assert "x" in audit[begin : begin + len("auditor")]


def test_each_says_whose_affairs_are_seen() -> None:
    said = call().output.split("\n\n")[1].splitlines()
    assert "desk (role), affairs in sight: everybody's" in said
    assert "manager (role), affairs in sight: those of the members of its portfolio" in said
    assert any(
        line.startswith("partner (role and token scope), affairs in sight: ") for line in said
    )
    assert "channel (token scope), affairs in sight: everybody's" in said
    assert len(said) == len(HOLDERS)


def test_one_role_is_a_list_of_its_own() -> None:
    listed, said = call("auditor").output.split("\n\n")
    assert listed.splitlines() == ["audit:view"]
    assert said == "auditor (role), affairs in sight: everybody's\n"
    assert printed("manager")["roles"] == [
        {"name": "manager", "role": True, "token_scope": False, "sees": "portfolio"}
    ]


@pytest.mark.parametrize("holder", HOLDERS)
def test_the_document_says_what_is_asked_in_the_use_cases(holder: str) -> None:
    document = printed()
    mine = {row["permission"] for row in document["permissions"] if holder in row["roles"]}
    assert mine == permissions_of(holder)
    [row] = [row for row in document["roles"] if row["name"] == holder]
    assert (row["role"], row["token_scope"]) == (holder in ROLES, holder in TOKEN_SCOPES)


def test_every_kind_of_scope_has_its_words() -> None:
    [check] = [
        str(constraint.sqltext)
        for constraint in AccountScope.__table__.constraints
        if "kind" in str(getattr(constraint, "sqltext", ""))
    ]
    assert {kind for kind in SEES if f"'{kind}'" in check} == SEES.keys() - {"none"}
    assert check.count("'") == 2 * (len(SEES) - 1)
    assert {sees(holder) for holder in HOLDERS} == SEES.keys()


def test_a_role_that_is_not_there_is_wrong_usage() -> None:
    unknown = call("owner")
    assert (unknown.exit_code, "auditor" in unknown.output) == (2, True)


@pytest.mark.parametrize("words", [["account", "permissions", "--help"], ["--help"]])
def test_help_needs_no_database(words: list[str]) -> None:
    asked = CliRunner().invoke(cli, words)
    assert asked.exit_code == 0
    assert "account" in asked.output
