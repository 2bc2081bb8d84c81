"""What a load asks of a club: pages of people who are signed in, and bookings of members who have
a unit left."""

from __future__ import annotations

import http.cookiejar
import json
import re
import socket
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.bench.clubs import BenchClub
from tests.bench.load import END, request, write_plan

FIELD = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
SERVICE = "health-check"
SEARCHED = "王伟"
MEMBERS = """
SELECT p.public_ref FROM entitlement_account a
JOIN benefit b ON b.id = a.benefit_id
JOIN person p ON p.id = a.person_id
JOIN membership m ON m.person_id = p.id
WHERE b.code = %s AND a.year = extract(year FROM now()) AND a.granted - a.held - a.used > 0
  AND m.state IN ('invited', 'active') AND current_date + 40 BETWEEN m.effective_day AND m.last_day
  AND p.survivor_id = p.id
  AND NOT EXISTS (SELECT FROM appointment x WHERE x.person_id = p.id)
ORDER BY md5(p.public_ref) LIMIT 20000
"""
TIMES = """
SELECT s.id, o.public_ref, s.public_ref FROM slot s
JOIN offering o ON o.id = s.offering_id
JOIN benefit b ON b.id = o.benefit_id
WHERE b.code = %s AND s.open AND s.local_day BETWEEN current_date + 5 AND current_date + 25
ORDER BY md5(s.public_ref) LIMIT 10000
"""
ROOM = 100_000
"""Seats of each time while a load books: a time is full only where the load says so."""


class ClubRequests:
    """The plans of a club's loads, written to a folder."""

    def __init__(self, club: BenchClub, connection: psycopg.Connection, folder: Path) -> None:
        self.club, self._connection, self._folder = club, connection, folder
        self._members = [row[0] for row in connection.execute(MEMBERS, (SERVICE,))]
        self._times = connection.execute(TIMES, (SERVICE,)).fetchall()
        connection.execute(
            "UPDATE slot SET capacity = %s WHERE id = ANY(%s)", (ROOM, [t[0] for t in self._times])
        )
        self._keys = 0
        self._token = {"Authorization": f"Bearer {club.demo['tokens']['channel']}"}
        self._signed_in: dict[str, tuple[dict[str, str], str]] = {}

    def page(self, path: str, role: str) -> Path:
        """A page, by one of the cast."""
        cookie, _ = self._sign_in(role)
        return self._plan([request("GET", path, port=self.club.port, headers=cookie)])

    def search(self) -> Path:
        """The desk reads whom it found by a name that many have: the page that a search leads
        to."""
        cookie, field = self._sign_in("desk")
        body = urllib.parse.urlencode({"csrf_token": field, "who": SEARCHED})
        address = f"http://127.0.0.1:{self.club.port}/desk/find"
        sent = urllib.request.Request(address, body.encode(), headers=cookie)
        with urllib.request.urlopen(sent, timeout=20) as found:
            path = urllib.parse.urlsplit(found.url).path
        return self._plan([request("GET", path, port=self.club.port, headers=cookie)])

    def free_times(self) -> Path:
        """A channel asks for the first fifty times of a city, which any club has."""
        path = f"/api/v1/services/{SERVICE}/slots?city={self.club.demo['city']}&limit=50"
        return self._plan([request("GET", path, port=self.club.port, headers=self._token)])

    def bookings(self, *, one_time: bool) -> Path:
        """Each member books once: over all times, or all in one."""
        times = self._times[:1] if one_time else self._times
        self._keys += 1
        return self._plan(
            self._booking(member, *times[n % len(times)][1:], f"{self._keys}-{n}")
            for n, member in enumerate(self._members)
        )

    @contextmanager
    def sold_out(self) -> Iterator[Path]:
        """All want one time that has no seat left."""
        slot = self._times[0][0]
        before = self._connection.execute(
            "SELECT capacity, taken FROM slot WHERE id = %s", (slot,)
        ).fetchone()
        self._set_seats(slot, 2, 2)
        yield self.bookings(one_time=True)
        self._set_seats(slot, *before)

    def _set_seats(self, slot: int, capacity: int, taken: int) -> None:
        change = "UPDATE slot SET capacity = %s, taken = %s WHERE id = %s"
        self._connection.execute(change, (capacity, taken, slot))

    def _booking(self, member: str, offering: str, slot: str, key: str) -> bytes:
        body = json.dumps({"member": member, "offering": offering, "slot": slot})
        headers = {**self._token, "Idempotency-Key": f"bench-{key}"}
        path = "/api/v1/appointments"
        return request("POST", path, port=self.club.port, headers=headers, body=body)

    def _plan(self, requests: object) -> Path:
        return write_plan(self._folder / f"club-{self.club.port}.plan", requests)  # type: ignore[arg-type]

    def _sign_in(self, role: str) -> tuple[dict[str, str], str]:
        """The cookie of one of the cast, and what their forms carry."""
        if role not in self._signed_in:
            address = f"http://127.0.0.1:{self.club.port}/sign-in"
            jar = http.cookiejar.CookieJar()
            browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
            fields = {
                "csrf_token": _field(browser.open(address, timeout=20).read().decode()),
                **self.club.demo["sign_ins"][role],
            }
            sent = urllib.parse.urlencode(fields).encode()
            page = browser.open(address, sent, timeout=20)
            if page.url.endswith("/sign-in"):
                raise RuntimeError(f"{role} isn't let in")
            cookie = "; ".join(f"{kept.name}={kept.value}" for kept in jar)
            self._signed_in[role] = {"Cookie": cookie}, _field(page.read().decode(), needed=False)
        return self._signed_in[role]


def _field(page: str, *, needed: bool = True) -> str:
    """What a form of this page carries against forged requests."""
    found = FIELD.search(page)
    if found is None and needed:
        raise RuntimeError("a page without a form")
    return found[1] if found else ""


def ask(plan: Path, port: int) -> tuple[int, str]:
    """The first request of a plan alone: its status, and what it said."""
    first = plan.read_bytes().split(END, 1)[0]
    head, _, body = first.partition(b"\r\n\r\n")
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(head + b"\r\nConnection: close\r\n\r\n" + body)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), body.decode("utf-8", "replace")
