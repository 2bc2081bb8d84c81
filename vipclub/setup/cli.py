"""`vipclub setup`: its options."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from vipclub.accounts import LANGUAGES
from vipclub.settings import ENV_FILE
from vipclub.setup.answers import SETTINGS, Answers, company_of, read_answers
from vipclub.setup.one_run import Setup

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("setup")
@click.option(
    "--answers",
    "answers_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A TOML file of answers; an option counts more.",
)
@click.option(
    "--env-file", type=FILE, default=ENV_FILE, show_default=True, help="Where settings are kept."
)
@click.option("--name", help="The club's name, where it isn't VIP Club.")
@click.option("--name-zh-hans", metavar="NAME", help="The same in Simplified Chinese.")
@click.option("--name-zh-hant", metavar="NAME", help="The same in Traditional Chinese.")
@click.option("--hotline", metavar="NUMBER", help="The hotline in mainland China.")
@click.option("--hotline-abroad", metavar="NUMBER", help="The hotline from abroad.")
@click.option("--time-zone", metavar="ZONE", help="By which the club's days are counted.")
@click.option("--base-url", metavar="URL", help="The club's address.")
@click.option("--database-url", metavar="URL", help="The database.")
@click.option("--mail-url", metavar="URL", help="The mail server; it is called, and no mail sent.")
@click.option("--proxies", metavar="NUMBER", help="How many reverse proxies stand in front.")
@click.option("--allow-sqlite", is_flag=True, help="A database in a file is meant.")
@click.option("--allow-mail-files", is_flag=True, help="Letters that are written to files are.")
@click.option("--allow-mail-in-clear", is_flag=True, help="A mail server without TLS is meant.")
@click.option(
    "--company", "companies", multiple=True, metavar="CODE=NAME", help="Of the group; repeatable."
)
@click.option("--admin-name", metavar="NAME", help="The first administrator's name.")
@click.option("--admin-login", metavar="ADDRESS", help="Her e-mail address or phone number.")
@click.option("--admin-language", type=click.Choice(LANGUAGES), help="Hers; zh-Hans by default.")
@click.option("--operator", metavar="NAME", help="Who does this, for the audit trail.")
@click.option(
    "--standard-policy/--no-standard-policy",
    default=None,
    help="Whether the product's tier policy, benefits and booking rules are put in force.",
)
@click.option("--yes", is_flag=True, help="Don't ask before the schema is brought up.")
@click.option("--json", "as_json", is_flag=True, help="Report as one JSON object on stdout.")
def setup(
    answers_file: Path | None,
    env_file: Path,
    yes: bool,
    as_json: bool,
    **said: Any,  # noqa: ANN401 - options, each of its own type
) -> None:
    """Bring a new club up: settings, schema, companies, rules, the first administrator.

    What isn't said by options or in a file is asked on a terminal. What is there already stays: a
    second run goes on where the first one ended.
    """
    answers = read_answers(answers_file) if answers_file else Answers()
    hear(answers, said)
    run = Setup(answers, env_file, asks=sys.stdin.isatty(), yes=yes, quiet=as_json)
    run.run()
    if as_json:
        click.echo(json.dumps(run.report, ensure_ascii=False))


def hear(answers: Answers, said: dict[str, Any]) -> None:
    """Put what the options say over what the file says."""
    for name in SETTINGS:
        if said[name]:
            answers.settings[name] = "1" if said[name] is True else said[name]
    if said["companies"]:
        answers.companies = [company_of(typed) for typed in said["companies"]]
    for name in ("operator", "standard_policy", "admin_name", "admin_login", "admin_language"):
        if said[name] is not None:
            setattr(answers, name, said[name])
