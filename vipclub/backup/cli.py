"""`vipclub backup` and `vipclub restore`."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

import click

from vipclub.backup.archive import Manifest
from vipclub.backup.record import put_on_record
from vipclub.backup.restoring import Restored, check, restore
from vipclub.backup.taking import take
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.settings import Settings

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Report as one JSON object.")


@click.command("backup")
@click.argument("target", metavar="DIR|FILE", type=click.Path(path_type=Path))
@AS_JSON
@click.pass_obj
def backup(database: Database, target: Path, as_json: bool) -> None:
    """Write the whole club to FILE, or to a new file in DIR, while it is open.

    The keys are not in it: keep VIPCLUB_FIELD_KEYS elsewhere. Which ones are needed is in it.
    """
    began = time.monotonic()
    file, manifest = take(database, Settings.load(), target)
    kept = put_on_record(database, file, manifest)
    seconds = time.monotonic() - began
    if as_json:
        document = {"file": str(file), "bytes": file.stat().st_size, "seconds": round(seconds, 1)}
        document["on_record"] = kept
        click.echo(json.dumps({**document, "manifest": manifest.to_json()}))
        return
    click.echo(f"{file}: {file.stat().st_size:,} bytes in {seconds:.1f} s")
    click.echo("\n".join(lines_of(manifest)))
    if not kept:
        click.echo("It could not be put on record in the database.", err=True)


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--check",
    "only_check",
    is_flag=True,
    help="Restore into a place made for it, look there, and remove it; the club is left alone.",
)
@click.option(
    "--into",
    metavar="URL",
    help="With --check: an empty database to restore into, which is kept.",
)
@AS_JSON
@click.pass_obj
def restore_command(
    database: Database, file: Path, only_check: bool, into: str | None, as_json: bool
) -> None:
    """Restore FILE into the club's database, which must be empty; or see whether it can be.

    Either way `vipclub verify` looks at what was restored. Exit code 1 when something is broken.
    """
    if into and not only_check:
        raise click.UsageError("--into goes with --check.")
    began = time.monotonic()
    if only_check:
        found = check(database, Settings.load(), file, into=into)
    else:
        found = restore(database, Settings.load(), file)
    seconds = time.monotonic() - began
    if as_json:
        click.echo(json.dumps(document_of(found, seconds), ensure_ascii=False))
    else:
        click.echo("\n".join(report_of(found, seconds)))
    if not found.whole:
        names = ", ".join(one.invariant.name for one in found.outcomes if one.count)
        raise click.ClickException(f"Restored, and broken: {names}.")


def lines_of(manifest: Manifest) -> list[str]:
    """What a backup is of, and what it needs."""
    keys = ", ".join(f"{name} {check}" for name, check in manifest.keys.items())
    rows, files = sum(manifest.rows.values()), len(manifest.files) - 1
    return [
        f"{manifest.dialect} {manifest.server}, vipclub {manifest.version}",
        f"migration {manifest.revision}, {rows:,} rows, {files} files of the instance",
        f"needs the keys whose check values are: {keys}",
    ]


def report_of(found: Restored, seconds: float) -> list[str]:
    """For a terminal."""
    manifest = found.manifest
    lines = lines_of(manifest)
    if found.upgraded:
        lines.append(f"brought to migration {found.upgraded}")
    for one in found.outcomes:
        lines += [f"{one.invariant.name}: {broken}" for broken in one.broken[:20]]
    state = "all is true" if found.whole else "something is broken"
    age = (clock.now() - manifest.taken_at).total_seconds()
    return [
        *lines,
        f"has all up to {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC, {age:,.0f} s ago",
        f"Restored and looked at in {seconds:.1f} s: {state}.",
    ]


def document_of(found: Restored, seconds: float) -> dict[str, object]:
    """As `--json` says it."""
    checks: Sequence[object] = [one.to_json() for one in found.outcomes]
    return {
        "whole": found.whole,
        "seconds": round(seconds, 1),
        "taken_at": found.manifest.taken_at.isoformat(),
        "upgraded": found.upgraded,
        "files": found.files,
        "checks": checks,
    }
