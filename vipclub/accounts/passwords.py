"""Passwords: argon2id, its cost from the settings. No session, no clock."""

from __future__ import annotations

import os
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from vipclub.accounts.refusals import PasswordTooWeak

LEAST = 12
MOST = 256
COMMON = frozenset(
    {
        "password1234",
        "123456789012",
        "1234567890123",
        "qwertyuiop12",
        "qwertyuiop123",
        "passwordpassword",
        "iloveyou1234",
        "administrator",
        "vipclubvipclub",
        "changeme1234",
        "woaini1314520",
        "woaini5201314",
    }
)


class Passwords:
    """Hashes and checks; at most two at a time, for each takes the memory of its parameters."""

    def __init__(self, *, memory_kib: int = 65536, passes: int = 3) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._turn = threading.BoundedSemaphore(2)
        self._nobody: str | None = None

    def hash(self, password: str) -> str:
        with self._turn:
            return self._hasher.hash(_folded(password))

    def check(self, stored: str | None, password: str) -> bool:
        """Whether it is right. Takes the same time when there is nothing to compare with."""
        nobody = self._nobody or self.hash(os.urandom(8).hex())
        self._nobody = nobody
        with self._turn:
            try:
                return (
                    self._hasher.verify(stored or nobody, _folded(password)) and stored is not None
                )
            except (VerificationError, InvalidHashError):
                return False

    def outdated(self, stored: str) -> bool:
        """Whether it was made with cheaper parameters than today's."""
        return self._hasher.check_needs_rehash(stored)


def _folded(password: str) -> bytes:
    return unicodedata.normalize("NFC", password[:MOST]).encode("utf-8", "replace")


def refuse_weak(password: str, *about: str) -> None:
    """Raises PasswordTooWeak: too short, common, or what everybody knows about the person."""
    folded = password.casefold()
    known = [part.casefold() for part in about if len(part) >= 4]
    plain = len(set(password)) < 5 or folded in COMMON or any(part == folded for part in known)
    if len(password) < LEAST or len(password) > MOST or plain:
        raise PasswordTooWeak(least=LEAST)


_settled = Passwords()


def settle(*, memory_kib: int, passes: int) -> None:
    """Set what a hash costs in this process (memory in KiB, passes), from the settings."""
    global _settled
    _settled = Passwords(memory_kib=memory_kib, passes=passes)


def passwords() -> Passwords:
    """The hasher at the cost that was settled."""
    return _settled
