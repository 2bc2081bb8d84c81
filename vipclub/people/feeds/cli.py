"""`vipclub feed`: files are generated, checked, loaded, and their set-aside rows tried again."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.i18n import Language, gettext
from vipclub.people.feeds import subsidiaries
from vipclub.people.feeds.correcting import retry_rows
from vipclub.people.feeds.generated_files import generate_feed
from vipclub.people.feeds.loading import DeliveryReport, check_file, load_delivery
from vipclub.people.feeds.reading import company_maps
from vipclub.people.reasons import REASONS

OPERATOR = Actor.system("feed", channel="cli")
FILE = click.Path(exists=False, dir_okay=False, path_type=Path)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Report as JSON.")


@click.group()
def feed() -> None:
    """Subsidiaries' files."""


@feed.command("generate")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--people", required=True, type=click.IntRange(1, 20_000_000))
@click.option("--seed", default=2026, show_default=True)
@click.option("--own-words", is_flag=True, help="SECU writes its own headers and values.")
def generate(folder: Path, people: int, seed: int, own_words: bool) -> None:
    """Write a file for each subsidiary, and truth.csv."""
    counts = generate_feed(folder, people=people, seed=seed, own_words=own_words)
    click.echo(", ".join(f"{code} {count}" for code, count in counts.items()), err=True)


@feed.group("subsidiary")
def subsidiary() -> None:
    """The group's companies that send files."""


HEADER_MAP = click.option(
    "--header-map", type=FILE, help="TOML or JSON: the company's own header to the feed's column."
)
VALUE_MAP = click.option(
    "--value-map",
    type=FILE,
    help="TOML or JSON: by column, the company's words to the feed's, or how it writes days.",
)


def _header_map(path: Path | None) -> dict[str, str] | None:
    return company_maps.header_map(path.name, company_maps.read_map(path)) if path else None


def _value_map(path: Path | None) -> dict[str, Any] | None:
    return company_maps.value_map(path.name, company_maps.read_map(path)) if path else None


@subsidiary.command("add")
@click.argument("code")
@click.option("--name", required=True)
@HEADER_MAP
@VALUE_MAP
@click.option("--default-consent", type=click.Choice(["Y", "N"]), default="Y", show_default=True)
@click.option("--trust-rank", default=50, show_default=True, help="1 is the most trusted.")
@click.pass_obj
def add(
    db: Database,
    code: str,
    name: str,
    header_map: Path | None,
    value_map: Path | None,
    default_consent: str,
    trust_rank: int,
) -> None:
    """Make a subsidiary known."""
    db.run(
        subsidiaries.add_subsidiary,
        OPERATOR,
        code=code,
        name=name,
        header_map=_header_map(header_map),
        value_map=_value_map(value_map),
        default_consent=default_consent == "Y",
        trust_rank=trust_rank,
    )
    click.echo(code)


@subsidiary.command("change")
@click.argument("code")
@click.option("--name")
@HEADER_MAP
@VALUE_MAP
@click.option("--default-consent", type=click.Choice(["Y", "N"]))
@click.option("--trust-rank", type=int, help="1 is the most trusted.")
@click.pass_obj
def change(
    db: Database,
    code: str,
    name: str | None,
    header_map: Path | None,
    value_map: Path | None,
    default_consent: str | None,
    trust_rank: int | None,
) -> None:
    """Change what is given of a subsidiary; its next file is read by it."""
    db.run(
        subsidiaries.change_subsidiary,
        OPERATOR,
        code=code,
        name=name,
        header_map=_header_map(header_map),
        value_map=_value_map(value_map),
        default_consent=None if default_consent is None else default_consent == "Y",
        trust_rank=trust_rank,
    )
    click.echo(code)


@subsidiary.command("list")
@click.pass_obj
def list_all(db: Database) -> None:
    """The companies that send files."""
    with db.read() as session:
        for code, name in subsidiaries.known_subsidiaries(session, OPERATOR):
            click.echo(f"{code}  {name}")


@feed.command("check")
@click.argument("file", type=FILE)
@click.option("--subsidiary", "code", required=True)
@AS_JSON
@click.pass_obj
def check(db: Database, file: Path, code: str, as_json: bool) -> None:
    """Validate a file; load nothing."""
    report = check_file(db, OPERATOR, path=file, subsidiary=code, progress=Ticker())
    _report(report, as_json)


@feed.command("load")
@click.argument("file", type=FILE)
@click.option("--subsidiary", "code", required=True)
@click.option("--kind", type=click.Choice(["delta", "full"]), default="delta", show_default=True)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day that the file speaks of.")
@click.option("--expect-fewer", is_flag=True, help="Take a full file that lets many customers go.")
@AS_JSON
@click.pass_obj
def load(
    db: Database,
    file: Path,
    code: str,
    kind: str,
    as_of: datetime | None,
    expect_fewer: bool,
    as_json: bool,
) -> None:
    """Load one delivery: whole, or not at all."""
    report = load_delivery(
        db,
        OPERATOR,
        path=file,
        subsidiary=code,
        kind=kind,
        as_of=as_of.date() if as_of else None,
        expect_fewer=expect_fewer,
        progress=Ticker(),
    )
    _report(report, as_json)


@feed.command("retry")
@click.argument("delivery")
@AS_JSON
@click.pass_obj
def retry(db: Database, delivery: str, as_json: bool) -> None:
    """Try a delivery's set-aside rows again, after its company's maps were changed."""
    settled, still = retry_rows(db, OPERATOR, delivery=delivery, progress=Ticker())
    if as_json:
        click.echo(json.dumps({"settled": settled, "open": still}))
    else:
        click.echo(f"{settled} rows put right, {still} still open")


class Ticker:
    """Says on stderr how far a long load is, every two seconds: rows so far, rows a second. Of few
    rows it says nothing."""

    EVERY, FEW = 2.0, 1_000

    def __init__(self) -> None:
        self._doing, self._began = "", time.monotonic()
        self._said = self._began

    def __call__(self, doing: str, rows: int) -> None:
        now = time.monotonic()
        if doing != self._doing:
            self._began = now if self._doing else self._began
            self._doing = doing
        if rows >= self.FEW and now - self._said >= self.EVERY:
            self._said = now
            rate = rows / max(now - self._began, 0.1)
            click.echo(f"{rows:,} rows {doing}, {rate:,.0f} a second", err=True)


def _report(report: DeliveryReport, as_json: bool) -> None:
    if as_json:
        content = asdict(report)
        content["error_rate"] = round(report.error_rate, 6)
        click.echo(json.dumps(content, ensure_ascii=False))
        return
    click.echo(
        f"{report.rows} rows: {report.loaded} loaded, {report.unchanged} unchanged, "
        f"{report.rejected} set aside ({report.error_rate * 1000:.1f} per 1,000), "
        f"{report.gone} gone, {report.seconds:.1f} s"
    )
    if report.ignored_columns:
        click.echo(f"Ignored columns: {', '.join(report.ignored_columns)}", err=True)
    for problem in report.problems:
        reason = gettext(Language.EN, REASONS.get(problem.reason, problem.reason))
        click.echo(f"line {problem.line}, {problem.field} {problem.value}: {reason}", err=True)
