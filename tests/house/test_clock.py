"""Only the clock reads the time, and only it knows in which zone the club counts its days."""

from __future__ import annotations

import ast
from zoneinfo import available_timezones

from tests.house.source import place, python_files

READS_THE_TIME = {"vipclub/core/clock.py"}
FORBIDDEN = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"),
}  # fmt: skip

ZONES = {name for name in available_timezones() if "/" in name} | {"PRC", "Hongkong"}
NAMES_ZONES = {"vipclub/settings.py", "vipclub/core/i18n.py", "vipclub/web/city_names.py"}
"""The default of the setting, what zones are called, and the clocks of cities that have another."""
SETTLES_THE_ZONE = {
    "vipclub/database.py",
    "vipclub/app.py",
    "vipclub/cli.py",
    "vipclub/production/check_command.py",
}


def readings(code: str) -> list[int]:
    """Lines that read the time of day. A stop watch (`perf_counter`, `monotonic`) is none."""
    tree = ast.parse(code)
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if (name, node.attr) in FORBIDDEN:
                lines.append(node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            lines += [node.lineno for alias in node.names if ("time", alias.name) in FORBIDDEN]
    return lines


def test_nobody_but_the_clock_reads_the_time() -> None:
    found = {place(path) for path in python_files("vipclub", "jobs") if readings(path.read_text())}
    assert found == READS_THE_TIME


def test_the_check_bites() -> None:
    assert readings("import datetime\nx = datetime.datetime.now(datetime.UTC)\n") == [2]
    assert readings("x = date.today\n") == [1]
    assert readings("from time import time\n") == [1]
    assert readings("import time\ntime.perf_counter()\ntime.monotonic()\nclock.now()\n") == []


def zones_named(code: str) -> list[int]:
    """Lines with a time zone written into the code; an example within a sentence is none."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Constant) and node.value in ZONES
    ]


def settings_asked_for_the_zone(code: str) -> list[int]:
    """Lines that take the club's zone from the settings and not from the clock."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Attribute)
        and node.attr == "time_zone"
        and getattr(node.value, "attr", getattr(node.value, "id", "")).endswith("settings")
    ]


def test_no_zone_stands_in_the_code_beside_the_setting() -> None:
    found = {
        place(path) for path in python_files("vipclub", "jobs") if zones_named(path.read_text())
    }
    assert found == NAMES_ZONES


def test_the_clubs_zone_is_asked_of_the_clock_alone() -> None:
    found = {
        place(path)
        for path in python_files("vipclub", "jobs")
        if settings_asked_for_the_zone(path.read_text())
    }
    assert found == SETTLES_THE_ZONE


def test_the_checks_of_zones_bite() -> None:
    assert zones_named('CLUB_ZONE = "Asia/Shanghai"\n') == [1]
    assert zones_named('def read(zone: str = "Europe/London") -> None: ...\n') == [1]
    assert zones_named('x = N_("A known one is Asia/Shanghai.")\ny = "UTC"\n') == []
    assert settings_asked_for_the_zone("x = settings.time_zone\n") == [1]
    assert settings_asked_for_the_zone("x = 1\ny = club.settings.time_zone\n") == [2]
    assert settings_asked_for_the_zone("x = self._settings.time_zone\n") == [1]
    assert settings_asked_for_the_zone("x = site.time_zone\n") == []
