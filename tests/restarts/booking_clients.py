"""Clients that book over the API, one after another, until told to stop, by the same key again when
each member has one; what is compared with the rows; and somebody who asks a server beside."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import select

from tests.small_club import SmallClub
from vipclub.bookings import Appointment
from vipclub.core.db import Database
from vipclub.people import Person

CLIENTS = 16


@dataclass
class Answered:
    """What the clients saw."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    """Member -> the appointment that the club said yes to."""
    contradicted: list[str] = field(default_factory=list)
    """Members who were told of two appointments."""
    statuses: Counter[int] = field(default_factory=Counter)
    resets: list[str] = field(default_factory=list)
    longest: float = 0.0
    unwell: list[tuple[float, float]] = field(default_factory=list)
    """When an answer that wasn't 201 was asked for and came."""
    without_retry_after: int = 0


class Clients:
    """`count` of them, each in a thread; `answered` grows while they work. Each keeps its
    connection, as a proxy does, unless `kept` is False."""

    def __init__(
        self,
        club: SmallClub,
        port: int,
        *,
        count: int = CLIENTS,
        pause: float = 0.2,
        again: bool = False,
        kept: bool = True,
        timeout: float = 20,
    ) -> None:
        self._club, self._port, self._pause, self._again = club, port, pause, again
        self._kept, self._timeout = kept, timeout
        self._members = itertools.cycle(
            list(zip(club.members, itertools.cycle(club.slots), strict=False))
        )
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._book_on) for _ in range(count)]
        self.answered = Answered()

    @contextmanager
    def booking(self) -> Iterator[Answered]:
        """They book while the block runs, and finish what they are at."""
        for thread in self._threads:
            thread.start()
        try:
            yield self.answered
        finally:
            self.stop()

    def stop_after_this(self) -> None:
        """Each begins no further booking."""
        self._stop.set()

    def stop(self) -> None:
        """Each finishes what it is at."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=60)

    def wait_for(self, count: int, seconds: float = 30) -> None:
        """Until so many more are acknowledged."""
        wanted = self.answered.statuses[201] + count
        until = time.monotonic() + seconds
        while self.answered.statuses[201] < wanted:
            assert time.monotonic() < until, self.answered
            time.sleep(0.02)

    def _book_on(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._timeout)
        while not self._stop.is_set():
            with self._lock:
                member, slot = next(self._members)
            while not self._ask(connection, member, slot) and self._again:
                if self._stop.is_set():
                    break
                time.sleep(0.1)
            time.sleep(self._pause)
            if not self._kept:
                connection.close()
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection, member: str, slot: str) -> bool:
        """One request; True when it was acknowledged."""
        body = json.dumps({"member": member, "offering": self._club.offering, "slot": slot})
        headers = {
            "Authorization": f"Bearer {self._club.channel}",
            "Content-Type": "application/json",
            "Idempotency-Key": member,
        }
        began = time.monotonic()
        try:
            connection.request("POST", "/api/v1/appointments", body, headers)
            answer = connection.getresponse()
            told = json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            connection.close()
            with self._lock:
                self.answered.resets.append(f"{type(error).__name__}: {error}")
                self.answered.unwell.append((began, time.monotonic()))
            return False
        now = time.monotonic()
        with self._lock:
            seen = self.answered
            seen.statuses[answer.status] += 1
            seen.longest = max(seen.longest, now - began)
            if answer.status == 201:
                first = seen.acknowledged.setdefault(member, told["appointment"])
                if first != told["appointment"]:
                    seen.contradicted.append(member)
            else:
                seen.unwell.append((began, now))
                seen.without_retry_after += answer.headers["Retry-After"] is None
        return answer.status == 201


class Bystander:
    """Somebody who asks a server that is left alone, all the while: `longest` is what this machine
    makes anybody wait at that time."""

    def __init__(self, club: SmallClub, port: int) -> None:
        self.longest = 0.0
        self.statuses: Counter[int] = Counter()
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self._headers = {"Authorization": f"Bearer {club.channel}"}
        self._over = threading.Event()

    @contextmanager
    def asking(self) -> Iterator[Bystander]:
        """Until the block ends."""
        thread = threading.Thread(target=self._ask_on)
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            thread.join(timeout=30)
            self._connection.close()

    def _ask_on(self) -> None:
        path = "/api/v1/services/health-check/slots?city=310000"
        while not self._over.wait(0.05):
            began = time.monotonic()
            self._connection.request("GET", path, headers=self._headers)
            answer = self._connection.getresponse()
            answer.read()
            self.statuses[answer.status] += 1
            self.longest = max(self.longest, time.monotonic() - began)


def booked(db: Database) -> list[tuple[str, str]]:
    """(member, appointment) of every row."""
    with db.read() as session:
        return [
            (str(member), str(ref))
            for member, ref in session.execute(
                select(Person.public_ref, Appointment.public_ref).join(
                    Appointment, Appointment.person_id == Person.id
                )
            )
        ]
