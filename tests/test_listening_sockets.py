"""A listening socket that closes while others stay on its port."""

from __future__ import annotations

import socket
import sys
import time

import pytest

from vipclub import listening_sockets

CLIENTS = 24


def connecting(port: int) -> socket.socket:
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(("127.0.0.1", port))
    return client


def accepted_by(listening: socket.socket, seconds: float) -> list[socket.socket]:
    taken, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            taken.append(listening.accept()[0])
        except BlockingIOError:
            time.sleep(0.01)
    return taken


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux lets nobody begin")
@pytest.mark.parametrize("guarded", [True, False])
def test_who_begins_while_a_socket_closes_comes_to_the_one_that_stays(guarded: bool) -> None:
    closing, staying = listening_sockets.bind("127.0.0.1", 0, 1)[0], None
    port = closing.getsockname()[1]
    staying = listening_sockets.bind("127.0.0.1", port, 1)[0]
    for one in (closing, staying):
        one.listen(listening_sockets.BACKLOG)
    before = [connecting(port) for _ in range(CLIENTS)]
    taken = accepted_by(closing, 0.1) + accepted_by(staying, 0.1)
    assert len(taken) == CLIENTS  # both were spread over
    if guarded:
        listening_sockets.let_nobody_begin(closing)
    during = [connecting(port) for _ in range(CLIENTS)]
    time.sleep(0.1)
    closing.close()
    taken = accepted_by(staying, 1.5)
    assert len(taken) == CLIENTS if guarded else len(taken) < CLIENTS
    for one in (*before, *during, *taken, staying):
        one.close()
