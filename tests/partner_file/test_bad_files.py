"""A file that is wrong is refused as a whole: every fault with its place and line, nothing
written."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from tests.cast import CLUB_ACTOR
from tests.partner_file.documents import GOOD, bent
from tests.small_club import ANY_NAME
from vipclub import accounts, bookings, partners, settlement
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database
from vipclub.core.types import new_ref
from vipclub.partner_file.loading import FileNotAccepted, load

NOBODY = new_ref("P")
OFFERING = "partner[1].site[1].offering[1]"
SITE = "partner[1].site[1]"
SECOND = '\n[[partner]]\nkey = "%s"\nname = { zh-Hans = "一", zh-Hant = "一", en = "One" }\n'
ANOTHER_SITE = """
[[partner.site]]
key = "%s"
name = { zh-Hans = "一", zh-Hant = "一", en = "One" }
address = { zh-Hans = "一", zh-Hant = "一", en = "One" }
city_code = "810000"
"""
HOURS = '{ days = [1, 2], from = "14:00", to = "16:00", every = 30, capacity = 1 }'

BAD: dict[str, tuple[bytes, str, int | None, str]] = {
    "no TOML": (bent("minutes = 60", "minutes = "), "", 17, "isn't TOML: Invalid value"),
    "a key twice in a table": (
        bent("minutes = 60", "minutes = 60\nminutes = 50"),
        "",
        18,
        "isn't TOML: Cannot overwrite a value",
    ),
    "an empty file": (b"", "", None, "is empty: it names no partner."),
    "comments alone": (b"# later\n", "", None, "is empty: it names no partner."),
    "Latin-1": ("name = 'Caf\u00e9'\n".encode("latin-1"), "", 1, "isn't UTF-8."),
    "nested beyond reason": (b"a = " + b"[" * 5000, "", None, "isn't TOML"),
    "a name missing in one language": (
        bent(', zh-Hant = "雲嵐", en = "Yunlan"', ', en = "Yunlan"'),
        "partner[1].name.zh-Hant",
        3,
        "is missing.",
    ),
    "a name empty in one language": (
        bent('en = "Yunlan"', 'en = " "'),
        "partner[1].name.en",
        3,
        "must be a text in quotes, and not an empty one.",
    ),
    "a name in one language alone": (
        bent('name = { zh-Hans = "云岚", zh-Hant = "雲嵐", en = "Yunlan" }', 'name = "Yunlan"'),
        "partner[1].name",
        3,
        "must have three languages",
    ),
    "a name with a NUL": (
        bent('en = "Yunlan"', 'en = "Yun\\u0000lan"'),
        "partner[1].name.en",
        3,
        "has a control character in it.",
    ),
    "an unknown key": (
        bent("minutes = 60", "minuets = 60"),
        f"{OFFERING}.minuets",
        17,
        "unknown key: is “minutes” meant?",
    ),
    "an unknown table": (
        GOOD.encode() + b"\n[[partners]]\nkey = 'x'\n",
        "partners",
        33,
        "unknown key: is “partner” meant?",
    ),
    "no key": (bent('key = "jingan-check"\n', ""), f"{OFFERING}.key", 13, "is missing."),
    "what is no key": (
        bent('"jingan-check"', '"静安"'),
        f"{OFFERING}.key",
        14,
        "must be 1 to 40 ASCII letters, digits and hyphens.",
    ),
    "a reference with a typing error": (
        bent('key = "yunlan"\n', 'ref = "P-12345-67890-1"\n'),
        "partner[1].ref",
        2,
        "is not a reference of this kind.",
    ),
    "a reference that nobody has": (
        bent('key = "yunlan"\n', f'ref = "{NOBODY}"\n'),
        "partner[1].ref",
        2,
        f"the club has no partner {NOBODY}.",
    ),
    "two equal keys of partners": (
        GOOD.encode() + (SECOND % "yunlan").encode(),
        "partner[2].key",
        34,
        "another partner has it already: partner[1].",
    ),
    "two equal keys of sites": (
        GOOD.encode() + (SECOND % "other").encode() + (ANOTHER_SITE % "yunlan-jingan").encode(),
        "partner[2].site[1].key",
        38,
        "another site has it already: partner[1].site[1].",
    ),
    "the key of another partner's site": (
        GOOD.encode() + (ANOTHER_SITE % "taken-site").encode(),
        "partner[1].site[2].key",
        34,
        "at another partner.",
    ),
    "an unknown time zone": (
        bent('"Asia/Shanghai"', '"Asia/Shanghia"'),
        f"{SITE}.time_zone",
        10,
        "unknown time zone: is “Asia/Shanghai” meant?",
    ),
    "an unknown city": (
        bent('"310000"', '"990000"'),
        f"{SITE}.city_code",
        9,
        "is no known city code",
    ),
    "a region without a calendar": (
        bent('region = "CN"', 'region = "QQ"'),
        f"{SITE}.region",
        11,
        "no calendar of public holidays is known for QQ.",
    ),
    "an unknown service": (
        bent('"health-check"', '"health-chek"'),
        f"{OFFERING}.service",
        15,
        "unknown service: is “health-check” meant?",
    ),
    "a service that isn't booked by time": (
        bent('"health-check"', '"wealth-salon"'),
        f"{OFFERING}.service",
        15,
        "is not booked by time.",
    ),
    "minutes that are a text": (
        bent("minutes = 60", 'minutes = "60"'),
        f"{OFFERING}.minutes",
        17,
        "must be a whole number from 5 to 1440.",
    ),
    "hours that overlap": (
        bent('from = "14:00"', 'from = "11:00"'),
        f"{OFFERING}.hours[2].from",
        22,
        "overlaps other hours of weekday 2.",
    ),
    "hours in which no visit fits": (
        bent('to = "16:00"', 'to = "14:30"'),
        f"{OFFERING}.hours[2].to",
        22,
        "no visit of 60 minutes fits in.",
    ),
    "every 0": (
        bent("every = 30", "every = 0"),
        f"{OFFERING}.hours[2].every",
        22,
        "must be a whole number from 5 to 1440.",
    ),
    "capacity 0": (
        bent("capacity = 1 }", "capacity = 0 }"),
        f"{OFFERING}.hours[2].capacity",
        22,
        "must be a whole number from 1 to 1000.",
    ),
    "a weekday that isn't one": (
        bent("days = [1, 2],", "days = [1, 8],"),
        f"{OFFERING}.hours[2].days",
        22,
        "must be weekdays from 1 (Monday) to 7 (Sunday)",
    ),
    "a time of day that isn't one": (
        bent('to = "16:00"', 'to = "24:00"'),
        f"{OFFERING}.hours[2].to",
        22,
        'must be a time such as "08:30".',
    ),
    "a negative price": (
        bent("amount = 168000", "amount = -1"),
        f"{OFFERING}.price.amount",
        21,
        "must be a whole number from 0",
    ),
    "a share of more than all": (
        bent("missed = 50", "missed = 101"),
        f"{OFFERING}.price.missed",
        21,
        "must be a whole number from 0 to 100.",
    ),
    "an unknown currency": (
        bent('"CNY"', '"RMB"'),
        f"{OFFERING}.price.currency",
        21,
        "unknown currency",
    ),
    "an unknown policy": (
        bent('"jingcheng-hospital"', '"jingchen-hospital"'),
        f"{OFFERING}.policy",
        20,
        "unknown booking policy: is “jingcheng-hospital” meant?",
    ),
    "rules that can't be": (
        bent('"jingcheng-hospital"', '{ confirmation = "perhaps", opens = { days = 14 } }'),
        f"{OFFERING}.policy.confirmation",
        20,
        "must be one of these: instant, partner; not perhaps.",
    ),
    "rules that are empty": (
        bent('"jingcheng-hospital"', "{}"),
        f"{OFFERING}.policy.confirmation",
        20,
        "is missing.",
    ),
    "a sign-in name that is none": (
        bent('"he@yunlan.example"', '"he.yunlan.example"'),
        "staff[1].login",
        30,
        "is no e-mail address",
    ),
    "a language that nobody reads": (
        bent('language = "zh-Hans"', 'language = "zh"'),
        "staff[1].language",
        31,
        "unknown language",
    ),
    "staff of a partner that isn't there": (
        bent('partner = "yunlan"', 'partner = "yunlam"'),
        "staff[1].partner",
        28,
        "no such partner: is “yunlan” meant?",
    ),
    "somebody twice": (
        GOOD.encode() + b'[[staff]]\npartner = "yunlan"\nname = "x"\nlogin = "HE@yunlan.example"\n',
        "staff[2].login",
        35,
        "another person has it already: staff[1].",
    ),
    "somebody who has another's account": (
        bent('"he@yunlan.example"', '"desk@club.example"'),
        "staff[1].login",
        30,
        "has an account that is not of this partner",
    ),
    "rows where tables should be": (
        bent("hours = [", "hours = [1,"),
        f"{OFFERING}.hours",
        22,
        "must be tables",
    ),
}


WRITTEN = (
    *(partners.Partner, partners.Site, partners.Offering, partners.WeeklyCapacity, partners.Slot),
    *(settlement.ContractPrice, bookings.BookingPolicy, accounts.Account, AuditRow),
)


def rows_written(db: Database) -> list[int]:
    """How many rows the tables have that a load writes."""
    with db.read() as session:
        return [session.scalar(select(func.count()).select_from(kind)) or 0 for kind in WRITTEN]


@pytest.mark.parametrize("what", BAD)
def test_a_wrong_file_is_refused_with_its_place_and_nothing_is_written(
    club: Database, what: str
) -> None:
    content, place, line, says = BAD[what]
    other = club.run(partners.create_partner, CLUB_ACTOR, name=ANY_NAME)
    club.run(
        partners.create_site,
        CLUB_ACTOR,
        partner=other,
        name=ANY_NAME,
        address=ANY_NAME,
        city_code="310000",
        key="taken-site",
    )
    club.run(
        accounts.create_account,
        CLUB_ACTOR,
        login="desk@club.example",
        role="desk",
        display_name="Sun",
        language="en",
    )
    before = rows_written(club)
    with pytest.raises(FileNotAccepted) as refused:
        club.run(load, CLUB_ACTOR, content=content)
    assert any(
        (fault.place, fault.line) == (place, line) and says in fault.says
        for fault in refused.value.faults
    ), str(refused.value)
    assert rows_written(club) == before


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_file(club: Database) -> None:
    content = GOOD
    for old, new in (
        ('zh-Hans = "云岚", ', ""),
        ('"310000"', '"3100"'),
        ('"health-check"', '"spa"'),
        ("capacity = 1 }", "capacity = 0 }"),
        ("he@yunlan", "he.yunlan@"),
    ):
        content = content.replace(old, new, 1)
    with pytest.raises(FileNotAccepted) as refused:
        club.run(load, CLUB_ACTOR, content=content.encode())
    lines = [fault.line for fault in refused.value.faults]
    assert len(lines) >= 4
    assert lines == sorted(line or 0 for line in lines)
    assert re.match(r"line 3, partner\[1\]\.name\.zh-Hans: is missing\.", str(refused.value))


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace('from = "08:00"', "from = 08:00:00").encode(),
    ],
    ids=["a mark of UTF-8", "ends of lines of Windows", "times as TOML has them"],
)
def test_what_editors_do_to_a_file_is_fine(club: Database, content: bytes) -> None:
    assert club.run(load, CLUB_ACTOR, content=content).steps


def test_a_good_file_writes_to_all_tables_that_these_tests_count(club: Database) -> None:
    before = rows_written(club)
    club.run(load, CLUB_ACTOR, content=GOOD.encode())
    assert all(now > then for now, then in zip(rows_written(club), before, strict=True))
