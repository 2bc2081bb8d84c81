"""What balancers and Prometheus are told, and by whom they may ask."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import text

from tests.cast import CLUB_ACTOR
from tests.production.safe_settings import FIELD_KEYS, SECRET
from tests.telemetry.scraping import Figures
from vipclub import accounts
from vipclub.app import create_app
from vipclub.core.db import Database
from vipclub.settings import Settings

TOKEN = "b8f1d6e0c94a7b3352ee1f0aa6c87d11"
STRANGER = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def production(db: Database, tmp_path: Path) -> Callable[..., FlaskClient]:
    """A visitor of a club in production, with further settings."""

    def open_club(**given: object) -> FlaskClient:
        settings = Settings.load(
            env="production", base_url="https://club.example", instance=tmp_path, **given
        )
        return create_app(settings, database=db).test_client()

    return open_club


@pytest.fixture
def silent_server() -> Iterator[str]:
    """The address of a database server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"postgresql+psycopg://club:x@127.0.0.1:{listening.getsockname()[1]}/club"


@pytest.mark.parametrize("host", ["10.0.0.5:8000", "evil.example", "a b", ""])
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_are_answered_whatever_host_they_ask_for(
    production: Callable[..., FlaskClient], path: str, host: str
) -> None:
    client = production()
    answer = client.get(path, headers={"Host": host})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    for other in (
        "/sign-in",
        "/",
        "/api/v1/services",
        "/healthz/",
        "/metrics/x",
    ):
        refused = client.get(other, headers={"Host": host})
        assert refused.status_code == 400, other


def test_probes_are_answered_behind_a_proxy_that_names_another_host(
    production: Callable[..., FlaskClient],
) -> None:
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "203.0.113.9"}
    client = production(proxies=1)
    assert client.get("/readyz", headers=headers).status_code == 200
    assert client.get("/metrics", headers=headers).status_code == 404
    assert client.get("/sign-in", headers=headers).status_code == 400


def test_an_outsider_learns_whether_the_club_is_ready_and_no_more(
    production: Callable[..., FlaskClient], db: Database
) -> None:
    client = production(metrics_token=SecretStr(TOKEN))
    assert client.get("/readyz").json == {"status": "ready"}
    db.run(lambda session: session.execute(text("UPDATE alembic_version SET version_num = '0001'")))
    refused = client.get("/readyz")
    assert (refused.status_code, refused.json) == (503, {"status": "not ready"})
    told = client.get("/readyz", headers={"Authorization": f"Bearer {TOKEN}"})
    assert told.status_code == 503
    assert told.json == {"status": "not ready", "database": "answers", "migrations": "behind"}


def test_development_tells_its_details(db: Database) -> None:
    told = create_app(database=db).test_client().get("/readyz").json
    assert told == {"status": "ready", "database": "answers", "migrations": "at the head"}


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(
    ("own", "authorization", "environ", "status"),
    [
        ("", None, {}, 200),
        ("", None, STRANGER, 404),
        ("", None, {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, 404),
        ("", None, {"HTTP_X_FORWARDED_PROTO": "https"}, 404),
        ("", None, {"HTTP_FORWARDED": "for=203.0.113.9"}, 404),
        ("", None, {"HTTP_VIA": "1.1 proxy"}, 404),
        ("", "Bearer ", STRANGER, 404),
        ("", "Bearer ", {}, 404),
        (TOKEN, f"Bearer {TOKEN}", STRANGER, 200),
        (TOKEN, f"bearer  {TOKEN} ", STRANGER, 200),
        (TOKEN, f"Bearer {TOKEN}", {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, 200),
        (TOKEN, f"Bearer {TOKEN}x", STRANGER, 404),
        (TOKEN, f"Bearer {TOKEN[:-1]}", {}, 404),
        (TOKEN, f"Basic {TOKEN}", STRANGER, 404),
        (TOKEN, TOKEN, STRANGER, 404),
        (TOKEN, "Bearer \xff\xfe", STRANGER, 404),
        (TOKEN, None, STRANGER, 404),
        (TOKEN, None, {}, 200),
    ],
)
def test_figures_are_for_this_machine_and_for_whoever_has_the_token(
    production: Callable[..., FlaskClient],
    own: str,
    authorization: str | None,
    environ: dict[str, str],
    status: int,
) -> None:
    client = production(metrics_token=SecretStr(own))
    headers = {"Authorization": authorization} if authorization is not None else {}
    answer = client.get("/metrics", headers=headers, environ_overrides=environ)
    assert answer.status_code == status
    assert ("vipclub_" in answer.text) == (status == 200)


def test_a_token_of_the_api_opens_no_figures(
    production: Callable[..., FlaskClient], db: Database
) -> None:
    _ref, secret = db.run(accounts.create_token, CLUB_ACTOR, scope="channel")
    headers = {"Authorization": f"Bearer {secret}"}
    client = production()
    api = client.get("/api/v1/services", base_url="https://club.example", headers=headers)
    assert api.status_code == 200
    answer = client.get("/metrics", headers=headers, environ_overrides=STRANGER)
    assert answer.status_code == 404


@pytest.mark.only("sqlite")
@pytest.mark.promise("P30")
def test_a_database_that_is_away_is_told_within_two_seconds(
    silent_server: str, tmp_path: Path
) -> None:
    """It is asked again and again: whoever waits for the first answer makes no second question."""
    settings = Settings.load(
        env="development",
        database_url=silent_server,
        instance=tmp_path,
        secret_key=SecretStr(SECRET),
        field_keys=SecretStr(FIELD_KEYS.dump()),
    )
    client = create_app(settings).test_client()
    for path, status in (("/readyz", 503), ("/readyz", 503), ("/metrics", 200)):
        began = time.monotonic()
        answer = client.get(path)
        assert time.monotonic() - began < 2.8
        assert answer.status_code == status
        if path == "/readyz":
            assert answer.json["database"] == "away"
        else:
            figures = Figures(answer.text)
            assert figures.one("vipclub_database_up") == 0
            assert figures.of("vipclub_worker_beat_age_seconds") == []
    assert client.get("/healthz").status_code == 200
