"""How an event comes about on the staff's pages: written, reviewed by a second person, published,
changed, copied, cancelled."""

from __future__ import annotations

import re

import pytest

from tests.events.salons import a_salon, given, in_days, register
from tests.statements import statements
from tests.web.event_pages.event_forms import salon_form
from tests.web.event_pages.house import House
from tests.web.signing_in import signed_in
from vipclub import events
from vipclub.core.actor import Actor
from vipclub.core.types import new_ref
from vipclub.events import EventView


def made_by(house: House, door: str = "manager", **said: str | list[str]) -> str:
    """A draft by the form of a door; its reference."""
    client = house.wu if door == "manager" else house.gao
    answer = house.post(client, f"/{door}/events/new", **salon_form(**said))
    assert answer.status_code == 303, re.findall(r'class="error"[^>]*>.*?</p>', answer.text, re.S)
    return str(answer.headers["Location"].rsplit("/", 1)[1])


def seen(house: House, event: str) -> EventView:
    with house.db.read() as session:
        return events.event(session, Actor.system("tests"), event)


def test_an_event_is_written_and_what_is_usual_is_worked_out(house: House) -> None:
    view = seen(house, made_by(house))
    assert (view.status, view.zone, view.benefit) == ("draft", "Asia/Shanghai", "wealth-salon")
    start = in_days(10)
    assert view.start == start
    assert (start - view.doors).total_seconds() == 30 * 60
    assert ((start - view.register_until).days, (start - view.cancel_until).days) == (1, 2)
    assert (view.waitlist, view.open) == (True, True)
    assert (view.absence_uses, view.late_cancel_uses) == (True, False)


def test_the_zone_follows_the_city_and_the_benefit_the_kind(house: House) -> None:
    view = seen(house, made_by(house, city_code="990044", kind="private_visit"))
    assert (view.zone, view.benefit) == ("Europe/London", None)
    assert (view.start.hour, view.picture) == (14, "")


def test_all_that_is_said_is_kept(house: House) -> None:
    agenda = "14:00 Tea | 茶 | 茶\n\n9：30 Talk | 谈 | 談 | Dr Lu"
    event = made_by(
        house,
        agenda=agenda,
        tiers=["gold", "black"],
        languages=["english", "cantonese"],
        open_to="invited",
        waitlist="",
        doors="13:00",
        register_until=f"{in_days(5):%Y-%m-%dT%H:%M}",
        dress_hans="便装",
        dress_hant="便服",
        dress_en="Casual",
        map_url="https://maps.example/1",
        picture="garden",
        series="tea",
        guest_age_from="18",
        benefit="none",
    )
    view = seen(house, event)
    assert [(item.at, item.title.en, item.speaker) for item in view.agenda] == [
        ("14:00", "Tea", ""),
        ("09:30", "Talk", "Dr Lu"),
    ]
    assert (view.tiers, view.languages) == (("gold", "black"), ("cantonese", "english"))
    assert not view.open
    assert not view.waitlist
    assert view.register_until == in_days(5)
    assert (view.picture, view.series, view.guest_age_from) == ("garden", "tea", 18)
    assert view.benefit is None
    page = house.wu.get(f"/manager/events/{event}/change?lang=en").text
    for kept in ("09:30 Talk | 谈 | 談 | Dr Lu", "https://maps.example/1", 'value="13:00"'):
        assert kept in page


REFUSED: list[tuple[dict[str, str | list[str]], str]] = [
    ({"kind": "ball"}, "kind"),
    ({"city_code": ""}, "city_code"),
    ({"day": ""}, "day"),
    ({"day": "0002-01-01"}, "day"),
    ({"day": "2020-01-01"}, "day"),
    ({"start": "2 pm"}, "start"),
    ({"end": "13:00"}, "end"),
    ({"doors": "15:00"}, "doors"),
    ({"seats": ""}, "seats"),
    ({"seats": "0"}, "seats"),
    ({"seats": "many"}, "seats"),
    ({"guests_at_most": "12"}, "guests_at_most"),
    ({"guest_age_from": "-3"}, "guest_age_from"),
    ({"title_hant": ""}, "title_hant"),
    ({"dress_en": "Casual"}, "dress_hans"),
    ({"register_until": "tomorrow"}, "register_until"),
    ({"register_until": "2999-01-01T10:00"}, "register_until"),
    ({"cancel_until": "2999-01-01T10:00"}, "cancel_until"),
    ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ({"benefit": "health-check"}, "benefit"),
    ({"map_url": "http://maps.example/"}, "map_url"),
    ({"map_url": "https://maps.example/" + "x" * 300}, "map_url"),
    ({"languages": []}, "languages"),
    ({"agenda": "Tea"}, "agenda"),
    ({"picture": "nothing"}, "picture"),
]


