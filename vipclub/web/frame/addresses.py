"""The addresses of pages: each is worked out once a process, since a page has some thirty."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Flask, has_request_context, request


class KnownAddresses(Flask):
    """An application that remembers the addresses of its pages. What `url_for` is given more than
    endpoint and values (an anchor, a scheme) is worked out each time, and so is all outside a
    request."""

    def __init__(self, name: str, *, template_folder: str) -> None:
        super().__init__(name, static_folder=None, template_folder=template_folder)
        self._known = lru_cache(maxsize=8192)(self._build)

    def url_for(  # type: ignore[override]
        self,
        endpoint: str,
        /,
        **values: Any,  # noqa: ANN401 - as Flask has it
    ) -> str:
        plain = endpoint[0] != "." and all(
            name[0] != "_" and type(value) in {str, int} for name, value in values.items()
        )
        if not plain or not has_request_context():
            return super().url_for(endpoint, **values)
        return self._known(request.script_root, endpoint, tuple(values.items()))

    def _build(self, _below: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return super().url_for(endpoint, **dict(values))
