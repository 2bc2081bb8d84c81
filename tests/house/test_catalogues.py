"""Every sentence is said in three languages, each in its own script and words."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from tests.house import catalogues, sentences


def test_every_sentence_is_said_in_all_three_languages() -> None:
    assert catalogues.problems() == []


@pytest.mark.parametrize(
    ("language", "english", "chinese", "problem"),
    [
        ("zh_Hans", "Book", "", "is empty"),
        ("zh_Hans", "Book", "Book", "is the English"),
        ("zh_Hans", "%(count)s left", "剩余 %(number)s 次", "has the places"),
        ("zh_Hant", "Member", "会员", "characters of the other script: 会员"),
        ("zh_Hans", "Member", "會員", "characters of the other script: 會員"),
        ("zh_Hant", "Sign in", "登錄", "says 登錄, we say 登入"),
        ("zh_Hant", "Yes", "“是”", "we say 「"),
        ("zh_Hans", "Yes, please", "好的,谢谢", "half-width"),
        ("zh_Hans", "Welcome", "欢迎！", "shouts"),
    ],
)
def test_the_check_bites(language: str, english: str, chinese: str, problem: str) -> None:
    assert problem in "; ".join(catalogues.wrong_in(language, Message(english, chinese)))


@pytest.mark.parametrize(
    ("language", "chinese"),
    [("zh_Hans", "会员等级，剩余 %(n)s 次"), ("zh_Hant", "會員級別，尚餘 %(n)s 次，正等著您。")],
)
def test_the_check_lets_good_chinese_pass(language: str, chinese: str) -> None:
    assert list(catalogues.wrong_in(language, Message("Tier, %(n)s left", chinese))) == []


def test_a_sentence_stands_once_in_the_catalogue_of_the_folder_that_says_it() -> None:
    homes = {"Where": "core.po", "When": "web/desk.po", "Who": "web/desk.po", "Why": "people.po"}
    stands = {
        "Where": ["web/member.po"],
        "When": ["core.po", "web/desk.po"],
        "Who": ["web/member.po"],
        "Why": ["people.po"],
    }
    assert list(catalogues.misplaced(homes, stands)) == [
        "Where stands in web/member.po, and is said by core.po",
        "When stands in core.po, web/desk.po: once is enough",
        "Who stands in web/member.po, and is said by web/desk.po",
    ]


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("vipclub/bookings/refusals.py", "bookings"),
        ("vipclub/bookings/policies/shipped.py", "bookings"),
        ("vipclub/desk/notes.py", "desk"),
        ("vipclub/web/desk/home.py", "web/desk"),
        ("templates/member/home.html", "web/member"),
        ("vipclub/web/day_words.py", "web/frame"),
        ("templates/base.html", "web/frame"),
        ("templates/components/page.html", "web/frame"),
        ("templates/messages/welcome.jinja", "membership"),
        ("templates/messages/appointment.txt", "bookings"),
        ("templates/messages/layout.txt", "messages"),
        ("vipclub/demo/fill_database.py", "demo"),
        ("vipclub/cli.py", "cli"),
        ("jobs/open_slots.py", "jobs"),
    ],
)
def test_a_sentence_is_its_parts_or_its_doors(path: str, folder: str) -> None:
    assert sentences.folder_of(path) == folder


CODE = """A = N_("one " "two")
B = N_(
    "Open",
    context="state",
)
C = NN_("four", "fours")
gettext(language, N_("three"), n=gettext(language, "inner"))
ngettext(language, "five", "fives", 2)
pgettext(language, "button", "Open")
npgettext(language, "state", "six", "sixes", 2)
gettext(language, word)
"""
PAGE = """{{ _("one", n=1) }}{{ N_("six") }}{% trans %}two{% endtrans %}
{{ ngettext("three", "threes", n) }}{{ pgettext("state", "Open") }}
{{ npgettext("state", "four", "fours", n) }}{% trans "button" %}Open{% endtrans %}"""


@pytest.mark.parametrize(
    ("method", "text", "found"),
    [
        (
            "python",
            CODE,
            [
                (None, "one two"), ("state", "Open"), (None, ("four", "fours")), (None, "three"),
                (None, "inner"), (None, ("five", "fives")), ("button", "Open"),
                ("state", ("six", "sixes")),
            ],
        ),
        (
            "jinja2",
            PAGE,
            [
                (None, "one"), (None, "six"), (None, "two"), (None, ("three", "threes")),
                ("state", "Open"), ("state", ("four", "fours")), ("button", "Open"),
            ],
        ),
    ],
)  # fmt: skip
def test_sentences_are_found_wherever_they_are_said(
    tmp_path: Path, method: str, text: str, found: list[tuple[str | None, object]]
) -> None:
    (tmp_path / "it").write_text(text)
    said = Catalog()
    sentences.said_in(method, tmp_path / "it", "it", said)
    order = {message: number for number, message in enumerate(found)}
    assert {(message.context, message.id) for message in said if message.id} == order.keys()


STANDS = {
    "member.po": """
msgid "Book a time"
msgstr "预约时段"

# of the card
msgid "Show it"
msgstr "出示"

msgid "Nobody says this"
msgstr "无"
""",
    "desk.po": """
msgid "Ring them"
msgstr "致电"
""",
}


def spoken() -> Catalog:
    said = Catalog()
    said.add("Show it", locations=[("templates/member/card.html", 4)])
    said.add("Ring them", locations=[("vipclub/web/desk/home.py", 9), ("vipclub/cli.py", 7)])
    said.add("Ring them", locations=[("vipclub/web/desk/home.py", 3)])
    said.add("Book a time!", locations=[("vipclub/web/member/booking.py", 2)])
    said.add("VIP", locations=[("templates/member/card.html", 1)])
    return said


def test_the_catalogues_are_written_anew_from_what_is_said() -> None:
    anew = catalogues.written_anew("zh_Hans", STANDS, spoken())
    header = catalogues.HEADER.format(language="zh_Hans")
    assert {name: text.removeprefix(header) for name, text in anew.items()} == {
        "core.po": """#: vipclub/cli.py vipclub/web/desk/home.py
msgid "Ring them"
msgstr "致电"
""",
        "web/member.po": """#: vipclub/web/member/booking.py
msgid "Book a time!"
msgstr ""

# of the card
#: templates/member/card.html
msgid "Show it"
msgstr "出示"
""",
    }
    assert catalogues.written_anew("zh_Hans", anew, spoken()) == anew


def test_catalogues_that_are_not_what_is_said_are_stale() -> None:
    files = {"a.po": "1", "b.po": "2", "c.po": "3"}
    assert list(catalogues.stale(files, {"a.po": "1", "b.po": "3", "d.po": "4"})) == [
        f"{name} is stale: `make translations` mends it" for name in ("b.po", "c.po", "d.po")
    ]
