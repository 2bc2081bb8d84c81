"""The demo's cast: who has a password, and the customers whom everybody knows."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "ivory-gold-2026"
"""Of every account of the cast. The demo refuses to run in production."""

HEADER = (
    "customer_no",
    "surname",
    "given_name",
    "sex",
    "birth_date",
    "mobile",
    "email",
    "city_code",
    "language",
    "customer_since",
    "value",
    "annual_contribution",
    "currency",
    "manager_no",
    "consent_group_sharing",
)

MANAGER = ("LIFE", "0001")
"""Wu's number at the life insurer: Lin and Chen are in the portfolio."""


@dataclass(frozen=True)
class Staff:
    """Somebody who works with the club."""

    role: str
    login: str
    name: str


STAFF = (
    Staff("manager", "wu@club.example", "吴晓"),
    Staff("partner", "he@yunlan.example", "何敏"),
    Staff("desk", "sun@club.example", "孙悦"),
    Staff("operations", "gao@club.example", "高远"),
    Staff("policy", "xu@club.example", "许衡"),
    Staff("admin", "zhao@club.example", "赵宁"),
    Staff("auditor", "fang@club.example", "方正"),
)

LIN = "lin@home.example"
"""Member Lin's address, by which the demo finds the person after linking."""

CUSTOMERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "LIFE": (
        ("L-DEMO-1", "林", "若溪", "F", "1984-05-16", "+8619900000001", LIN, "310000", "zh-Hans")
        + ("2011-03-02", "4200000.00", "260000.00", "CNY", "0001", "Y"),
        ("L-DEMO-2", "陈", "启明", "M", "1981-11-02", "+8619900000002", "chen@home.example")
        + ("310000", "zh-Hans", "2014-07-21", "2400000.00", "120000.00", "CNY", "0001", "Y"),
        ("L-DEMO-3", "Chan", "Wai Man", "F", "1979-09-23", "+85298760001", "chan@home.example")
        + ("810000", "zh-Hant", "2016-01-11", "7800000.00", "300000.00", "HKD", "0001", "Y"),
    ),
    "BANK": (
        ("B-DEMO-1", "林", "若溪", "F", "1984-05-16", "+8619900000001", LIN, "310000", "zh-Hans")
        + ("2009-06-30", "3100000.00", "0.00", "CNY", "7001", "Y"),
    ),
}


def write_files(folder: Path) -> dict[str, Path]:
    """The cast's rows as deltas of two subsidiaries, which load like any other file."""
    paths = {}
    for code, rows in CUSTOMERS.items():
        path = folder / f"{code}-cast.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            writer.writerows(rows)
        paths[code] = path
    return paths
