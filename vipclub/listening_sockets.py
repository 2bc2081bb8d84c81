"""The sockets on which `vipclub serve` listens, and how they close without losing a connection.

Several sockets share one port (SO_REUSEPORT), and the kernel spreads new connections over them: of
one `serve`, and of a second one while it takes over. What waits in the queue of a socket that
closes is reset by the kernel, and so is a connection whose last packet comes just after. So a
socket is first left to itself: it lets no new connection begin (whose client asks again after a
second, and then reaches a socket that stays), those that have begun come to their end and are
taken, and only then is it closed.
"""

from __future__ import annotations

import ctypes
import socket
import struct
import sys

BACKLOG = 2048
SETTLING_SECONDS = 0.25
"""How long a connection that has begun may take to stand; far under the second after which one
that was not let in begins again."""

_SO_ATTACH_FILTER = 26
_FLAGS, _SYN, _ACK = 13, 0x02, 0x10
_LET_OTHERS_IN = (
    (0x30, 0, 0, _FLAGS),  # load the byte of the TCP header that has the flags
    (0x54, 0, 0, _SYN | _ACK),  # keep these two
    (0x15, 0, 1, _SYN),  # a connection begins: go on; else skip one
    (0x06, 0, 0, 0),  # drop
    (0x06, 0, 0, 0xFFFFFFFF),  # let in
)
"""Classic BPF, which needs no rights: code, jumps, constant."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def bind(host: str, port: int, count: int) -> list[socket.socket]:
    """`count` sockets on one port, which don't listen yet: whoever has loaded the application lets
    them. Raises OSError."""
    family, _, _, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    bound: list[socket.socket] = []
    for _ in range(count):
        one = socket.socket(family, socket.SOCK_STREAM)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        one.bind(address)
        one.setblocking(False)
        one.set_inheritable(True)
        bound.append(one)
    return bound


def let_nobody_begin(listening: socket.socket) -> None:
    """No new connection comes to this socket any more; those that have begun do. Linux only:
    elsewhere a connection may still be lost at this moment."""
    if not sys.platform.startswith("linux"):
        return
    steps = b"".join(struct.pack("HBBI", *step) for step in _LET_OTHERS_IN)
    kept = ctypes.create_string_buffer(steps, len(steps))
    program = _Program(len(_LET_OTHERS_IN), ctypes.cast(kept, ctypes.c_void_p))
    listening.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, bytes(program))
