"""Every sentence is said in three languages, each in its own script and words."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Message

from tests.house import catalogues


def test_every_sentence_is_said_in_all_three_languages() -> None:
    assert catalogues.problems() == []


@pytest.mark.parametrize(
    ("folder", "english", "chinese", "problem"),
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
def test_the_check_bites(folder: str, english: str, chinese: str, problem: str) -> None:
    assert problem in "; ".join(catalogues.wrong_in(folder, Message(english, chinese)))


@pytest.mark.parametrize(
    ("folder", "chinese"),
    [("zh_Hans", "会员等级，剩余 %(n)s 次"), ("zh_Hant", "會員級別，尚餘 %(n)s 次，正等著您。")],
)
def test_the_check_lets_good_chinese_pass(folder: str, chinese: str) -> None:
    assert list(catalogues.wrong_in(folder, Message("Tier, %(n)s left", chinese))) == []


def test_a_sentence_stands_once_and_for_all_who_say_it() -> None:
    folders = {"Where": {"member", "bookings"}, "When": {"member"}, "Who": {"core", "desk"}}
    stands = {"Where": ["member.po"], "When": ["desk.po", "member.po"], "Who": ["core.po"]}
    assert list(catalogues.misplaced(folders, stands)) == [
        "'Where' of member.po is said in bookings, member: core.po",
        "'When' stands in desk.po, member.po: once is enough",
    ]


@pytest.mark.parametrize(
    ("where", "folder"),
    [
        ("vipclub/bookings/refusals.py:7", "bookings"),
        ("vipclub/web/member/home.py:7", "member"),
        ("templates/member/home.html:7", "member"),
        ("vipclub/web/words.py:7", "frame"),
        ("templates/components/page.html:7", "frame"),
        ("templates/messages/welcome.jinja:7", "membership"),
        ("templates/messages/appointment.txt:7", "bookings"),
        ("templates/messages/layout.txt:7", "messages"),
    ],
)
def test_a_sentence_is_its_parts_or_its_doors(where: str, folder: str) -> None:
    assert catalogues.folder_of(where) == folder


def test_sentences_are_found_wherever_they_are_said() -> None:
    code = 'A = N_("one " "two")\ngettext(language, N_("three"), n=1)\n'
    code += 'ngettext(language, "four", "fours", 2)\n'
    assert [text for _, text in catalogues.said_in_python(code)] == ["one two", "three", "four"]
    page = '{{ _("one", n=1) }}{% trans %}two{% endtrans %}{{ ngettext("three", "threes", n) }}'
    assert [text for _, text in catalogues.said_in_template(page)] == ["one", "two", "three"]
