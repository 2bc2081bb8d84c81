"""Walking through a door as a visitor does: from its first page along the links, one page of each
kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from tests.browser.running_club import RunningClub

NO_PAGES = frozenset(
    {
        "admin.audit_export",
        "admin.trial_live",
        "api",
        "desk.live",
        "desk.live_case",
        "desk.live_cases",
        "desk.live_wall",
        "member.calendar_feed",
        "member.kept_offline",
        "member.manifest",
        "member.offline",
        "member.calendar_file",
        "member.event_calendar",
        "partner.closing_live",
        "partner.live",
        "partner.settlement_file",
        "static",
        "health.alive",
        "health.metrics",
        "health.ready",
    }
)
"""Files, fragments of a page that is walked, and answers for machines."""
BY_MAIL = {
    "sign_in.invitation": "its address comes by mail",
    "sign_in.join": "its address comes by mail",
    "sign_in.new_password": "its address comes by mail",
    "sign_in.partner_request": "its address comes by mail",
}
"""Endpoint -> why no link leads there."""
FIRST_PAGE = {
    "member": "/",
    "manager": "/manager/",
    "partner": "/partner/",
    "desk": "/desk/",
    "operations": "/operations/",
    "policy": "/admin/",
    "admin": "/admin/",
    "auditor": "/admin/audit",
}
TYPED_ADDRESS = {
    "desk": "/desk/?typed=L-DEMO-1",
    "manager": "/manager/members?typed=L-DEMO-1",
    "operations": "/operations/adjust/{member}",
    "admin": "/admin/components",
    "partner": "/partner/capacity?day={wednesday}",
}
"""What somebody of the role types, or knows by heart; the rest is links."""
MOST_REPEATS = 40
"""How many further pages of a kind are opened to find links that the first one didn't have."""


def pages_for(app: Flask, role: str) -> set[str]:
    """The endpoints of all pages that a role may open, those for everybody aside."""
    found = set()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        audience: frozenset[str] = getattr(view, "__audience__", frozenset())
        if getattr(view, "__bearer__", False) or "GET" not in (rule.methods or set()):
            continue
        if role in audience and rule.endpoint not in NO_PAGES:
            found.add(rule.endpoint)
    return found


def endpoint_of(app: Flask, path: str) -> str | None:
    """Which page an address leads to; None for what is no page."""
    try:
        endpoint = app.url_map.bind("127.0.0.1").match(path, method="GET")[0]
    except (HTTPException, RoutingException):
        return None
    name = str(endpoint)
    return None if name in NO_PAGES or name.split(".")[0] in NO_PAGES else name


class Walk:
    """One person's way through the house."""

    def __init__(self, page: Any, club: RunningClub, app: Flask, role: str, language: str) -> None:
        self.page, self.club, self.app, self.language = page, club, app, language
        self.wanted = pages_for(app, role)
        self.seen: set[str] = set()
        self.waiting = [FIRST_PAGE[role]]
        if role in TYPED_ADDRESS:
            today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
            ahead = timedelta(days=(2 - today.weekday()) % 7 or 7)  # a day with hours, not a Sunday
            path = TYPED_ADDRESS[role].format(
                member=club.demo["members"][0], wednesday=today + ahead
            )
            self.waiting.append(path)
        self.later: dict[str, str] = {}
        self.opened: set[str] = set()

    def pages(self) -> Iterator[str]:
        """Open a page of each kind; gives its endpoint while it is open."""
        again = MOST_REPEATS
        while self.waiting or (self.later and self.wanted - self.seen and again):
            if self.waiting:
                path = self.waiting.pop(0)
            else:
                path = self.later.pop(next(iter(self.later)))
                again -= 1
            endpoint = endpoint_of(self.app, urlsplit(path).path)
            if endpoint is None or path in self.opened:
                continue
            if endpoint in self.seen and again == MOST_REPEATS:
                self.later.setdefault(path, path)
                continue
            if self._open(path) == endpoint and endpoint not in self.seen:
                self.seen.add(endpoint)
                yield endpoint
            self._note_links()

    def _open(self, path: str) -> str | None:
        self.opened.add(path)
        mark = "&" if "?" in path else "?"
        answer = self.page.goto(f"{self.club.address}{path}{mark}lang={self.language}")
        assert answer.status == 200, f"{path}: {answer.status}"
        return endpoint_of(self.app, urlsplit(self.page.url).path)

    def _note_links(self) -> None:
        here = urlsplit(self.page.url).path
        links = self.page.eval_on_selector_all(
            "a[href]", "links => links.map(link => link.getAttribute('href'))"
        )
        for link in links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or not (parts.path or parts.query):
                continue
            path = (parts.path or here) + (f"?{parts.query}" if parts.query else "")
            endpoint = endpoint_of(self.app, parts.path or here)
            if endpoint is None or path in self.opened or "lang=" in path:
                continue
            if endpoint in self.seen:
                if parts.path and parts.path != here:
                    self.later.setdefault(path, path)
            else:
                self.waiting.append(path)
