"""The refusal to start a production club that isn't safe."""

from __future__ import annotations

from collections.abc import Sequence

from vipclub.core.db import Database
from vipclub.keys import record_keys
from vipclub.production.database_questions import ask_before_start, is_there
from vipclub.production.finding import Finding
from vipclub.production.setting_rules import judge
from vipclub.settings import Settings, SettingsError


class UnsafeStart(SettingsError):
    """Why this club doesn't start: a sentence each, on a line of its own."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = tuple(sentences)


def refuse_unsafe_start(settings: Settings) -> None:
    """For whatever serves a club, before it opens; development is asked for its keys alone. The
    database is asked when the settings are safe, over a connection that is closed again: the
    server forks. A club without a register of its keys gets one. Raises UnsafeStart and WrongKeys
    with all that was found."""
    if settings.production:
        _refuse(judge(settings))
    database = Database(settings.database_url, keys=settings.keys, pool_size=1)
    try:
        if settings.production:
            _refuse(ask_before_start(database))
        elif not is_there(database):
            return
        record_keys(database, settings)
    finally:
        database.dispose()


def _refuse(found: Sequence[Finding]) -> None:
    unsafe = [finding.says for finding in found if finding.state == "refused"]
    if unsafe:
        raise UnsafeStart(unsafe)
