"""Calls of the API with a token, as another system makes them."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient


def asked(
    client: FlaskClient, token: str, path: str, body: dict[str, Any] | None = None, **more: Any
) -> Any:
    head = {"Authorization": f"Bearer {token}", **more}
    if body is None:
        return client.get(f"/api/v1{path}", headers=head)
    return client.post(f"/api/v1{path}", json=body, headers=head)
