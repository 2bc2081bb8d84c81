"""Questions about settings on a terminal; each answer is checked at once, by the rules that
production starts by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click

from vipclub import messages
from vipclub.core.crypto import FieldKeys
from vipclub.core.db import Database
from vipclub.production.database_questions import ask_before_start
from vipclub.production.setting_rules import RULES
from vipclub.settings import PREFIX, Settings

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Question:
    """A setting that a person is asked for; `says` is the comment above it in the file, too."""

    name: str
    asks: str
    says: str
    suggested: str = ""


QUESTIONS = (
    Question("name", "The club's name (Enter: VIP Club)", "What the club is called."),
    Question(
        "name_zh_hans", "Its name in Simplified Chinese (Enter: the same)", "The same, in 简体中文."
    ),
    Question(
        "name_zh_hant",
        "Its name in Traditional Chinese (Enter: the same)",
        "The same, in 繁體中文.",
    ),
    Question(
        "hotline", "Hotline in mainland China", "The number that members in mainland China call."
    ),
    Question("hotline_abroad", "Hotline from abroad", "The number that members abroad call."),
    Question(
        "time_zone",
        "Time zone",
        "The club's own zone, by which its days are counted.",
        str(Settings.model_fields["time_zone"].default),
    ),
    Question("base_url", "The club's address, such as https://club.example", "The club's address."),
    Question(
        "database_url",
        "Database, such as postgresql+psycopg://USER:PASSWORD@HOST/NAME",
        "The database, by a role that is no superuser.",
    ),
    Question(
        "mail_url",
        "Mail server, such as smtps://USER:PASSWORD@HOST",
        "By which letters go out.",
    ),
    Question(
        "proxies",
        "How many reverse proxies stand in front",
        "How many reverse proxies stand in front.",
        "1",
    ),
)
ALLOWED = (
    Question("allow_sqlite", "", "A database in a file is meant."),
    Question("allow_mail_files", "", "Letters that are only written to files are meant."),
    Question("allow_mail_in_clear", "", "A mail server without TLS is meant."),
)


def wrong_with(given: Mapping[str, str], said: Set[str], env_file: Path) -> Iterator[str]:
    """What the settings' own checks and production's rules say of those that were `said` so far,
    by their names in capitals; `given` are those of them that are in no file yet."""
    settings, unread = Settings.examine(_env_file=env_file, **given)
    yield from (says for name, says in unread.items() if name.removeprefix(PREFIX) in said)
    if not settings.production:
        return
    for rule in RULES:
        unknown = PREFIX + rule.setting in unread or rule.setting not in said
        if unknown or (rule.code == "key_as_secret" and "FIELD_KEYS" not in said):
            continue
        yield from (f.says for f in rule.findings(settings) if f.state == "refused")


def wrong_with_database(settings: Settings) -> Iterator[str]:
    """Why the club can't be opened there: it doesn't answer, or lets us in as a superuser. Nothing
    that is asked is sealed, so any keys will do."""
    database = Database(settings.database_url, keys=FieldKeys.generate(), pool_size=1)
    try:
        if database.dialect == "sqlite":
            return
        for finding in ask_before_start(database):
            ours = finding.code == "database_reached" or (
                finding.code == "database_role" and settings.production
            )
            if ours and finding.state == "refused":
                yield finding.says
    finally:
        database.dispose()


def mail_server_called(settings: Settings) -> str | None:
    """How the mail server answered, or None without one. Raises MailServerAway."""
    address = settings.mail_url.get_secret_value()
    if not address:
        return None
    host = urlsplit(settings.base_url).hostname or ""
    return messages.call_mail_server(address, folder=settings.instance / "mail", host=host)


@dataclass
class Terminal:
    """Asks for the settings that nobody gave yet, one after the other, into `given`."""

    given: dict[str, str]
    known: Mapping[str, str]
    env_file: Path
    say: Say

    def ask_all(self) -> None:
        """Each until it is right; what was typed before stays."""
        for question in QUESTIONS:
            if question.name.upper() in self.known or question.name in self.given:
                continue
            if question.name.startswith("name_") and not self.given.get("name"):
                continue
            answer = self._right(question)
            if answer:
                self.given[question.name] = answer

    def _right(self, question: Question) -> str:
        while True:
            typed = click.prompt(
                question.asks, default=question.suggested, show_default=bool(question.suggested)
            )
            typed = str(typed).strip()
            problem = self._problem(question.name, typed)
            if problem is None:
                return typed
            self.say(problem)

    def _problem(self, name: str, typed: str) -> str | None:
        given = {**self.given, name: typed} if typed else self.given
        said = {*self.known, *(each.upper() for each in (*given, name))}
        for problem in wrong_with(given, said, self.env_file):
            return problem
        settings, _ = Settings.examine(_env_file=self.env_file, **given)
        if name == "database_url":
            return next(wrong_with_database(settings), None)
        if name == "mail_url":
            return self._mail_problem(settings)
        return None

    def _mail_problem(self, settings: Settings) -> str | None:
        """A server that is away may come later, when that is meant."""
        try:
            answered = mail_server_called(settings)
        except messages.MailServerAway as away:
            self.say(str(away))
            kept = click.confirm("Take it all the same", default=False)
            return None if kept else "Then another one."
        if answered:
            self.say(answered)
        return None
