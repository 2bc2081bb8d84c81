"""Twelve people who may call, and ninety ways to type who is calling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.cast import CLUB_ACTOR
from tests.portfolio.manager_members import name_member
from tests.small_club import SmallClub, a_small_club
from vipclub import bookings, membership, people
from vipclub.core.db import Database

NAMES = (
    "陈晓芳", "陳啟明", "Chan Tai Man", "单田芳", "曾国藩", "尉迟敬德", "欧阳文博", "吕布",
    "Wang Xiaoming", "王伟", "王伟", "解乐乐",
)  # fmt: skip
(
    XIAOFANG, KAIMING, TAIMAN, SHAN, ZENG, YUCHI, OUYANG, LU, XIAOMING, WEI_1980, WEI_1975, XIE,
) = range(12)  # fmt: skip
MOBILES = (
    "+8613800138000", "+85291234567", "+85262345678", "+8613900139003", "+8613700137004",
    "+8613600136005", "+8613500135006", "+8613300133007", "+8615000150008", "+8615100155678",
    "+8615200152010", "+8615300153011",
)  # fmt: skip
CITIES = ("310000", "810000", "810000", *["440300"] * 6, "310000", "110000", "440100")
BORN = (1984, 1950, 1961, 1972, 1983, 1990, 1966, 1977, 1988, 1980, 1975, 1969)
WORDS = {"上海": "310000", "beijing": "110000", "hong kong": "810000", "香港": "810000"}
NUMBER, NAME = True, False
"""Whether a whole number was typed, which may lead to the one who has it."""

FORMS: tuple[tuple[str, int, bool], ...] = (
    ("13800138000", XIAOFANG, NUMBER),
    ("138 0013 8000", XIAOFANG, NUMBER),
    ("138/0013/8000", XIAOFANG, NUMBER),
    ("１３８００１３８０００", XIAOFANG, NUMBER),
    ("+86 (0)138-0013-8000", XIAOFANG, NUMBER),
    ("0086\u200b13800138000", XIAOFANG, NUMBER),
    ("tel: 138.0013.8000", XIAOFANG, NUMBER),
    ("013800138000", XIAOFANG, NUMBER),
    ("8000", XIAOFANG, NAME),
    ("８０００", XIAOFANG, NAME),
    ("Xiaofang.Chen@Mail.Example", XIAOFANG, NAME),
    (" xiaofang.chen@mail.example ", XIAOFANG, NAME),
    ("陈晓芳", XIAOFANG, NAME),
    ("陳曉芳", XIAOFANG, NAME),
    ("陈\u200b晓 芳", XIAOFANG, NAME),
    ("晓芳", XIAOFANG, NAME),
    ("曉芳陳", XIAOFANG, NAME),
    ("chén xiǎo fāng", XIAOFANG, NAME),
    ("chen2 xiao3fang1", XIAOFANG, NAME),
    ("CHENXIAOFANG", XIAOFANG, NAME),
    ("xiaofang chen", XIAOFANG, NAME),
    ("ｃｘｆ", XIAOFANG, NAME),
    ("陈 xiaofang", XIAOFANG, NAME),
    ("陈小宝", XIAOFANG, NAME),
    ("chen xiaobao", XIAOFANG, NAME),
    ("小宝", XIAOFANG, NAME),
    ("陈启明", KAIMING, NAME),
    ("qiming", KAIMING, NAME),
    ("91234567", KAIMING, NUMBER),
    ("852／9123／4567", KAIMING, NUMBER),
    ("(852) 9123-4567", KAIMING, NUMBER),
    ("陈启明 香港", KAIMING, NAME),
    ("Chan Tai Man", TAIMAN, NAME),
    ("tai man chan", TAIMAN, NAME),
    ("CHAN, Tai-Man", TAIMAN, NAME),
    ("Tai Man", TAIMAN, NAME),
    ("chantaiman", TAIMAN, NAME),
    ("ctm", TAIMAN, NAME),
    ("chan 5678", TAIMAN, NAME),
    ("shan tianfang", SHAN, NAME),
    ("dan tianfang", SHAN, NAME),
    ("單田芳", SHAN, NAME),
    ("zeng guofan", ZENG, NAME),
    ("céng guó fān", ZENG, NAME),
    ("yuchi jingde", YUCHI, NAME),
    ("wei chi jing de", YUCHI, NAME),
    ("ycjd", YUCHI, NAME),
    ("ou'yang wenbo", OUYANG, NAME),
    ("歐陽文博", OUYANG, NAME),
    ("oywb", OUYANG, NAME),
    ("lǚ bù", LU, NAME),
    ("lv bu", LU, NAME),
    ("lu:3 bu4", LU, NAME),
    ("Lyu Bu", LU, NAME),
    ("bu lü", LU, NAME),
    ("wang xiaoming", XIAOMING, NAME),
    ("Xiǎomíng Wáng", XIAOMING, NAME),
    ("王伟 1980", WEI_1980, NAME),
    ("王伟1975年生", WEI_1975, NAME),
    ("王偉 上海", WEI_1980, NAME),
    ("Wang Wei Beijing", WEI_1975, NAME),
    ("wang wei 5678", WEI_1980, NAME),
    ("xie lele", XIE, NAME),
    ("jie yueyue", XIE, NAME),
    ("解樂樂", XIE, NAME),
    ("陈女士", XIAOFANG, NAME),
    ("陳小姐", XIAOFANG, NAME),
    ("尊敬的陈晓芳女士", XIAOFANG, NAME),
    ("陈晓芳 女士 上海", XIAOFANG, NAME),
    ("Ms Chen", XIAOFANG, NAME),
    ("Ms. Chen Xiaofang", XIAOFANG, NAME),
    ("Ms.Chen", XIAOFANG, NAME),
    ("Chen Xiaofang, Ms.", XIAOFANG, NAME),
    ("Mme Chen", XIAOFANG, NAME),
    ("陈 小姐 8000", XIAOFANG, NAME),
    ("陳先生", KAIMING, NAME),
    ("陈启明博士", KAIMING, NAME),
    ("Mr Chan", TAIMAN, NAME),
    ("MR. CHAN TAI MAN", TAIMAN, NAME),
    ("Chan 先生", TAIMAN, NAME),
    ("Dr. Mr Chan", TAIMAN, NAME),
    ("Herr Chan", TAIMAN, NAME),
    ("歐陽太太", OUYANG, NAME),
    ("Mr 欧阳文博", OUYANG, NAME),
    ("曾太", ZENG, NAME),
    ("王伟先生 1980", WEI_1980, NAME),
    ("Prof. Wang Wei Beijing", WEI_1975, NAME),
)


@dataclass(frozen=True, slots=True)
class TwelveCallers:
    """The members' references in the order of NAMES, and further ways to type each."""

    club: SmallClub
    members: list[str]
    numbers: tuple[tuple[str, int, bool], ...]


