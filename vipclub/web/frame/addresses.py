"""The application, and what of it is worked out once a process: addresses, of which a page has some
thirty."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, has_request_context, request

_PLAIN = frozenset({str, int})


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
        *,
        _anchor: str | None = None,  # Flask's own function names all four, None where not asked for
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,  # noqa: ANN401 - as Flask has it
    ) -> str:
        more = _anchor is not None or _method is not None or _scheme is not None or _external
        plain = endpoint[0] != "." and _PLAIN.issuperset(map(type, values.values()))
        if more or not plain or not has_request_context():
            return super().url_for(
                endpoint,
                _anchor=_anchor,
                _method=_method,
                _scheme=_scheme,
                _external=_external,
                **values,
            )
        return self._known(request.script_root, endpoint, tuple(values.items()))

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: nothing here is a coroutine, and Flask would look a dozen times a request."""
        return func

    def _build(self, _below: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return super().url_for(endpoint, **dict(values))
