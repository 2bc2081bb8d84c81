"""Requests for help while servers and workers are killed in turn and the mail server is away; and
what must be true of the rows afterwards."""

from __future__ import annotations

import http.client
import os
import signal
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from sqlalchemy import func, select

from tests.restarts.club_processes import ClubProcess, free_port, running, serving
from vipclub import assistance
from vipclub.assistance import Case, CaseAlarm
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.invariants import verify
from vipclub.core.outbox import OutboxRow

CLIENTS = 8


@dataclass
class Outcome:
    """What came of it: requests that were answered, how often something was killed, and what is
    wrong with the rows."""

    answered: int = 0
    kills: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: int = 0
    alarms: int = 0
    doubled_levels: int = 0
    without_letter: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        """Whether nothing is wrong."""
        wrong = self.doubled + self.doubled_levels + self.without_letter
        return not (wrong or self.lost or self.broken)


class HelpClients:
    """They press the red button, each key until it is answered."""

    def __init__(self, port: int, requests: int) -> None:
        self._port, self._left = port, iter(range(requests))
        self._lock = threading.Lock()
        self.answered: list[str] = []
        self._threads = [threading.Thread(target=self._press_on) for _ in range(CLIENTS)]

    def begin(self) -> None:
        for thread in self._threads:
            thread.start()

    @property
    def at_it(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def _press_on(self) -> None:
        while True:
            with self._lock:
                number = next(self._left, None)
            if number is None:
                return
            tap = f"outage-{number:08}"
            while not self._press(tap):
                time.sleep(0.05)
            self.answered.append(tap)

    def _press(self, tap: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            form = urlencode({"tap": tap, "quick": "ill", "phone": "+33612345678"})
            head = {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Forwarded-For": f"2001:db8::{int(tap[-8:]):x}",  # each from a house of their own
            }
            connection.request("POST", "/help/ask", form, head)
            return connection.getresponse().status == 303
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def ask_through_outages(
    db: Database, environment: Mapping[str, str], *, requests: int, every: int
) -> Outcome:
    """Press so often; after each `every` answers the server, or the worker, is killed and begun
    anew."""
    port, outcome = free_port(), Outcome()
    env = {
        **environment,
        "VIPCLUB_MAIL_URL": f"smtp://127.0.0.1:{free_port()}",  # nobody listens
        "VIPCLUB_PROXIES": "1",
    }
    clients = HelpClients(port, requests)
    with ExitStack() as worked:
        server = worked.enter_context(serving(env, port))
        worker = worked.enter_context(running(ClubProcess(env, "worker")))
        clients.begin()
        next_kill = every
        while clients.at_it:
            time.sleep(0.02)
            if len(clients.answered) < next_kill:
                continue
            next_kill += every
            outcome.kills += 1
            if outcome.kills % 2:
                _kill(server)
                server = worked.enter_context(serving(env, port))
            else:
                _kill(worker)
                worker = worked.enter_context(running(ClubProcess(env, "worker")))
    outcome.answered = len(clients.answered)
    _look(db, clients, outcome)
    return outcome


def _kill(process: ClubProcess) -> None:
    for pid in (*process.children(), process.process.pid):
        os.kill(pid, signal.SIGKILL)
    process.ended()


def _look(db: Database, clients: HelpClients, outcome: Outcome) -> None:
    """All levels of all cases are raised, twice over, and everything is counted."""
    with clock.replaying(clock.now() + timedelta(hours=12)):
        while assistance.raise_alarms(db):
            pass
        assistance.raise_alarms(db)
    with db.read() as session:
        kept = session.scalars(select(Case.tap).where(Case.tap.is_not(None))).all()
        outcome.lost = sorted(set(clients.answered) - set(kept))
        outcome.doubled = len(kept) - len(set(kept))
        outcome.alarms = session.scalar(select(func.count(CaseAlarm.id))) or 0
        levels = select(CaseAlarm.case_id, CaseAlarm.clock, CaseAlarm.round, CaseAlarm.level)
        outcome.doubled_levels = outcome.alarms - len(set(session.execute(levels).all()))
        told = select(func.count(func.distinct(OutboxRow.subject_ref))).where(
            OutboxRow.kind == "message", OutboxRow.subject_kind == "case"
        )
        outcome.without_letter = len(set(kept)) - (session.scalar(told) or 0)
    outcome.broken = [
        str(one) for found in verify(db, assistance.INVARIANTS) for one in found.broken
    ]
