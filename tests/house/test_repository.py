"""What is in the repository: nothing of one machine, and the targets of make that others call."""

from __future__ import annotations

import re
from collections.abc import Set

import pytest

from tests.house.source import ROOT, tracked
from vipclub.app import create_app
from vipclub.core.db import Database

HOME = re.compile(
    r"(?<![\w.}-])/(?:root|(?:home|Users)/[\w.-]+)(?![\w.-])|[A-Za-z]:\\{1,2}Users\\", re.ASCII
)
"""Somebody's home folder, on whatever system."""
INDEX, LISTING = "index", "simple"
HOSTS = (("pypi", r"org\b"), ("pythonhosted", r"org\b"), ("registry", r"(?:npmjs|yarnpkg)\."))
"""What a list of packages is called and who keeps them: in pieces, that this file is clean too."""
REGISTRY = re.compile(
    r"(?<!-emit-)(?<![a-z])index[-_]url(?=[ =:\"'])|--(?:trusted-host|find-links)\b"
    rf"|//[\w.:@-]+(?:/[\w.-]+)*/{LISTING}\b"
    + "".join(rf"|\b{host}\.{end}" for host, end in HOSTS)
    + r"|\"resolved\": *\"https?:|^ *registry *= *http",
    re.IGNORECASE | re.MULTILINE,
)
"""Where packages come from: every machine has its own, and the locks name none."""
ABSOLUTE = re.compile(r"(?:^|[\s\"'`(\[<>=:,;|]|:///)/([\w.@~-]+)/", re.ASCII | re.MULTILINE)
"""The first folder of an absolute path of two or more."""
SYSTEM = {"bin", "boot", "dev", "etc", "lib", "lib64", "proc", "run", "sbin", "sys", "usr", "var"}
NAMED = {
    "docker-entrypoint-initdb.d": "a folder of PostgreSQL's image",
    "static": "what pages are drawn with",
    "problems": "what a refusal is called in the API",
    "test-results": "a folder of the checkout, in .gitignore",
    "xl": "a folder inside a workbook",
}
"""First folder -> what it is, where it is neither a system's nor an address of the club's."""
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)


def of_a_machine(text: str, addresses: Set[str]) -> list[str]:
    """Lines that name a place of somebody's machine or a package registry. What begins with one of
    the `addresses` is a page of the club's."""
    known = SYSTEM | NAMED.keys() | addresses
    found = [*HOME.finditer(text), *REGISTRY.finditer(text)]
    found += [match for match in ABSOLUTE.finditer(text) if match[1] not in known]
    starts = sorted({text.rfind("\n", 0, match.end()) + 1 for match in found})
    return [text[start:].split("\n", 1)[0].strip()[:120] for start in starts]


def private(paths: list[str]) -> list[str]:
    """Paths of what belongs to one installation: data, environment, secrets."""
    return [
        path
        for path in paths
        if path.startswith(("instance/", ".venv/")) or path.endswith((".env", ".db"))
    ]


@pytest.fixture
def addresses(db: Database) -> set[str]:
    """The words that addresses of the club are made of: a door's own files leave out its first."""
    rules = create_app(database=db).url_map.iter_rules()
    return {word for rule in rules for word in rule.rule.split("/") if word and "<" not in word}


@pytest.mark.only("sqlite")
def test_nothing_of_one_machine_is_in_the_repository(addresses: set[str]) -> None:
    paths = tracked()
    if not paths:
        pytest.skip("this is no clone")
    found = []
    for path in paths:
        try:
            text = (ROOT / path).read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{path}: {line}" for line in of_a_machine(text, addresses)]
    assert found == []


def test_nothing_private_is_in_the_repository() -> None:
    if not tracked():
        pytest.skip("this is no clone")
    assert private(tracked()) == []


def test_the_check_of_what_is_private_bites() -> None:
    paths = ["instance/demo.json", ".venv/bin/python", ".env", "deploy/club.env", "club.db"]
    assert (
        private([*paths, "deploy/club.env.example", "vipclub/app.py", "tests/databases.py"])
        == paths
    )


def test_what_the_interface_promises_is_a_target() -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text()))
    assert {"help", "demo", "test", "quick", "check", "bench", "soak", "lock"} <= targets


@pytest.mark.parametrize(
    "pieces",
    [
        ("cd ", "root", "vipclub && make"),
        ("as ", "root"),
        ("", "home", "lin", "vipclub"),
        ('open("', "Users", "lin.wu", 'a.csv")'),
        ("see `", "somewhere", "else`"),
        ("PYTHON=", "opt", "python", "bin"),
        ("sqlite://", "", "data", "club.db"),
        ("file://", "", "packages", "flask"),
        ("(", "tmp", "try.py)"),
        ("--index-", "url"),
    ],
)  # each in pieces, that this file is clean too
def test_the_check_of_places_bites(pieces: tuple[str, ...]) -> None:
    assert of_a_machine("/".join(pieces).replace("-/", "-") + " ", {"book"}) != []


@pytest.mark.parametrize(
    "pieces",
    [
        ("pip install --index", "-url https://packages.example"),
        ("PIP_INDEX", "_URL=https://packages.example"),
        ("pip --trusted", "-host packages.example"),
        ("https://packages.example/python/sim", "ple/flask"),
        ("https://files.python", "hosted.org"),
        ('"resolved"', ': "https://packages.example/a.tgz"'),
        ("registry", "=https://packages.example"),
        ("C:", "\\Users\\lin"),
    ],
)
def test_the_check_of_registries_bites(pieces: tuple[str, ...]) -> None:
    assert of_a_machine("".join(pieces), set()) != []


@pytest.mark.parametrize(
    "line",
    [
        "/usr/bin/chromium on 127.0.0.1",
        '"/dev/shm"',
        'client.get("/book/health-check")',
        "https://club.example/somewhere/else and either/or",
        f"uv pip compile --no-emit-{INDEX}-url --no-header",
        "the root of /rooted, desk/home/page and a / b / c",
    ],
)
def test_the_check_of_places_lets_the_club_speak(line: str) -> None:
    assert of_a_machine(line, {"book"}) == []
