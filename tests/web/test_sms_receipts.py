"""Where the gateway tells what became of an SMS: for it alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from tests.messages.sms_gateway import DESCRIPTION, SECRET
from vipclub.app import create_app
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.messages import SmsSending

REPORTS = {"reports": [{"id": "g1", "state": "DELIVRD"}, {"id": "g2", "state": "UNDELIV"}]}


@pytest.fixture
def gateway(db: Database, tmp_path: Path) -> FlaskClient:
    """Without a cookie, as a machine calls."""
    (tmp_path / "gateway.toml").write_text(DESCRIPTION.format(port=1, key="key", secret=SECRET))
    app = create_app(database=db)
    club = app.extensions["vipclub"]
    changed = {"instance": tmp_path, "sms_gateway": "gateway.toml"}
    club.settings = club.settings.model_copy(update=changed)
    return app.test_client()


def waiting(db: Database) -> None:
    now = clock.now()
    rows = [
        {
            "message_ref": f"E-{number}",
            "gateway_id": f"g{number}",
            "segments": 1,
            "state": "waiting",
            "sent_at": now,
            "receipt_by": now,
        }
        for number in (1, 2, 3)
    ]
    db.run(lambda session: session.execute(insert(SmsSending), rows))


def states(db: Database) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(SmsSending.state).order_by(SmsSending.id)))


def tell(client: FlaskClient, body: object, **headers: str) -> Any:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/sms/receipts", data=json.dumps(body), headers=given)


def test_receipts_are_taken_from_the_gateway(gateway: FlaskClient, db: Database) -> None:
    waiting(db)
    answer = tell(gateway, REPORTS, X_Token=SECRET)
    assert (answer.status_code, answer.text) == (200, "ok")
    assert "Set-Cookie" not in answer.headers
    assert states(db) == ["delivered", "failed", "waiting"]


def test_a_stranger_changes_and_learns_nothing(gateway: FlaskClient, db: Database) -> None:
    waiting(db)
    assert tell(gateway, REPORTS).status_code == 404
    assert tell(gateway, REPORTS, X_Token="guess").status_code == 404
    assert gateway.get("/sms/receipts").status_code == 405
    assert gateway.post(f"/sms/receipts?token={SECRET}", data="{}").status_code == 404
    assert states(db) == ["waiting"] * 3


def test_what_cannot_be_read_is_refused(gateway: FlaskClient, db: Database) -> None:
    waiting(db)
    assert tell(gateway, {"reports": [{"id": "g1"}]}, X_Token=SECRET).status_code == 400
    headers = {"X-Token": SECRET}
    assert gateway.post("/sms/receipts", data=b"\xff", headers=headers).status_code == 400
    huge = b" " * (300 * 1024)
    assert gateway.post("/sms/receipts", data=huge, headers=headers).status_code == 413
    assert states(db) == ["waiting"] * 3


def test_a_description_that_broke_is_told_as_a_fault_of_ours(
    gateway: FlaskClient, tmp_path: Path
) -> None:
    (tmp_path / "gateway.toml").write_text("url = ")
    assert tell(gateway, REPORTS, X_Token=SECRET).status_code == 503


def test_without_a_gateway_there_is_no_such_page(db: Database) -> None:
    client = create_app(database=db).test_client()
    assert tell(client, REPORTS, X_Token=SECRET).status_code == 404