@pytest.mark.parametrize(
    ("said", "field"), REFUSED, ids=[f"{field}-{at}" for at, (_, field) in enumerate(REFUSED)]
)
def test_what_is_wrong_is_said_at_its_field_and_all_that_was_typed_stays(
    house: House, said: dict[str, str | list[str]], field: str
) -> None:
    form = salon_form(**{"series": "kept", **said})  # type: ignore[arg-type]
    answer = house.post(house.wu, "/manager/events/new?lang=en", **form)
    assert answer.status_code == 422
    summary = answer.text.split("error-summary")[1].split("</ul>")[0]
    assert f'href="#{field}"' in summary
    assert 'value="kept"' in answer.text
    assert "<title>Error: New event" in answer.text


def test_every_line_of_the_agenda_that_is_wrong_is_named(house: House) -> None:
    lines = "14:00 Tea | 茶 | 茶\nTalk\n15:00 Only English\n25:00 A | b | c"
    answer = house.post(house.wu, "/manager/events/new?lang=en", **salon_form(agenda=lines))
    summary = answer.text.split("error-summary")[1].split("</ul>")[0]
    assert re.findall(r"Line (\d)", summary) == ["2", "3", "4"]


def test_sent_twice_it_is_one_event(house: House) -> None:
    first, again = (
        house.post(house.wu, "/manager/events/new", **salon_form(form_key="once")) for _ in range(2)
    )
    assert first.headers["Location"] == again.headers["Location"]


def test_a_second_person_publishes_it(house: House) -> None:
    event = made_by(house)
    house.post(house.wu, f"/manager/events/{event}/submit")
    page = house.wu.get(f"/manager/events/{event}?lang=en").text
    assert "somebody else than who submitted it" in page
    assert "/publish" not in page
    refused = house.post(house.wu, f"/manager/events/{event}/publish?lang=en")
    assert refused.status_code == 422
    assert "Somebody else than who submitted it" in refused.text
    assert "to review" not in house.wu.get("/manager/events?lang=en").text
    assert "to review" in house.gao.get("/operations/events?lang=en").text
    assert event in house.gao.get("/operations/events?which=review").text
    assert house.post(house.gao, f"/operations/events/{event}/publish").status_code == 303
    assert seen(house, event).status == "published"


def test_one_that_is_returned_says_why_until_it_is_submitted_again(house: House) -> None:
    event = made_by(house)
    house.post(house.wu, f"/manager/events/{event}/submit")
    silent = house.post(house.gao, f"/operations/events/{event}/return?lang=en", words=" ")
    assert silent.status_code == 422
    assert "Please write down the reason." in silent.text
    said = "Which floor is it?"
    house.post(house.gao, f"/operations/events/{event}/return", words=said)
    page = house.wu.get(f"/manager/events/{event}?lang=en").text
    assert "Returned with these words" in page
    assert page.count(said) == 2, "on top and in the trail"
    house.post(house.wu, f"/manager/events/{event}/submit")
    assert "Returned with these words" not in house.wu.get(f"/manager/events/{event}?lang=en").text


def test_a_change_keeps_what_was_not_touched_and_moves_what_follows(house: House) -> None:
    event = made_by(house, series="tea")
    form = salon_form(days=20, series="tea", seats="30")
    assert house.post(house.wu, f"/manager/events/{event}/change", **form).status_code == 303
    view = seen(house, event)
    assert (view.seats, view.start, view.series) == (30, in_days(20), "tea")
    assert (view.start - view.register_until).days == 1


def test_of_two_who_change_it_the_second_is_told(house: House) -> None:
    event = made_by(house)
    page = house.wu.get(f"/manager/events/{event}/change?lang=en").text
    mark = re.search(r'name="seen" value="([^"]+)"', page)
    assert mark
    house.post(house.gao, f"/operations/events/{event}/change", **salon_form(seats="40"))
    late = salon_form(seats="50", seen=mark[1])
    answer = house.post(house.wu, f"/manager/events/{event}/change?lang=en", **late)
    assert answer.status_code == 409
    assert "Changed by somebody else while you were writing" in answer.text
    assert seen(house, event).seats == 40


def test_there_are_never_fewer_seats_than_are_given(house: House) -> None:
    salon = a_salon(house.db, seats=4)
    register(house.db, house.club.lin, salon, house.club.members[0], guests=1)
    answer = house.post(
        house.wu, f"/manager/events/{salon}/change?lang=en", **salon_form(seats="1")
    )
    assert answer.status_code == 422
    assert "2 seats are given already" in answer.text


