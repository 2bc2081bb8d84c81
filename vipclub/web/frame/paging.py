"""The addresses of a list's other pages."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request, url_for


def list_address(endpoint: str, **changed: str | int | None) -> str:
    """This list's address with its filters, and something changed, such as the place to go on
    from. What stands in an address is a stranger's: it becomes a query and nothing else."""
    filters = {name: value for name, value in request.args.items() if name != "lang"}
    kept = {name: value for name, value in (filters | changed).items() if value}
    return url_for(endpoint) + (f"?{urlencode(kept)}" if kept else "")
