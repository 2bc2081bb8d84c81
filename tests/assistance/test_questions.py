"""The questions to a caller: in their order, answered bit by bit, and what they mean for the
severity."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.assistance.cases_in_steps import broken, opened, seen
from tests.assistance.desk_on_duty import an_agent
from tests.cast import member_actor
from tests.small_club import SmallClub, a_small_club
from vipclub import assistance
from vipclub.assistance import CaseEntry, CaseView, UnknownAnswer, WordsMissing
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, IllegalTransition

SOUND = """
[kinds]
emergency_domestic = "a"
emergency_overseas = "a"
green_channel = "a"
complaint = "a"
enquiry = "a"
[[a]]
code = "how"
fact = 1
ask = { en = "How?", zh-Hans = "怎么？", zh-Hant = "怎麼？" }
[[a.options]]
code = "bad"
text = { en = "bad", zh-Hans = "坏", zh-Hant = "壞" }
severity = "high"
because = { en = "It is bad.", zh-Hans = "不好。", zh-Hant = "不好。" }
"""


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


def facts(view: CaseView) -> dict[str, str]:
    return assistance.facts_of(one.text for one in view.entries if one.what == "facts")


def suggested(kind: str, **answers: str) -> str | None:
    found = assistance.suggested_severity(assistance.questions_for(kind), answers)
    return found.severity if found else None


def test_ten_facts_in_their_order_for_an_emergency() -> None:
    for kind in assistance.EMERGENCIES:
        asked = assistance.questions_for(kind)
        assert sorted({one.fact for one in asked}) == list(range(1, 11))
        assert [one.code for one in asked][:3] == ["patient", "conscious", "breathing"]
    for kind in assistance.KINDS:
        assert assistance.questions_for(kind), kind
        decides = [o for q in assistance.questions_for(kind) for o in q.options if o.severity]
        assert decides, f"{kind}: no answer decides the severity"


def test_the_severest_answer_decides() -> None:
    assert suggested("emergency_overseas") is None
    assert suggested("emergency_overseas", patient="Mother, 78") is None
    assert suggested("emergency_overseas", condition="papers") == "normal"
    assert suggested("emergency_overseas", condition="papers", needed="hospital") == "high"
    assert suggested("emergency_overseas", needed="hospital", breathing="none") == "critical"
    found = assistance.suggested_severity(
        assistance.questions_for("emergency_overseas"),
        {"conscious": "no", "breathing": "hard", "condition": "chest"},
    )
    assert found is not None
    assert found.because.en == "The person does not respond.", "the first of the severest"


def test_answers_are_saved_bit_by_bit_and_sealed(db: Database, club: SmallClub) -> None:
    ping = an_agent(db, "ping")
    ref = opened(db).case
    db.run(assistance.save_facts, ping, case=ref, answers={"patient": "  Mother,\n 78 "})
    db.run(
        assistance.save_facts,
        ping,
        case=ref,
        answers={"patient": "Mother, 78", "conscious": "yes", "country": "FR"},
    )
    view = seen(db, ref)
    assert facts(view) == {"patient": "Mother, 78", "conscious": "yes", "country": "FR"}
    assert view.country == "FR", "it is the case's country from then on"
    db.run(assistance.save_facts, ping, case=ref, answers={"conscious": ""})
    assert "conscious" not in facts(seen(db, ref)), "an answer is taken back"
    same = {"patient": "Mother, 78"}
    assert db.run(assistance.save_facts, ping, case=ref, answers=same) is None
    entries = [one for one in seen(db, ref).entries if one.what == "facts"]
    assert len(entries) == 3, "nothing new writes nothing"
    with db.read() as session:
        bodies = session.scalars(select(CaseEntry.body).where(CaseEntry.what == "facts")).all()
    assert all(b"Mother" not in body for body in bodies if body)
    assert broken(db) == []


def test_answers_that_are_none_are_refused(db: Database, club: SmallClub) -> None:
    ping = an_agent(db, "ping")
    ref = opened(db).case
    for answers in ({"nonsense": "x"}, {"conscious": "perhaps"}, {"country": "XX"}):
        with pytest.raises(UnknownAnswer):
            db.run(assistance.save_facts, ping, case=ref, answers=answers)
    with pytest.raises(WordsMissing):
        db.run(assistance.save_facts, ping, case=ref, answers={"patient": "x" * 601})
    with pytest.raises(Forbidden):
        db.run(
            assistance.save_facts,
            member_actor(club.members[0]),
            case=ref,
            answers={"patient": "Mother"},
        )
    db.run(assistance.resolve, ping, case=ref, text="Done")
    with pytest.raises(IllegalTransition):
        db.run(assistance.save_facts, ping, case=ref, answers={"patient": "Mother"})


def test_a_document_that_is_wrong_is_refused() -> None:
    assert len(assistance.read_questions(SOUND)) == 5
    for old, new, says in (
        ('enquiry = "a"', "", "each kind"),
        ("fact = 1", "fact = 2", "not in order"),
        ('"high"', '"awful"', "no severity"),
        ("because = {", "reason = {", "because is missing"),
        (', zh-Hant = "怎麼？"', "", "zh-Hant is missing"),
    ):
        with pytest.raises(ValueError, match=says):
            assistance.read_questions(SOUND.replace(old, new))
    twice = SOUND + SOUND.split("[[a.options]]")[0].split("[[a]]")[1].join(["[[a]]", ""])
    with pytest.raises(ValueError, match="one code"):
        assistance.read_questions(twice)
