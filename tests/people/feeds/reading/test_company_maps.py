"""A company's own headers, words and days are data: checked when they are brought in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cast import CLUB_ACTOR
from tests.people.feeds.sending_files import Group
from vipclub import people
from vipclub.core.i18n import Language, say
from vipclub.people.feeds import refusals
from vipclub.people.feeds.reading import company_maps

WORDS = {
    "sex": {"男": "M", "女": "F"},
    "id_type": {"身份证": "resident_id"},
    "birth_date": ["YYYY年M月D日", "DD.MM.YYYY"],
    "currency": {"人民币": "CNY"},
    "consent_group_sharing": {"是": "Y", "否": "N"},
}
HEADERS = {"客户号": "customer_no", "姓名": "full_name", "性别": "sex", "生日": "birth_date"}


def test_a_company_s_words_and_days_are_understood(group: Group) -> None:
    group.add_company("SECU", header_map=HEADERS, value_map=WORDS)
    content = "客户号;姓名;性别;生日\n1;林若溪; 女 ;1984年5月16日\n2;陈晓东;M;01.02.1981\n"
    content += "3;王芳;女;1984-05-16\n"
    report = group.send_file(content.encode("gb18030"), to="SECU")
    assert (report.loaded, report.rejected) == (3, 0)
    lin, chen, _ = (group.person("SECU", number) for number in "123")
    assert (lin.sex, str(lin.birth_date)) == ("F", "1984-05-16")
    assert (chen.sex, str(chen.birth_date)) == ("M", "1981-02-01")


def test_what_the_words_do_not_know_is_set_aside_as_it_was_written(group: Group) -> None:
    group.add_company("SECU", header_map=HEADERS, value_map=WORDS)
    content = "客户号;姓名;性别;生日\n1;林若溪;女;1984年2月31日\n2;陈晓东;?;1981-01-01\n3;王芳;;\n"
    group.send_file(content, to="SECU")
    assert group.set_aside() == [(2, "birth_date", "no_such_day"), (3, "sex", "no_sex")]


def test_a_company_s_words_may_change_and_its_next_file_is_read_by_them(group: Group) -> None:
    group.db.run(people.change_subsidiary, CLUB_ACTOR, code="LIFE", header_map=HEADERS)
    assert group.send_file("客户号,姓名\n1,林若溪\n").loaded == 1
    with pytest.raises(refusals.UnknownSubsidiary):
        group.db.run(people.change_subsidiary, CLUB_ACTOR, code="MARS", header_map=HEADERS)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("h.json", json.dumps(HEADERS, ensure_ascii=False)),
        ("h.toml", "".join(f'"{own}" = "{column}"\n' for own, column in HEADERS.items())),
    ],
)
def test_maps_are_toml_or_json(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    assert company_maps.header_map(name, company_maps.read_map(path)) == HEADERS


@pytest.mark.parametrize("content", ["", "[]", "{", "1", "[" * 100_000, '{"a": NaN}'])
def test_what_is_no_map_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "h.json"
    path.write_text(content)
    with pytest.raises(refusals.MapUnreadable):
        company_maps.header_map("h.json", company_maps.read_map(path))


@pytest.mark.parametrize(
    ("kind", "found", "refusal"),
    [
        ("header", {"客户号": "customer"}, refusals.MapColumnUnknown),
        ("header", {"客户号": "customer_no", "编号": "customer_no"}, refusals.MapColumnTwice),
        ("header", {"Name": "full_name", " ＮＡＭＥ": "surname"}, refusals.MapColumnTwice),
        ("header", {"客户号": 1}, refusals.MapUnreadable),
        ("header", {" ": "sex"}, refusals.MapUnreadable),
        ("value", {"gender": {"男": "M"}}, refusals.MapColumnUnknown),
        ("value", {"sex": {"男": "male"}}, refusals.MapValueUnknown),
        ("value", {"currency": {"人民币": "RMB"}}, refusals.MapValueUnknown),
        ("value", {"sex": ["男"]}, refusals.MapUnreadable),
        ("value", {"sex": {"": "M"}}, refusals.MapUnreadable),
        ("value", {"birth_date": ["YYYY/MM"]}, refusals.MapValueUnknown),
        ("value", {"birth_date": ["%Y-%m-%d"]}, refusals.MapValueUnknown),
        ("value", {"birth_date": {"x": "y"}}, refusals.MapUnreadable),
    ],
)
def test_a_wrong_map_is_refused_with_what_is_wrong(
    kind: str, found: dict[str, Any], refusal: type[refusals.Refused]
) -> None:
    check = {"header": company_maps.header_map, "value": company_maps.value_map}[kind]
    with pytest.raises(refusal) as refused:
        check("maps.json", found)
    for language in Language:
        sentence = say(language, refused.value)
        assert "maps.json" in sentence
        assert "%(" not in sentence


def test_a_generated_company_in_its_own_words_says_the_same(group: Group, tmp_path: Path) -> None:
    plain, own = tmp_path / "plain", tmp_path / "own"
    people.generate_feed(plain, people=400, seed=7)
    people.generate_feed(own, people=400, seed=7, own_words=True)
    headers = company_maps.header_map("h", company_maps.read_map(own / "SECU.headers.json"))
    words = company_maps.value_map("v", company_maps.read_map(own / "SECU.values.json"))
    group.add_company("OWN", header_map=headers, value_map=words)
    group.add_company("SECU")
    group.send_path(plain / "SECU.csv", to="SECU")
    report = group.send_path(own / "SECU.csv", to="OWN")
    assert report.ignored_columns == []
    known = {found[0]: found[1:] for found in group.customers_known()}
    theirs = {name.partition("/")[2]: said for name, said in known.items() if "SECU" in name}
    assert len(theirs) > 40
    assert {number: known[f"OWN/{number}"] for number in theirs} == theirs
