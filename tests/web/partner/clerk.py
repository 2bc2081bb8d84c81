"""Clerk He's browser: pages looked at and buttons pressed."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from tests.web.staff import form_token
from vipclub.core.actor import Actor

CLUB = Actor.system("tests")


def press(pc: FlaskClient, path: str, **form: str) -> Any:
    """Send a form of this door."""
    token = form_token(pc, "/partner/")
    return pc.post(path, data={"csrf_token": token, **form})


def step(pc: FlaskClient, ref: str, name: str, **form: str) -> Any:
    """Take a step of an appointment."""
    return press(pc, f"/partner/appointments/{ref}/{name}", **form)
