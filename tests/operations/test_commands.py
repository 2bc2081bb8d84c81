"""`vipclub audit verify`, as a terminal sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from tests.terminal import environment_of, report, vipclub
from vipclub.core import audit, audit_sealing
from vipclub.core.actor import Actor
from vipclub.core.db import Database


@pytest.fixture
def environment(url: str, tmp_path: Path) -> dict[str, str]:
    return environment_of(url, tmp_path)


@pytest.mark.promise("P9")
@pytest.mark.slow
@pytest.mark.only("sqlite")
def test_the_audit_trails_check_names_the_first_broken_record(
    environment: dict[str, str], db: Database
) -> None:
    for name in "abc":
        db.run(audit.write, Actor.system("tests"), "test.note", subject=("test", name))
    db.run(audit_sealing.seal, batch=2)
    whole = report(environment, "audit", "verify")
    assert (whole["intact"], whole["rows"], whole["unsealed"]) == (True, 2, 1)
    assert report(environment, "audit", "verify", "--since", whole["head"])["intact"] is True
    with db.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_no_update"))
        connection.execute(text("UPDATE audit SET actor_ref = 'nobody' WHERE id = 2"))
    broken = vipclub(environment, "audit", "verify")
    assert broken.returncode == 1
    assert "record 2" in broken.stderr
    assert broken.stderr.count("\n") == 1
