"""What is answered before anything is asked: by options, and in a TOML file.

```toml
operator = "Lin Yue"
name = {en = "Harbour Circle", zh-Hans = "海港会", zh-Hant = "海港會"}
hotline = "400-820-8820"
hotline_abroad = "+852 2890 1234"
time_zone = "Asia/Shanghai"
base_url = "https://club.example"
database_url = "postgresql+psycopg://club:...@127.0.0.1/club"
mail_url = "smtps://club:...@mail.example"
proxies = 1
standard_policy = true

[administrator]
name = "Zhao Min"
login = "zhao@club.example"
language = "zh-Hans"

[[company]]
code = "LIFE"
name = "Harbour Life"
```
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vipclub.accounts import LANGUAGES, canonical_login
from vipclub.core.errors import Refused
from vipclub.core.i18n import Language, say
from vipclub.people import readable_code
from vipclub.settings import SettingsError

SETTINGS = (
    "name",
    "name_zh_hans",
    "name_zh_hant",
    "hotline",
    "hotline_abroad",
    "time_zone",
    "base_url",
    "database_url",
    "mail_url",
    "proxies",
    "allow_sqlite",
    "allow_mail_files",
    "allow_mail_in_clear",
)
"""Those that a new club is asked for, by their names in `Settings`, in this order."""
NAMES = {"en": "name", "zh-Hans": "name_zh_hans", "zh-Hant": "name_zh_hant"}
OTHERS = ("operator", "standard_policy", "administrator", "company")


@dataclass(frozen=True, slots=True)
class Company:
    """A company of the group that will send files."""

    code: str
    name: str


@dataclass(slots=True)
class Answers:
    """What was said; None and nothing for what wasn't. `settings` as they are typed, by name."""

    settings: dict[str, str] = field(default_factory=dict)
    companies: list[Company] = field(default_factory=list)
    operator: str | None = None
    standard_policy: bool | None = None
    admin_name: str | None = None
    admin_login: str | None = None
    admin_language: str | None = None

    def problems(self) -> Iterator[str]:
        """What of it can't be, a sentence each; the settings have rules of their own."""
        for says, text, most in (
            ("The operator's name", self.operator, 40),
            ("The administrator's name", self.admin_name, 120),
        ):
            if text is not None and not fits(text, most):
                yield f"{says} must be 1 to {most} characters on one line."
        if self.admin_login is not None:
            yield from unfit_login(self.admin_login)
        if self.admin_language is not None and self.admin_language not in LANGUAGES:
            yield f"The administrator's language is none of {', '.join(LANGUAGES)}."
        for company in self.companies:
            try:
                readable_code(company.code)
            except Refused as refused:
                yield say(Language.EN, refused)
            if not fits(company.name, 120):
                yield f"The name of {company.code} must be 1 to 120 characters on one line."


def fits(text: str, most: int) -> bool:
    """Whether it can be said on one line of the audit trail."""
    return 1 <= len(text) <= most and text == " ".join(text.split()) and text.isprintable()


def unfit_login(typed: str) -> Iterator[str]:
    """Why it is no sign-in name."""
    try:
        canonical_login(typed)
    except Refused as refused:
        yield say(Language.EN, refused)


def company_of(typed: str) -> Company:
    """CODE=NAME, as an option says it. Raises SettingsError.

    >>> company_of("LIFE=Harbour Life")
    Company(code='LIFE', name='Harbour Life')
    """
    code, separator, name = typed.partition("=")
    if not separator:
        raise SettingsError(f"--company {typed}: write CODE=NAME, such as LIFE='Harbour Life'.")
    return Company(code.strip(), name.strip())


def read_answers(path: Path) -> Answers:
    """The file of answers. Raises SettingsError with a sentence that names the place."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is no TOML document: {error}.") from None
    known = (*SETTINGS, *OTHERS)
    for name in document:
        if name not in known:
            raise SettingsError(f"{path}: {name} is no answer; known are {', '.join(known)}.")
    names = document.pop("name", "")
    answers = Answers(settings=dict(_named(path, names)))
    for name in SETTINGS[1:]:
        if name in document:
            answers.settings[name] = _plain(path, name, document[name])
    answers.operator = _text(path, "operator", document.get("operator"))
    standard = document.get("standard_policy")
    if standard is not None and not isinstance(standard, bool):
        raise SettingsError(f"{path}: standard_policy is neither true nor false.")
    answers.standard_policy = standard
    administrator = _table(path, "administrator", document, ("name", "login", "language"))
    answers.admin_name = _text(path, "administrator.name", administrator.get("name"))
    answers.admin_login = _text(path, "administrator.login", administrator.get("login"))
    answers.admin_language = _text(path, "administrator.language", administrator.get("language"))
    answers.companies = list(_companies(path, document.get("company", [])))
    return answers


def _named(path: Path, names: object) -> Iterator[tuple[str, str]]:
    """One name for all languages, or one a language."""
    if not isinstance(names, dict):
        if names:
            yield "name", _plain(path, "name", names)
        return
    for language, name in names.items():
        if language not in NAMES:
            raise SettingsError(f"{path}: name.{language} is no language; {', '.join(NAMES)} are.")
        yield NAMES[language], _plain(path, f"name.{language}", name)


def _plain(path: Path, place: str, value: object) -> str:
    """A setting as it is written in an environment."""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, int):
        return str(value)
    return _text(path, place, value) or ""


def _text(path: Path, place: str, value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise SettingsError(f"{path}: {place} must be a text in quotes.")


def _table(
    path: Path, place: str, document: Mapping[str, Any], known: tuple[str, ...]
) -> Mapping[str, Any]:
    found = document.get(place, {})
    if not isinstance(found, dict) or not set(found) <= set(known):
        raise SettingsError(f"{path}: [{place}] holds {', '.join(known)}.")
    return found


def _companies(path: Path, rows: object) -> Iterator[Company]:
    for row in rows if isinstance(rows, list) else [rows]:
        if not isinstance(row, dict) or set(row) != {"code", "name"}:
            raise SettingsError(f"{path}: each [[company]] holds a code and a name.")
        code, name = (_text(path, f"company.{part}", row[part]) or "" for part in ("code", "name"))
        yield Company(code, name)
