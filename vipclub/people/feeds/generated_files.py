"""Generated subsidiary files: a believable group, with the errors that real feeds have.

All of it is synthetic: resident numbers carry a region prefix that no place has, mobiles a block
that is not given out. The same seed gives the same files. `truth.csv` says who is one person.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from vipclub.people.feeds.reading.row_validation import COLUMNS
from vipclub.people.normal_forms.documents import check_character

if TYPE_CHECKING:
    from _csv import Writer

SURNAMES = (
    ("王", "Wang"), ("李", "Li"), ("张", "Zhang"), ("刘", "Liu"), ("陈", "Chen"), ("杨", "Yang"),
    ("黄", "Huang"), ("赵", "Zhao"), ("吴", "Wu"), ("周", "Zhou"), ("徐", "Xu"), ("孙", "Sun"),
    ("马", "Ma"), ("朱", "Zhu"), ("胡", "Hu"), ("郭", "Guo"), ("何", "He"), ("高", "Gao"),
    ("林", "Lin"), ("罗", "Luo"), ("郑", "Zheng"), ("梁", "Liang"), ("谢", "Xie"), ("宋", "Song"),
    ("唐", "Tang"), ("许", "Xu"), ("韩", "Han"), ("冯", "Feng"), ("邓", "Deng"), ("曹", "Cao"),
    ("欧阳", "Ouyang"), ("诸葛", "Zhuge"),
)  # fmt: skip
GIVEN = (
    ("伟", "Wei"), ("芳", "Fang"), ("娜", "Na"), ("敏", "Min"), ("静", "Jing"), ("丽", "Li"),
    ("强", "Qiang"), ("磊", "Lei"), ("洋", "Yang"), ("艳", "Yan"), ("勇", "Yong"), ("杰", "Jie"),
    ("娟", "Juan"), ("涛", "Tao"), ("明", "Ming"), ("超", "Chao"), ("霞", "Xia"), ("平", "Ping"),
    ("刚", "Gang"), ("桂英", "Guiying"), ("建国", "Jianguo"), ("志强", "Zhiqiang"),
    ("晓东", "Xiaodong"), ("海燕", "Haiyan"), ("雪梅", "Xuemei"), ("文博", "Wenbo"),
    ("子涵", "Zihan"), ("雨桐", "Yutong"), ("嘉怡", "Jiayi"), ("俊杰", "Junjie"),
)  # fmt: skip
TRADITIONAL = str.maketrans(
    "张刘陈杨黄赵吴孙马罗郑谢许韩冯邓欧诸静丽强洋艳杰娟涛刚国晓东",
    "張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧歐諸靜麗強洋艷傑娟濤剛國曉東",
)
CITIES = (
    ("440300", 26), ("310000", 26), ("110000", 16), ("440100", 14), ("810000", 8),
    ("320100", 4), ("330100", 3), ("510100", 3),
)  # fmt: skip
MISTAKES = 0.004


@dataclass(frozen=True)
class Company:
    """A generated subsidiary: its share of people, and the scale of their value in CNY."""

    code: str
    name: str
    share: float
    scale: float
    trust_rank: int
    encoding: str = "utf-8"
    currency: str = "CNY"
    header_map: dict[str, str] = field(default_factory=dict)
    value_map: dict[str, Any] = field(default_factory=dict)


OWN_HEADERS = {
    "客户号": "customer_no", "客户姓名": "full_name", "性别": "sex", "出生日期": "birth_date",
    "证件类型": "id_type", "证件号码": "id_number", "手机": "mobile", "邮箱": "email",
    "联系地址": "address", "城市代码": "city_code", "语言": "language",
    "开户日期": "customer_since", "资产": "value", "年贡献": "annual_contribution",
    "币种": "currency", "客户经理": "manager_no", "集团共享": "consent_group_sharing",
}  # fmt: skip
OWN_VALUES: dict[str, Any] = {
    "sex": {"男": "M", "女": "F"},
    "id_type": {"居民身份证": "resident_id", "港澳通行证": "hk_macau_permit"},
    "language": {"简体中文": "zh-Hans", "繁體中文": "zh-Hant", "英文": "en"},
    "currency": {"人民币": "CNY"},
    "consent_group_sharing": {"是": "Y", "否": "N"},
    "birth_date": ["YYYY/MM/DD"],
    "customer_since": ["YYYY/MM/DD"],
}
"""How the securities company writes its files when it uses its own words."""


GENERATED = (
    Company("LIFE", "集团人寿", 0.55, 240_000, 10),
    Company("PROP", "集团财产", 0.25, 60_000, 40),
    Company("HLTH", "集团健康", 0.16, 90_000, 30, "utf-8-sig"),
    Company("ANNU", "集团养老", 0.12, 300_000, 20),
    Company("BANK", "集团银行", 0.30, 210_000, 15, "gb18030"),
    Company("SECU", "集团证券", 0.12, 420_000, 35, header_map=OWN_HEADERS, value_map=OWN_VALUES),
    Company("TRST", "集团信托", 0.03, 2_400_000, 25),
    Company("FUND", "集团基金", 0.10, 150_000, 45),
    Company("OVSE", "集团海外", 0.05, 700_000, 50, currency="HKD"),
)


@dataclass(frozen=True, slots=True)
class _Human:
    """Somebody who is a customer of one or more companies."""

    number: int
    surname: tuple[str, str]
    given: tuple[str, str]
    sex: str
    born: date
    id_type: str
    id_number: str
    mobile: str
    email: str
    city: str
    language: str
    wealth: float


def generate_feed(
    folder: Path, *, people: int, seed: int = 2026, own_words: bool = False
) -> dict[str, int]:
    """Write a file a subsidiary and `truth.csv`; gives the rows of each. With `own_words`, a
    company that has words of its own uses them, with semicolons, and its maps lie beside its file
    as `CODE.headers.json` and `CODE.values.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    taken: set[str] = set()
    humans: list[_Human] = []
    for number in range(people):
        humans.append(_human(chance, number, taken, humans))
    counts: dict[str, int] = {}
    with (folder / "truth.csv").open("w", encoding="utf-8", newline="") as truth_file:
        truth = csv.writer(truth_file)
        truth.writerow(("subsidiary", "customer_no", "true_person"))
        chosen = _customers(chance, humans)
        for company in GENERATED:
            with (folder / f"{company.code}.csv").open(
                "w", encoding=company.encoding, newline=""
            ) as file:
                writer = _writer(company, file, own_words)
                counts[company.code] = _write(chance, company, chosen[company.code], writer, truth)
            if own_words and company.header_map:
                _write_maps(folder, company)
    return counts


def _write_maps(folder: Path, company: Company) -> None:
    for name, kept in (("headers", company.header_map), ("values", company.value_map)):
        text = json.dumps(kept, ensure_ascii=False, indent=2)
        (folder / f"{company.code}.{name}.json").write_text(text + "\n", "utf-8")


def _writer(company: Company, file: TextIO, own_words: bool) -> Callable[[dict[str, str]], None]:
    """Writes the header, and then rows by the feed's columns, in the company's words or the
    feed's."""
    columns = {c: c for c in COLUMNS if c not in {"surname", "given_name", "op"}}
    words: dict[str, dict[str, str]] = {}
    if own_words and company.header_map:
        columns = {column: header for header, column in company.header_map.items()}
        words = {
            column: {word: own for own, word in kept.items()}
            for column, kept in company.value_map.items()
            if isinstance(kept, dict)
        }
    days = {c for c, kept in company.value_map.items() if isinstance(kept, list) and words}
    writer = csv.writer(file, delimiter=";" if words else ",")
    writer.writerow(columns.values())

    def write(row: dict[str, str]) -> None:
        said = {c: words.get(c, {}).get(row.get(c, ""), row.get(c, "")) for c in columns}
        writer.writerow(text.replace("-", "/") if c in days else text for c, text in said.items())

    return write


def _human(chance: random.Random, number: int, taken: set[str], before: list[_Human]) -> _Human:
    """The next one; one in a hundred shares a mobile with the one before, as spouses do."""
    surname, given = chance.choice(SURNAMES), chance.choice(GIVEN)
    if chance.random() < 0.5 and len(given[0]) == 1:
        second = chance.choice(GIVEN[:19])
        given = (given[0] + second[0], given[1] + second[1].lower())
    sex = chance.choice("MF")
    born = date(1940, 1, 1) + timedelta(days=int(chance.betavariate(2.4, 2.6) * 24_000))
    while True:
        order = chance.randrange(500) * 2 + (sex == "M")
        body = f"99{number // 100_000:04}{born:%Y%m%d}{order:03}"
        if body not in taken:
            break
    taken.add(body)
    city = chance.choices([c for c, _ in CITIES], [w for _, w in CITIES])[0]
    mobile = f"+86199{number:08}" if city != "810000" else f"+8529{1_000_000 + number % 9_000_000}"
    if before and chance.random() < 0.01:
        mobile = before[-1].mobile
    language = "zh-Hans" if city != "810000" else chance.choice(("zh-Hant", "zh-Hant", "en"))
    return _Human(
        number,
        surname,
        given,
        sex,
        born,
        "hk_macau_permit" if city == "810000" else "resident_id",
        f"H{number:08}" if city == "810000" else body + check_character(body),
        mobile,
        f"c{number}@mail.example",
        city,
        language,
        chance.lognormvariate(-0.4, 1.25),
    )


def _customers(chance: random.Random, humans: list[_Human]) -> dict[str, list[_Human]]:
    """Who is with which company: everybody with one at least."""
    chosen: dict[str, list[_Human]] = {company.code: [] for company in GENERATED}
    shares = [company.share for company in GENERATED]
    for human in humans:
        codes = {c.code for c in GENERATED if chance.random() < c.share * 0.9}
        if not codes:
            codes = {chance.choices(GENERATED, shares)[0].code}
        for code in sorted(codes):
            chosen[code].append(human)
    return chosen


def _write(
    chance: random.Random,
    company: Company,
    humans: list[_Human],
    write: Callable[[dict[str, str]], None],
    truth: Writer,
) -> int:
    for place, human in enumerate(humans):
        number = f"{company.code[0]}{chance.randrange(10**5):05}{place:07}"
        row = _row(chance, company, human, number, place)
        if chance.random() < MISTAKES:
            _spoil(chance, row)
        write(row)
        truth.writerow((company.code, number, human.number))
    return len(humans)


def _row(
    chance: random.Random, company: Company, human: _Human, number: str, place: int
) -> dict[str, str]:
    value = human.wealth * company.scale * chance.uniform(0.6, 1.5)
    since = date(1998, 1, 1) + timedelta(days=chance.randrange(10_000))
    shown_id = chance.random() < 0.92
    return {
        "customer_no": number,
        "full_name": _spelled(chance, company, human),
        "sex": human.sex,
        "birth_date": human.born.isoformat(),
        "id_type": human.id_type if shown_id else "",
        "id_number": human.id_number if shown_id else "",
        "mobile": human.mobile if chance.random() < 0.95 else "",
        "email": human.email if chance.random() < 0.7 else "",
        "address": f"测试路 {human.number} 号",
        "city_code": human.city,
        "postcode": "",
        "language": human.language,
        "customer_since": since.isoformat(),
        "value": f"{value:.2f}",
        "annual_contribution": f"{value * chance.uniform(0.01, 0.08):.2f}",
        "currency": company.currency,
        "vip_grade": "V" if value > 4_000_000 else "",
        "manager_no": f"{1 + place // 100:04}",
        "consent_group_sharing": "N" if chance.random() < 0.02 else "Y",
    }


def _spelled(chance: random.Random, company: Company, human: _Human) -> str:
    """A name as this company's clerks write it."""
    plain = human.surname[0] + human.given[0]
    if company.code == "OVSE":
        return f"{human.surname[1]} {human.given[1]}"
    if human.language == "zh-Hant" and chance.random() < 0.7:
        return plain.translate(TRADITIONAL)
    return plain


def _spoil(chance: random.Random, row: dict[str, str]) -> None:
    """One of the mistakes that real feeds have."""
    kind = chance.randrange(6)
    if kind == 0 and row["id_type"] == "resident_id":
        last = row["id_number"][-1]
        row["id_number"] = row["id_number"][:-1] + ("1" if last != "1" else "2")
    elif kind == 1:
        row["birth_date"] = row["birth_date"].replace("-", "/")
    elif kind == 2:
        row["full_name"] = ""
    elif kind == 3:
        row["value"] = f"{float(row['value']):,.2f}"
    elif kind == 4:
        row["mobile"] = "12345"
    else:
        row["sex"] = "男"
