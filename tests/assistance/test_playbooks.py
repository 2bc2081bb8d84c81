"""Playbooks: steps per kind and country as data, ticked in the timeline."""

from __future__ import annotations

import pytest

from tests.assistance.cases_in_steps import broken, opened, seen, whats
from tests.assistance.desk_on_duty import an_agent
from tests.small_club import SmallClub, a_small_club
from vipclub import assistance
from vipclub.assistance import StepOfCase
from vipclub.assistance.playbooks.reading import SHIPPED
from vipclub.core.db import Database
from vipclub.core.errors import IllegalTransition, Malformed


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


def step(found: list[StepOfCase], code: str) -> StepOfCase:
    return next(one for one in found if one.code == code)


def test_each_country_has_its_numbers_in_three_languages() -> None:
    for country, number in (
        ("CN", "120"),
        ("HK", "999"),
        ("TW", "119"),
        ("JP", "119"),
        ("TH", "1669"),
        ("FR", "15"),
        ("GB", "999"),
        ("US", "911"),
        ("AU", "000"),
        ("SG", "995"),
    ):
        calls = step(assistance.playbook_for("emergency_overseas", country, ()), "ambulance").do
        for language in ("en", "zh-Hans", "zh-Hant"):
            assert number in calls.to(language), (country, language)
            assert "{" not in calls.to(language)


def test_a_country_adds_its_own_steps_where_they_belong() -> None:
    codes = [one.code for one in assistance.playbook_for("emergency_overseas", "FR", ())]
    assert codes.index("fr_samu") == codes.index("ambulance") + 1
    assert "us_er" not in codes


def test_without_a_country_no_number_is_guessed_abroad() -> None:
    abroad = [one.code for one in assistance.playbook_for("emergency_overseas", None, ())]
    assert "ambulance" not in abroad
    at_home = assistance.playbook_for("emergency_domestic", None, ())
    assert "120" in step(at_home, "d_ambulance").do.en


def test_the_next_open_step_is_marked() -> None:
    found = assistance.playbook_for("enquiry", None, {"e_understand"})
    assert [(one.code, one.done, one.next) for one in found] == [
        ("e_understand", True, False),
        ("e_source", False, True),
        ("e_answer", False, False),
    ]


def test_a_tick_is_an_entry_and_so_is_taking_it_back(db: Database, club: SmallClub) -> None:
    ping = an_agent(db, "ping")
    ref = opened(db, kind="enquiry").case
    assert db.run(assistance.tick_step, ping, case=ref, step="e_source") is not None
    assert db.run(assistance.tick_step, ping, case=ref, step="e_source") is None, "said already"
    assert assistance.done_steps(seen(db, ref).entries) == {"e_source"}
    db.run(assistance.tick_step, ping, case=ref, step="e_source", done=False)
    assert assistance.done_steps(seen(db, ref).entries) == set()
    assert whats(seen(db, ref))[-2:] == ["step_done", "step_undone"]
    with pytest.raises(Malformed):
        db.run(assistance.tick_step, ping, case=ref, step="us_er")
    db.run(assistance.resolve, ping, case=ref, text="Done")
    with pytest.raises(IllegalTransition):
        db.run(assistance.tick_step, ping, case=ref, step="e_answer")
    assert broken(db) == []


def test_a_document_that_is_wrong_is_refused() -> None:
    sound = SHIPPED.read_text(encoding="utf-8")
    for old, new, says in (
        ("steps.enquiry", "steps.question", "each kind"),
        ('after = "hospital"', 'after = "hotel"', "no step hotel"),
        ('code = "e_source"', 'code = "e_answer"', "one code"),
        ("{ambulance} in {country}", "{doctor} in {country}", "nothing fills"),
        ('needs = "ambulance"\n', "", "says what it needs"),
        ('needs = "ambulance"', 'needs = "fire"', "no number fire"),
    ):
        assert old in sound
        with pytest.raises(ValueError, match=says):
            assistance.read_playbooks(sound.replace(old, new))
