"""`vipclub membership`: what the commands print, and that a trial run changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from tests.cast import CLUB_ACTOR
from tests.membership.inserted_persons import persons_under_policy, source_record
from vipclub import logs
from vipclub.benefits import load_catalogue
from vipclub.core.db import Database
from vipclub.membership import Membership, PolicyNotAccepted
from vipclub.membership.cli import membership
from vipclub.membership.policy_document import shipped


@pytest.fixture(autouse=True)
def _quiet() -> None:
    """As `vipclub` starts."""
    logs.configure("warning")


def call(db: Database, *arguments: str) -> Result:
    return CliRunner().invoke(membership, arguments, obj=db, catch_exceptions=False)


@pytest.fixture
def policy(tmp_path: Path) -> str:
    """A draft that is harder to meet."""
    draft = shipped("2026").replace('"2026.1"', '"draft"').replace("500_000", "700_000")
    path = tmp_path / "draft.toml"
    path.write_text(draft, encoding="utf-8")
    return str(path)


def test_rating_reports_counts_by_movement(db: Database) -> None:
    persons_under_policy(db, [source_record(value=600_000)], [source_record(value=1)])
    report: dict[str, Any] = json.loads(call(db, "rate", "--as-of", "2026-07-01", "--json").stdout)
    assert report["movements"] == {"below": 1, "first": 1}
    assert (report["persons"], report["as_of"], report["policy"]) == (2, "2026-07-01", "2026.1")
    assert "same 1" in call(db, "rate", "--as-of", "2026-07-01").stdout


def test_a_day_that_is_none_is_wrong_usage(db: Database) -> None:
    assert call(db, "rate", "--as-of", "yesterday").exit_code == 2


def test_a_trial_run_tells_movements_and_cost_and_changes_nothing(
    db: Database, policy: str
) -> None:
    persons_under_policy(db, [source_record(value=600_000)], [source_record(value=900_000)])
    db.run(load_catalogue, CLUB_ACTOR)
    told = json.loads(call(db, "simulate", policy, "--as-of", "2026-07-01", "--json").stdout)
    assert told["matrix"] == {"none": {"gold": 1, "none": 1}}
    assert told["cost"]["before"]["full"] == {"amount": 0, "currency": "CNY"}
    assert told["cost"]["after"]["full"]["amount"] > told["cost"]["after"]["expected"]["amount"] > 0
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Membership)) == 0
    assert "from / to" in call(db, "simulate", policy, "--as-of", "2026-07-01").stdout


def test_a_draft_with_mistakes_is_refused(db: Database, tmp_path: Path) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_text("version = 'x'", encoding="utf-8")
    with pytest.raises(PolicyNotAccepted):
        call(db, "simulate", str(draft))


def test_a_policy_is_loaded_from_a_file(db: Database, policy: str) -> None:
    assert call(db, "load-policy", policy).stdout == "Loaded tier policy draft.\n"
