"""Clerk He's browser: pages looked at and buttons pressed."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from tests.web.signing_in import csrf_token


def post_form(pc: FlaskClient, path: str, **form: str) -> Any:
    """Send a form of this door."""
    token = csrf_token(pc, "/partner/")
    return pc.post(path, data={"csrf_token": token, **form})


def take_step(pc: FlaskClient, ref: str, name: str, **form: str) -> Any:
    """Take a step of an appointment."""
    return post_form(pc, f"/partner/appointments/{ref}/{name}", **form)
