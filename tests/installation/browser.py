"""Somebody's browser and the proxy before the club, as one: pages are asked for over HTTP from a
server on this machine, with the headers that the proxy of deploy/nginx.conf sets."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from email.message import Message
from html import unescape
from urllib.parse import urlencode, urlsplit

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
FORM_KEY = re.compile(r'name="form_key" value="([^"]+)"')


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_given: object) -> None:
        return None


OPENER = urllib.request.build_opener(_Stay, urllib.request.ProxyHandler({}))


@dataclass
class Answer:
    status: int
    text: str
    headers: Message

    def first(self, pattern: str) -> str:
        """The first group of the first match, as a reader sees it."""
        found = re.search(pattern, self.text)
        assert found, f"{pattern} is not there:\n{self.text[:3000]}"
        return unescape(found[1])


@dataclass
class Browser:
    """Keeps its cookies; `address` is the server's, `host` the club's own name."""

    address: str
    host: str
    caller: str = "203.0.113.7"
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        return self._ask(path, None)

    def send(self, page: Answer, path: str, **form: str) -> Answer:
        """Fill in a form of this page and send it."""
        hidden = {"csrf_token": page.first(TOKEN.pattern)}
        if key := FORM_KEY.search(page.text):
            hidden["form_key"] = key[1]
        return self._ask(path, urlencode({**hidden, **form}).encode())

    def follow(self, answer: Answer) -> Answer:
        """Where a form that was taken leads to."""
        assert answer.status == 303, f"{answer.status}: {answer.text[:3000]}"
        return self.get(answer.headers["Location"])

    def sign_in(self, login: str, password: str) -> Answer:
        page = self.get("/sign-in")
        return self.follow(self.send(page, "/sign-in", login=login, password=password))

    def _ask(self, path: str, form: bytes | None) -> Answer:
        parts = urlsplit(path)
        asked = urllib.request.Request(
            f"{self.address}{parts.path}" + (f"?{parts.query}" if parts.query else ""),
            data=form,
            headers={
                "Host": self.host,
                "X-Forwarded-For": self.caller,
                "X-Forwarded-Proto": "https",
                "X-Forwarded-Host": self.host,
                "Accept-Language": "en",
                "Referer": f"https://{self.host}/",
                "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            },
        )
        try:
            with OPENER.open(asked, timeout=30) as got:
                answer = Answer(got.status, got.read().decode(), got.headers)
        except urllib.error.HTTPError as error:
            answer = Answer(error.code, error.read().decode(), error.headers)
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer
