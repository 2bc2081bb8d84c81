"""The browsers of those who curate, and how they send a form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from tests.small_club import SmallClub
from tests.web.signing_in import csrf_token
from vipclub.core.db import Database


@dataclass(frozen=True)
class House:
    """The application with the browsers of manager Wu and operator Gao."""

    db: Database
    club: SmallClub
    app: Flask
    wu: FlaskClient
    gao: FlaskClient

    def post(self, client: FlaskClient, path: str, **form: str | list[str]) -> Any:
        """Send a form, as a page of the door would."""
        door = path.split("/")[1]
        token = csrf_token(client, f"/{door}/events/new" if door != "desk" else "/desk/")
        return client.post(path, data={"csrf_token": token, **form})