def twelve_callers(db: Database) -> TwelveCallers:
    """A club in which all of them are members; the first has a child and a visit."""
    club = a_small_club(db, members=12)
    for place, ref in enumerate(club.members):
        name_member(
            db,
            ref,
            NAMES[place],
            mobile=MOBILES[place],
            email="xiaofang.chen@mail.example" if place == XIAOFANG else None,
            city=CITIES[place],
            born=date(BORN[place], 3, 9),
        )
    first = club.members[XIAOFANG]
    db.run(people.add_relative, CLUB_ACTOR, member=first, name="陈小宝", relation="child")
    visit = db.run(
        bookings.book, CLUB_ACTOR, member=first, offering=club.offering, slot=club.slots[0]
    )
    with db.read() as session:
        term = membership.member_summary(session, people.find_person(session, CLUB_ACTOR, first).id)
    assert term is not None
    card = term.card
    numbers = (
        (first, XIAOFANG, NUMBER),
        (first.lower().replace("-", " "), XIAOFANG, NUMBER),
        (card, XIAOFANG, NUMBER),
        (membership.grouped_card_no(card), XIAOFANG, NUMBER),
        (card[-4:], XIAOFANG, NAME),
        (visit.appointment, XIAOFANG, NUMBER),
    )
    return TwelveCallers(club, club.members, numbers)
