"""Who may come in where. A door checks sign-in and audience only; nobody is let in by forgetting
to say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from vipclub.core.errors import Forbidden
from vipclub.web.frame.request_context import current_sign_in

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = frozenset({"everybody"})
NOBODY: frozenset[str] = frozenset()
HOMES = {
    "member": "/",
    "manager": "/manager/",
    "partner": "/partner/",
    "desk": "/desk/",
    "operations": "/operations/",
    "policy": "/admin/policy",
    "admin": "/admin/",
    "auditor": "/admin/audit",
}
"""Where each role's first page is."""


class Door(Blueprint):
    """A blueprint whose views are for an audience: the roles of accounts, or the scopes of tokens
    when `bearer`.
    """

    def __init__(
        self, name: str, *, url_prefix: str, audience: Iterable[str], bearer: bool = False
    ) -> None:
        super().__init__(name, "vipclub.web", url_prefix=url_prefix)
        self.audience = frozenset(audience)
        self.bearer = bearer

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,
        **options: object,
    ) -> None:
        if view_func is not None:
            if not hasattr(view_func, "__audience__"):
                view_func.__audience__ = self.audience  # type: ignore[attr-defined]
            view_func.__bearer__ = self.bearer  # type: ignore[attr-defined]
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)


def door(name: str, *, url_prefix: str, audience: Iterable[str]) -> Door:
    """A door for signed-in people of these roles."""
    return Door(name, url_prefix=url_prefix, audience=audience)


def public(view: View) -> View:
    """Marks a view that everybody may see, signed in or not. Written below the route."""
    view.__audience__ = PUBLIC  # type: ignore[attr-defined]
    return view


def audience(*roles: str) -> Callable[[View], View]:
    """Marks a view of a door whose audience is another than the door's. Written below the route."""

    def mark(view: View) -> View:
        view.__audience__ = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def audience_of(view: Callable[..., Any]) -> frozenset[str]:
    """For whom a view is; nobody when nothing says so."""
    found: frozenset[str] = getattr(view, "__audience__", NOBODY)
    return found


def guard() -> ResponseReturnValue | None:
    """Before each request: sign-in and audience. Tokens are the API door's own matter."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or getattr(view, "__bearer__", False):
        return None
    allowed = audience_of(view)
    if allowed == PUBLIC:
        return None
    sign_in = current_sign_in()
    if sign_in is None:
        safe = request.method in {"GET", "HEAD"}
        back = request.full_path.rstrip("?") if safe and request.path != "/" else None
        return redirect(url_for("sign_in.page", next=back), code=303)
    if sign_in.role in allowed:
        return None
    if request.path == "/" and request.method in {"GET", "HEAD"}:
        return redirect(HOMES[sign_in.role], code=303)
    raise Forbidden(audience=sorted(allowed))


def install(app: Flask) -> None:
    app.before_request(guard)
