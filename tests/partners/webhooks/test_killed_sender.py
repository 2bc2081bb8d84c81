"""A sender that is killed between sending and marking tells again, with the same id, and loses
nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from tests.cast import CLUB_ACTOR, partner_actor
from tests.databases import TEST_KEYS
from tests.partners.webhooks.events_sent import add_endpoint, delivery_log, queue_event
from tests.partners.webhooks.receiver import Receiver
from tests.small_club import ANY_NAME
from vipclub import partners
from vipclub.core.db import Database

EVENTS, KILLS = 30, 4

SENDER = """
import os, sys
from vipclub import logs
from vipclub.core import outbox
from vipclub.core.crypto import FieldKeys
from vipclub.core.db import Database
from vipclub.partners import webhooks

logs.configure("error")
outbox.LEASE_SECONDS, outbox.DOING_SECONDS = 1.0, 0.2  # so that the test needn't wait for long
url, keys = sys.argv[1:]
db = Database(url, keys=FieldKeys.parse(keys))
handlers = webhooks.handlers(loopback=True)
print("ready", flush=True)
while True:
    outbox.deliver(db, handlers, by=str(os.getpid()))
"""


def start(url: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", SENDER, url, TEST_KEYS.dump()], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    return process


def wait_for(condition: object, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.promise("P21")
@pytest.mark.slow
@pytest.mark.race
def test_killed_between_sending_and_marking_it_tells_again_with_the_same_id(
    db: Database, url: str
) -> None:
    partner: str = db.run(partners.create_partner, CLUB_ACTOR, name=ANY_NAME)
    with Receiver() as receiver:
        add_endpoint(db, partner, receiver)
        for number in range(EVENTS):
            queue_event(db, partner, subject=f"A-{number}")
        for _ in range(KILLS):
            receiver.answers = ["slow"]
            before = len(receiver.calls)
            process = start(url)
            wait_for(lambda before=before: len(receiver.calls) > before)
            process.send_signal(signal.SIGKILL)  # told, and never marked
            process.wait()
        receiver.answers = [200]
        process = start(url)
        clerk = partner_actor(partner)
        wait_for(lambda: {row.state for row in delivery_log(db, clerk)} == {"delivered"})
        process.kill()
        process.wait()
        told = Counter(call.event_id for call in receiver.calls)
        bodies = {(call.event_id, call.body) for call in receiver.calls}
    assert len(told) == len(delivery_log(db, clerk)) == EVENTS
    assert len(bodies) == EVENTS  # the same id, the same words
    assert KILLS <= sum(told.values()) - EVENTS <= 2 * KILLS
