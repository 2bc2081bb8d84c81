"""What a club runs with that was meant on purpose, or by mistake: for the eyes of its keepers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.engine import make_url

from vipclub.settings import Settings

REMEMBERED = timedelta(days=1)
"""A proxy that wasn't seen for longer is gone, or is counted."""


def warnings(
    settings: Settings, *, uncounted_proxy: datetime | None, now: datetime
) -> Iterator[str]:
    """Their names. `uncounted_proxy` is when a request last came through a proxy that was not
    counted; an allowance is told where it is made use of."""
    if settings.proxies == 0 and uncounted_proxy and now - uncounted_proxy <= REMEMBERED:
        yield "uncounted_proxy"
    if not settings.production:
        yield "development"
    in_file = make_url(settings.database_url).get_backend_name() == "sqlite"
    if settings.allow_sqlite and in_file:
        yield "allow_sqlite"
    mail = settings.mail_url.get_secret_value()
    if settings.allow_mail_files and not mail:
        yield "allow_mail_files"
    if settings.allow_mail_in_clear and mail:
        yield "allow_mail_in_clear"
