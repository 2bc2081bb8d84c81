"""One run of the setup: the order in which a club comes to be."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from vipclub import messages
from vipclub.accounts import LANGUAGES
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import FieldKeys
from vipclub.core.db import Database
from vipclub.core.errors import Refused
from vipclub.core.i18n import Language, say
from vipclub.database import open_database
from vipclub.migration import heads, standing, upgrade
from vipclub.production.setting_rules import judge
from vipclub.settings import PREFIX, Settings, SettingsError
from vipclub.setup import environment_file, opening
from vipclub.setup.answers import Answers, Company, fits, unfit_login
from vipclub.setup.asking import (
    ALLOWED,
    QUESTIONS,
    Terminal,
    mail_server_called,
    wrong_with,
    wrong_with_database,
)
from vipclub.setup.environment_file import Line

KEYS = ("SECRET_KEY", "FIELD_KEYS")
KEPT_ELSEWHERE = (
    "Keep VIPCLUB_SECRET_KEY and VIPCLUB_FIELD_KEYS in another place, too: they are in no backup, "
    "and without VIPCLUB_FIELD_KEYS neither the club nor its backups can be read."
)


@dataclass
class Setup:
    """One run: what was said, what is known, and what came of it."""

    answers: Answers
    env_file: Path
    asks: bool
    yes: bool
    quiet: bool
    known: dict[str, str] = field(init=False)
    report: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        in_file = environment_file.settings_in(self.env_file)
        self.known = in_file | environment_file.settings_around()
        self.report = {
            "env_file": str(self.env_file), "added": [], "schema": None, "companies": [],
            "rules": [], "administrator": None, "link": None,
        }  # fmt: skip

    def tell(self, line: str) -> None:
        """For whoever watches; a report in JSON has stdout for itself."""
        click.echo(line, err=self.quiet)

    def run(self) -> None:
        """All of it. Raises SettingsError and Refused."""
        self.refuse_another_answer()
        self.refuse_what_stands_wrong()
        if self.asks:
            Terminal(self.answers.settings, self.known, self.env_file, self.tell).ask_all()
        self.ask_operator()
        settings = self.keep_settings()
        database = open_database(settings)
        try:
            self.bring_schema_up(database)
            actor = Actor.system(f"vipclub setup by {self.answers.operator}", channel="cli")
            self.add_companies(database, actor)
            self.put_rules_in_force(database, actor)
            self.let_administrator_in(database, actor, settings)
        finally:
            database.dispose()
        self.tell_what_is_next(settings)

    def refuse_another_answer(self) -> None:
        """What is known stays; another answer to it is somebody's mistake."""
        for name, typed in self.answers.settings.items():
            there = self.known.get(name.upper())
            if there is not None and there != typed:
                raise SettingsError(
                    f"{PREFIX}{name.upper()} stands in {self.env_file} or the environment with "
                    "another value: change it there, or leave this answer out."
                )

    def refuse_what_stands_wrong(self) -> None:
        """Before anything is asked: what is known is not asked for."""
        wrong = list(wrong_with({}, {*self.known}, self.env_file))
        if wrong:
            raise SettingsError("\n".join(wrong))

    def ask_operator(self) -> None:
        """Who does this is on record with all that follows."""
        while self.asks and self.answers.operator is None:
            typed = click.prompt("Your own name, for the audit trail").strip()
            if fits(typed, 40):
                self.answers.operator = typed
            else:
                self.tell("It must be 1 to 40 characters on one line.")

    def keep_settings(self) -> Settings:
        """Judge all that was answered, then write what is missing. Raises SettingsError with a line
        each."""
        given = {
            name: typed
            for name, typed in self.answers.settings.items()
            if typed and name.upper() not in self.known
        }
        fresh = self.fresh_keys(given)
        candidates = {**given, **{name.lower(): key for name, key in fresh.items()}}
        settings, unread = Settings.examine(_env_file=self.env_file, **candidates)
        wrong = [*unread.values(), *self.answers.problems(), *self.unsaid(settings)]
        if settings.production and not unread:
            wrong += [finding.says for finding in judge(settings) if finding.state == "refused"]
        if not wrong:
            wrong += wrong_with_database(settings)
        if wrong:
            raise SettingsError("\n".join(wrong))
        if fresh and self.holds_a_club(settings):
            raise SettingsError(
                f"The database holds a club already, whose keys stand neither in {self.env_file} "
                "nor in the environment: write them there first."
            )
        self.write(given, fresh)
        if not self.asks or "MAIL_URL" in self.known:
            self.call_mail_server(settings)
        return settings

    def fresh_keys(self, given: dict[str, str]) -> dict[str, str]:
        """Those that production lacks; development has its own in the instance folder."""
        settings, _ = Settings.examine(_env_file=self.env_file, **given)
        made = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "FIELD_KEYS": FieldKeys.generate().dump(),
        }
        lacking = [name for name in KEYS if settings.production and name not in self.known]
        return {name: made[name] for name in lacking}

    def unsaid(self, settings: Settings) -> list[str]:
        """What must be said and can't be asked, with its option."""
        answers, missing = self.answers, []
        if answers.operator is None:
            missing.append("--operator NAME is needed: who does this, for the audit trail.")
        if (answers.admin_name is None) != (answers.admin_login is None) and not self.asks:
            missing.append("--admin-name and --admin-login go together.")
        if not self.asks and not self.yes:
            missing.append("--yes is needed where nobody can be asked: the schema is brought up.")
        return missing

    def holds_a_club(self, settings: Settings) -> bool:
        """Whether the keys of its people are somewhere else."""
        if settings.database_url.startswith("sqlite:///"):
            file = Path(settings.database_url.removeprefix("sqlite:///"))
            if not file.exists():
                return False
        database = Database(settings.database_url, keys=FieldKeys.generate(), pool_size=1)
        try:
            return opening.holds_a_club(database)
        finally:
            database.dispose()

    def write(self, given: dict[str, str], fresh: dict[str, str]) -> None:
        """Add to the file of settings what neither it nor the environment has."""
        lines = [
            Line(question.name.upper(), given[question.name], question.says)
            for question in (*QUESTIONS, *ALLOWED)
            if question.name in given
        ]
        says = {
            "SECRET_KEY": "Signs cookies: a new one signs everybody out. Keep a copy elsewhere.",
            "FIELD_KEYS": "Seals what is personal: lost, it can't be read. Keep a copy elsewhere.",
        }
        lines += [Line(name, key, says[name]) for name, key in fresh.items()]
        if not lines:
            self.tell(f"{self.env_file} and the environment have all settings: nothing was added.")
            return
        if fresh:
            environment_file.refuse_an_open_file(self.env_file)
        head = f"Added by vipclub setup on {clock.now():%Y-%m-%d} for {self.answers.operator}."
        environment_file.add(self.env_file, lines, says=head)
        self.report["added"] = [line.name for line in lines]
        self.tell(f"Added to {self.env_file}: {', '.join(self.report['added'])}.")
        if fresh:
            self.tell(KEPT_ELSEWHERE)

    def call_mail_server(self, settings: Settings) -> None:
        """Only told: where nobody can be asked, a server that is away may come later."""
        try:
            answered = mail_server_called(settings)
        except messages.MailServerAway as away:
            answered = f"{away} Letters wait until it answers."
        self.tell(answered or "There is no mail server: letters are written to files.")

    def bring_schema_up(self, database: Database) -> None:
        at, newest = standing(database), ", ".join(sorted(heads()))
        self.report["schema"] = newest
        if at is not None and {at} == heads():
            self.tell(f"The {database.place} is at {at}, the newest.")
            return
        if not self.yes:
            question = f"Bring the {database.place} from {at or 'nothing'} to {newest}?"
            click.confirm(question, abort=True, default=True)
        upgrade(database)
        self.tell(f"The {database.place} is at {newest}.")

    def add_companies(self, database: Database, actor: Actor) -> None:
        known = opening.companies_known(database, actor)
        if known:
            self.tell(f"Companies that are there: {', '.join(known)}.")
        if self.asks and not known and not self.answers.companies:
            self.ask_companies(database, actor)
        else:
            added = opening.add_companies(database, actor, self.answers.companies)
            self.report["companies"] = [company.code for company in added]
            if added:
                self.tell(f"Companies added: {', '.join(self.report['companies'])}.")

    def ask_companies(self, database: Database, actor: Actor) -> None:
        """One after the other; each is made at once."""
        while code := click.prompt(
            "Code of a company of the group (Enter: no more)", default="", show_default=False
        ).strip():
            name = click.prompt(f"Name of {code}").strip()
            try:
                new = opening.add_companies(database, actor, [Company(code, name)])
            except Refused as refused:
                self.tell(say(Language.EN, refused))
                continue
            self.tell(f"{code} was added." if new else f"{code} is there already.")
            self.report["companies"] += [company.code for company in new]

    def put_rules_in_force(self, database: Database, actor: Actor) -> None:
        """The rules of the product, where there are none and the club says so."""
        missing = opening.rules_missing(database)
        if not missing:
            self.tell("Tier policy, benefits and booking rules are there.")
            return
        wanted, words = self.answers.standard_policy, ", ".join(missing)
        if wanted is None and self.asks:
            wanted = click.confirm(f"Put the standard {words} in force?", default=True)
        if not wanted:
            self.tell(f"Not in force yet: {words}. --standard-policy puts the standard ones there.")
            return
        opening.start_with_shipped_rules(database, actor, missing)
        self.report["rules"] = missing
        self.tell(f"In force by the product's standard: {words}.")

    def let_administrator_in(self, database: Database, actor: Actor, settings: Settings) -> None:
        answers, there = self.answers, opening.administrators(database, actor)
        if answers.admin_login is None and there:
            self.tell(f"Administrators that are there: {there}.")
            return
        if self.asks:
            self.ask_administrator()
        if answers.admin_login is None or answers.admin_name is None:
            self.tell("Nobody can sign in yet: --admin-name and --admin-login name the first.")
            return
        account = opening.account_of(database, actor, answers.admin_login)
        if account is not None:
            self.tell(
                f"{account} has this sign-in name already; `vipclub account invite {account} "
                "--operator NAME` makes a new link while it has no password."
            )
            return
        self.report["administrator"], self.report["link"] = opening.open_administrator(
            database,
            actor,
            name=answers.admin_name,
            login=answers.admin_login,
            language=answers.admin_language or "zh-Hans",
            base_url=settings.base_url,
        )

    def ask_administrator(self) -> None:
        answers = self.answers
        while answers.admin_name is None:
            typed = click.prompt("The first administrator's name").strip()
            if fits(typed, 120):
                answers.admin_name = typed
            else:
                self.tell("It must be 1 to 120 characters on one line.")
        while answers.admin_login is None:
            typed = click.prompt("Her e-mail address, by which she signs in").strip()
            problem = next(unfit_login(typed), None)
            if problem is None:
                answers.admin_login = typed
            else:
                self.tell(problem)
        if answers.admin_language is None:
            answers.admin_language = click.prompt(
                "Her language", type=click.Choice(LANGUAGES), default="zh-Hans"
            )

    def tell_what_is_next(self, settings: Settings) -> None:
        if self.report["link"]:
            self.tell(
                f"{self.report['administrator']} sets her password by this link, which works once, "
                f"for 14 days, together with her sign-in name:\n{self.report['link']}"
            )
        first = [
            ("vipclub check", "tells what would stop the start, and what is well"),
            ("vipclub serve", "serves the club, behind a proxy with TLS"),
            ("vipclub worker", "sends letters and does the timed jobs, beside it"),
            (f"{settings.base_url}/admin/first-steps", "shows what is missing until it can book"),
        ]
        self.tell("Next:")
        for what, why in first:
            self.tell(f"  {what}  {why}")
        if self.env_file.resolve() != Path(".env").resolve():
            self.tell(
                f"These read .env here, or the environment: set -a; . {self.env_file}; set +a"
            )
