"""`vipclub settings`: every setting with its default and meaning, as the code has them."""

from __future__ import annotations

from collections.abc import Iterator

import click
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from vipclub.settings import PREFIX, Settings

PAPER = """\
# Settings
Read from the environment and from a file `.env` in the working directory; the environment goes
before. A name that begins with `VIPCLUB_` and is no setting stops every command, with the setting
that was probably meant. `vipclub check` tells what production would refuse. This page is printed
from the code by `make settings`.

| setting | default | meaning |
| --- | --- | --- |
{rows}
"""


@click.command()
@click.option("--markdown", is_flag=True, help="As docs/operating/settings.md has it.")
def settings(markdown: bool) -> None:
    """Every setting with its default and what it is for; never its value."""
    if markdown:
        rows = (f"| `{name}` | {_ticked(said)} | {what} |" for name, said, what in described())
        click.echo(PAPER.format(rows="\n".join(rows)), nl=False)
        return
    for name, said, what in described():
        click.echo(f"{name} ({said})" if said else name)
        click.echo(f"    {what}")


def described() -> Iterator[tuple[str, str, str]]:
    """Each setting by its name, with its default ("" where there is none) and its meaning."""
    for name, field in Settings.model_fields.items():
        yield PREFIX + name.upper(), default_of(field), field.description or ""


def default_of(field: FieldInfo) -> str:
    """What a setting is when nobody says anything; a default from the place isn't one."""
    if field.default_factory is not None:
        return ""
    default = field.default
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    return str(int(default) if isinstance(default, bool) else default)


def _ticked(said: str) -> str:
    return f"`{said}`" if said else ""
