"""`vipclub check`: all that would stop a production start at once, and what is well."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import click

from vipclub.core import clock
from vipclub.core.crypto import FieldKeys
from vipclub.core.db import Database
from vipclub.keys import keys_amiss
from vipclub.production.database_questions import ask_all
from vipclub.production.finding import Finding
from vipclub.production.setting_rules import RULES
from vipclub.production.surroundings import look_around
from vipclub.settings import PREFIX, Settings

NEEDED = frozenset({"database_reached", "schema"})
"""Without these nothing can be asked of the keys."""
MARKS = {"well": "well", "notice": "look", "refused": "STOP"}


def everything(settings: Settings, unread: dict[str, str]) -> list[Finding]:
    """Settings that can't be read (by name, with the sentence), the rules over the others, and
    what the club's surroundings say."""
    found = [Finding("settings", "refused", sentence) for sentence in unread.values()]
    for rule in RULES:
        if f"{PREFIX}{rule.setting}" not in unread and not _needs(rule.code, unread):
            found += rule.findings(settings)
    if not settings.production:
        found = [_only_told(finding) for finding in found]
    if f"{PREFIX}DATABASE_URL" not in unread:
        found += _asked(settings, keys_read=f"{PREFIX}FIELD_KEYS" not in unread)
    return found + look_around(settings)


def _needs(code: str, unread: dict[str, str]) -> bool:
    """Whether a rule about the keys lacks the other one."""
    return code == "key_as_secret" and f"{PREFIX}FIELD_KEYS" in unread


def _only_told(finding: Finding) -> Finding:
    """Development starts with all that production refuses, but not with what can't be read."""
    if finding.state == "refused" and finding.code != "settings":
        return replace(finding, state="notice", says=f"In production: {finding.says}")
    return finding


def _asked(settings: Settings, *, keys_read: bool) -> list[Finding]:
    """Of the database; without keys that can be read, all but whether they are the club's."""
    keys = settings.keys if keys_read else FieldKeys.generate()
    database = Database(settings.database_url, keys=keys, pool_size=1)
    try:
        found = ask_all(database)
        away = any(f.code in NEEDED and f.state == "refused" for f in found)
        if keys_read and not away:
            found += _own_keys(database, settings)
    finally:
        database.dispose()
    if settings.production:
        return found
    return [_only_told(f) if f.code == "database_role" else f for f in found]


def _own_keys(database: Database, settings: Settings) -> list[Finding]:
    amiss = keys_amiss(database, settings)
    if amiss:
        return [Finding("own_keys", "refused", sentence) for sentence in amiss]
    return [Finding("own_keys", "well", "The keys are this club's own.")]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Report as one JSON object.")
def check(as_json: bool) -> None:
    """Tell all that would stop a production start at once, and what is well."""
    settings, unread = Settings.examine()
    clock.settle_zone(settings.time_zone)
    found = everything(settings, unread)
    stops = sum(finding.state == "refused" for finding in found)
    if as_json:
        report = {"fit": not stops, "env": settings.env, "items": [asdict(each) for each in found]}
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        for finding in found:
            click.echo(f"{MARKS[finding.state]}  {finding.code:<16}  {finding.says}")
    if stops:
        things = "one thing stops" if stops == 1 else f"{stops} things stop"
        raise click.ClickException(f"This club is not fit to start: {things} it.")