def test_a_copy_is_a_draft_to_be_checked(house: House) -> None:
    salon = a_salon(house.db)
    answer = house.post(house.wu, f"/manager/events/{salon}/copy")
    copied = answer.headers["Location"].split("/")[-2]
    assert answer.headers["Location"].endswith("/change")
    assert seen(house, copied).status == "draft"
    assert copied != salon


def test_before_it_is_cancelled_the_page_says_how_many_are_told(house: House) -> None:
    salon = a_salon(house.db)
    register(house.db, house.club.lin, salon, house.club.members[0])
    register(house.db, house.club.chen, salon, house.club.members[1])
    page = house.wu.get(f"/manager/events/{salon}?lang=en").text
    assert "2 parties are told by letter." in page
    silent = house.post(house.wu, f"/manager/events/{salon}/cancel?lang=en", words="")
    assert silent.status_code == 422
    house.post(house.wu, f"/manager/events/{salon}/cancel", words="The speaker is ill")
    page = house.wu.get(f"/manager/events/{salon}?lang=en").text
    assert "2 parties are told." in page
    assert "The speaker is ill" in page
    assert seen(house, salon).status == "cancelled"
    assert house.wu.get(f"/manager/events/{salon}/change").status_code == 404


def test_names_are_those_of_the_own_members_and_counts_are_of_all(house: House) -> None:
    salon = a_salon(house.db, seats=3)
    register(house.db, house.club.lin, salon, house.club.members[0], guests=1)
    register(house.db, house.club.chen, salon, house.club.members[1], guests=1)
    page = house.wu.get(f"/manager/events/{salon}?lang=zh-Hans").text
    assert "林若溪" in page
    assert "陈启明" not in page
    page = house.wu.get(f"/manager/events/{salon}?lang=en").text
    assert "1 party of members whom others look after." in page
    assert re.findall(r"<strong>(Registered|On the waiting list)", page) == [
        "Registered",
        "On the waiting list",
    ]
    seen_by_all = house.gao.get(f"/operations/events/{salon}?lang=zh-Hans").text
    assert "林*溪" in seen_by_all
    assert "陈*明" in seen_by_all
    assert "林若溪" not in seen_by_all


def test_the_preview_shows_what_members_see(house: House) -> None:
    event = made_by(house, agenda="14:00 Tea | 茶 | 茶 | Dr Lu", benefit="")
    for language, title in (
        ("zh-Hans", "茶与投资"),
        ("zh-Hant", "茶與投資"),
        ("en", "Tea and inv"),
    ):
        page = house.gao.get(f"/operations/events/{event}/preview?lang={language}").text
        assert title in page
        assert "Dr Lu" in page
        assert "/events/salon.svg" in page


def test_the_list_goes_on_to_what_was_and_page_by_page(house: House) -> None:
    for day in range(3, 54):
        house.db.run(events.draft_event, Actor.system("tests"), given=given(days=day))
    page = house.wu.get("/manager/events?lang=en").text
    assert page.count("<tr data-row=") == 50
    after = re.search(r'href="([^"]*after=[^"]*)"', page)
    assert after
    rest = house.wu.get(after[1].replace("&amp;", "&")).text
    assert rest.count("<tr data-row=") == 1
    assert "Nothing has taken place yet." in house.wu.get("/manager/events?which=past&lang=en").text


@pytest.mark.parametrize("role", ["member", "desk", "auditor"])
def test_the_pages_are_for_those_who_curate(house: House, role: str) -> None:
    client, salon = signed_in(house.app, role), a_salon(house.db)
    for door in ("manager", "operations"):
        for path in ("", "/new", f"/{salon}", f"/{salon}/preview", f"/{salon}/change"):
            assert client.get(f"/{door}/events{path}").status_code == 403, path


def test_what_there_is_not_is_not_found(house: House) -> None:
    nowhere = new_ref("E")
    for path in (nowhere, f"{nowhere}/preview", f"{nowhere}/change"):
        assert house.wu.get(f"/manager/events/{path}").status_code == 404
    assert house.post(house.wu, f"/manager/events/{nowhere}/publish").status_code == 404


def test_each_page_needs_few_statements(house: House) -> None:
    salon = a_salon(house.db, seats=3)
    register(house.db, house.club.lin, salon, house.club.members[0], guests=1)
    register(house.db, house.club.chen, salon, house.club.members[1], guests=1)
    for path in ("", "/new", f"/{salon}", f"/{salon}/preview", f"/{salon}/change"):
        house.wu.get(f"/manager/events{path}")
        with statements(at_most=6):
            assert house.wu.get(f"/manager/events{path}").status_code == 200
