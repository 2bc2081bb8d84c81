"""The `vipclub` command. Each part brings its own commands; they are loaded when they are called.

Exit codes: 0 done, 1 refused or failed (one line on stderr; an unsafe start a line each reason), 2
wrong usage.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

import click
from sqlalchemy.exc import DBAPIError

from vipclub.core import clock
from vipclub.core.errors import Busy, Refused
from vipclub.core.i18n import Language, say
from vipclub.settings import Settings, SettingsError
from vipclub.version import __version__

if TYPE_CHECKING:
    from vipclub.core.db import Database

COMMANDS = {
    "account": "vipclub.accounts.cli:account",
    "audit": "vipclub.operations.cli:audit",
    "backup": "vipclub.backup.cli:backup",
    "db": "vipclub.schema_command:db",
    "check": "vipclub.production.check_command:check",
    "demo": "vipclub.demo.cli:demo",
    "feed": "vipclub.people.feeds.cli:feed",
    "jobs": "jobs.cli:jobs",
    "keys": "vipclub.keys.cli:keys",
    "membership": "vipclub.membership.cli:membership",
    "partner": "vipclub.partner_file.cli:partner",
    "people": "vipclub.people.cli:people",
    "restore": "vipclub.backup.cli:restore_command",
    "setup": "vipclub.setup.cli:setup",
    "serve": "vipclub.server:serve",
    "settings": "vipclub.settings_command:settings",
    "steps": "vipclub.steps_command:steps",
    "token": "vipclub.accounts.cli:token",
    "verify": "vipclub.verify_command:verify",
    "worker": "jobs.cli:worker",
}


WITH_ANY_KEYS = frozenset({"db", "restore", "keys"})
"""Commands that must work before the keys do."""


class LazyGroup(click.Group):
    """Loads a command's module when the command is called: `vipclub --help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, name = target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


class LazyDatabase:
    """Stands in for the database until a command uses it, so that `--help` needs none.

    Commands take it with `click.pass_obj` and use it as a `Database`; `settings` are those it
    was opened by. It is opened with the club's own keys only, but for the commands that look after
    schema, keys and backups.
    """

    def __init__(self, *, with_any_keys: bool = False) -> None:
        self._with_any_keys = with_any_keys
        self._settings: Settings | None = None
        self._database: Database | None = None

    @property
    def settings(self) -> Settings:
        if self._settings is None:
            self._settings = Settings.load()
            clock.settle_zone(self._settings.time_zone)
        return self._settings

    def __getattr__(self, name: str) -> object:
        if self._database is None:
            from vipclub.database import open_database

            opened = open_database(self.settings)
            if not self._with_any_keys:
                from vipclub.keys import refuse_wrong_keys

                refuse_wrong_keys(opened, self.settings)
            self._database = opened
        found: object = getattr(self._database, name)
        return found


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="vipclub %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """The VIP club of a financial group."""
    from vipclub import logs

    logs.configure("warning")
    ctx.obj = LazyDatabase(with_any_keys=ctx.invoked_subcommand in WITH_ANY_KEYS)


def one_line(error: Exception) -> str:
    """What went wrong, as one line for a terminal; of an unsafe start one each reason."""
    if isinstance(error, SettingsError):
        return str(error)
    if isinstance(error, Busy) and error.away:
        return error.away
    if isinstance(error, Refused):
        return say(Language.EN, error)
    if isinstance(error, DBAPIError):
        first = str(error.orig).strip().splitlines()[0]
        hint = " Run `vipclub db upgrade` first." if _no_tables(first) else ""
        return f"The database refused: {first}.{hint}"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}."
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _no_tables(message: str) -> bool:
    return "no such table" in message or ("relation" in message and "does not exist" in message)


def main() -> None:
    """The console command's entry point."""
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except (click.ClickException, click.Abort) as error:
        click.echo(getattr(error, "message", "Stopped."), err=True)
        sys.exit(1)
    except (SettingsError, Refused, DBAPIError, OSError, RuntimeError) as error:
        click.echo(one_line(error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
