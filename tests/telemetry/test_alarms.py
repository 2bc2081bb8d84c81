"""Alarms and dashboard name figures that the club really tells, and each alarm has its section in
the runbook."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import yaml
from flask import Flask

from tests.house.source import ROOT
from tests.telemetry.scraping import Figures
from vipclub.app import create_app
from vipclub.benefits import LEDGER_CHECK
from vipclub.core import clock, timetable
from vipclub.core.db import Database

PLACE = ROOT / "docs" / "operating"
RUNBOOK = ROOT / "docs/operating/runbook.md"
RULES = PLACE / "monitoring" / "alerts.rules.yml"
DASHBOARD = PLACE / "monitoring" / "dashboard.json"
FIGURE = re.compile(r"\bvipclub_[a-z_]+\b")
MATCHER = re.compile(r"(vipclub_[a-z_]+)\{([^}]*)\}")
LABEL = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"')
GROUPED = re.compile(r"\bby \(([^)]*)\)")
FROM_PROMETHEUS = {"instance", "job", "pid"}
"""Labels that Prometheus adds, and the one of figures that are told process by process."""
TEXT = re.compile(r"^[A-Z{].{10,}[^.]$")


def alarms() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def expressions() -> list[str]:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    drawn = [target["expr"] for panel in panels for target in panel["targets"]]
    return [alarm["expr"] for alarm in alarms()] + drawn


@pytest.fixture
def told(db: Database) -> Figures:
    """The figures of a club in which each kind of thing happened once."""
    for name, detail in (("work", None), (LEDGER_CHECK, "allowances 4, differ 0")):
        db.run(timetable.plan, name, clock.now())
        turn = db.run(timetable.claim, name, "somebody", seconds=9, ahead=timedelta(0))
        assert turn is not None
        db.run(timetable.finish, turn, next_due=clock.now(), outcome="done", detail=detail)
    db.run(
        lambda session: session.connection().exec_driver_sql(
            "INSERT INTO subsidiary (code, name) VALUES ('LIFE', 'Life')"
        )
    )
    app: Flask = create_app(database=db)
    client = app.test_client()
    client.get("/nowhere")
    return Figures(client.get("/metrics").text)


def test_each_figure_that_is_watched_is_told_with_its_labels(told: Figures) -> None:
    known: dict[str, set[str]] = {}
    for sample in told.samples:
        known.setdefault(sample.name, set()).update(sample.labels)
    watched = {name for expression in expressions() for name in FIGURE.findall(expression)}
    assert watched - known.keys() == set()
    every_label = set().union(*known.values()) | FROM_PROMETHEUS
    for expression in expressions():
        for name, matchers in MATCHER.findall(expression):
            assert set(LABEL.findall(matchers)) <= known[name], expression
        for labels in GROUPED.findall(expression):
            assert {label.strip() for label in labels.split(",")} <= every_label, expression


def test_all_that_is_told_is_drawn_or_watched(told: Figures) -> None:
    watched = " ".join(expressions())
    assert {name for name in told.families if name not in watched} == set()


@pytest.mark.parametrize("alarm", alarms(), ids=lambda alarm: alarm["alert"])
def test_each_alarm_says_how_bad_it_is_and_what_to_do(alarm: dict[str, Any]) -> None:
    assert set(alarm) <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"Vipclub[A-Z]\w+", alarm["alert"])
    assert alarm["labels"]["severity"] in {"critical", "warning"}
    assert re.fullmatch(r"\d+[mh]", alarm.get("for", "1m"))
    assert re.search(r"[<>]=?|==|absent\(", alarm["expr"]), "it is true for something"
    assert alarm["expr"].count("(") == alarm["expr"].count(")")
    assert TEXT.match(alarm["annotations"]["summary"])
    place, _, anchor = alarm["annotations"]["runbook"].partition("#")
    assert (place, anchor) == ("docs/operating/runbook.md", alarm["alert"].lower())


def test_each_alarm_has_its_section_and_each_section_its_alarm() -> None:
    text = RUNBOOK.read_text()
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    assert set(sections) == {alarm["alert"] for alarm in alarms()}
    for name, section in sections.items():
        for asked in ("**See**", "**Members**", "**Do**"):
            assert asked in section, name


def test_the_names_of_alarms_and_panels_are_each_their_own() -> None:
    names = [alarm["alert"] for alarm in alarms()]
    panels = json.loads(DASHBOARD.read_text())["panels"]
    assert len(set(names)) == len(names)
    for key in ("id", "title"):
        assert len({panel[key] for panel in panels}) == len(panels)
    places = [tuple(panel["gridPos"].values()) for panel in panels]
    assert len(set(places)) == len(places)
