"""Encryption of personal fields and blind indexes to find them by exact value.

AES-256-GCM; the key's number stands in front, so that keys can be rotated; the additional data is
table.column and the row's reference, so that a ciphertext moved to another row doesn't open.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary
from sqlalchemy.orm import Session

EncryptedText = LargeBinary
"""A column written by `Cipher.seal` and read by `Cipher.unseal`."""


KINDS = ("encryption", "index", "mac")
"""What the keys of VIPCLUB_FIELD_KEYS are for."""


class FieldDamaged(Exception):
    """A ciphertext that doesn't open: another key, another row, or changed bytes."""


class KeyNotHeld(RuntimeError):
    """The database says that a key is in force which this process doesn't hold."""

    def __init__(self, kind: str, number: int) -> None:
        super().__init__(
            f"The {kind} key {number} is in force and VIPCLUB_FIELD_KEYS of this process lacks it: "
            "start it again with the value that all others have."
        )


@dataclass(frozen=True)
class FieldKeys:
    """Keys by number: those that encrypt, those of blind indexes, those of MACs. Which one is
    written with stands in the database (`key_register`).

    As text: `1:BASE64,2:BASE64;index:1:BASE64,2:BASE64;mac:1:BASE64`, each 32 bytes. `index:BASE64`
    is number 1.
    """

    encryption: Mapping[int, bytes] = field(repr=False)
    index: Mapping[int, bytes] = field(repr=False)
    mac: Mapping[int, bytes] = field(repr=False)

    @classmethod
    def generate(cls) -> FieldKeys:
        return cls(*({1: secrets.token_bytes(32)} for _ in KINDS))

    @classmethod
    def parse(cls, text: str) -> FieldKeys:
        """Raises ValueError with what is wrong, never with a key in it."""
        first, *others = text.strip().split(";")
        named = dict(part.split(":", 1) for part in others if ":" in part)
        try:
            numbered = [_numbered(part) for part in (first, named["index"], named["mac"])]
        except (ValueError, KeyError):
            raise ValueError("expected 1:KEY;index:KEY;mac:KEY with keys in base 64") from None
        keys = [key for some in numbered for key in some.values()]
        if not all(keys):
            raise ValueError("one of the keys is empty")
        if any(len(key) != 32 for key in keys):
            raise ValueError("each key must have 32 bytes")
        if not all(0 < number < 256 for some in numbered for number in some):
            raise ValueError("key numbers go from 1 to 255")
        return cls(*numbered)

    def dump(self) -> str:
        """A single index or MAC key with number 1 is written without it."""
        parts = [_written(self.encryption)]
        for name, some in (("index", self.index), ("mac", self.mac)):
            written = _written(some)
            parts.append(f"{name}:{written.removeprefix('1:') if len(some) == 1 else written}")
        return ";".join(parts)

    def of(self, kind: str) -> Mapping[int, bytes]:
        """The keys of one of KINDS, by number."""
        found: Mapping[int, bytes] = {
            "encryption": self.encryption,
            "index": self.index,
            "mac": self.mac,
        }[kind]
        return found


def _numbered(text: str) -> dict[int, bytes]:
    pairs = [part.split(":", 1) for part in text.split(",")] if ":" in text else [["1", text]]
    if not all(number.isascii() for number, _ in pairs):
        raise ValueError
    found = {int(number): base64.b64decode(key, validate=True) for number, key in pairs}
    if len(found) < len(pairs):
        raise ValueError
    return found


def _written(keys: Mapping[int, bytes]) -> str:
    pairs = sorted(keys.items())
    return ",".join(f"{number}:{base64.b64encode(key).decode()}" for number, key in pairs)


@dataclass(frozen=True, slots=True)
class KeysInForce:
    """With which numbers is written, and which keys are given up."""

    encryption: int
    index: int
    mac: int
    secret: str | None = None
    """The check value of the secret that signs cookies; None when no register says it."""
    retired: frozenset[tuple[str, int | str]] = frozenset()
    """Kind and number of those given up; of secrets the check value."""

    @classmethod
    def newest_of(cls, keys: FieldKeys) -> KeysInForce:
        return cls(max(keys.encryption), max(keys.index), max(keys.mac))

    def of(self, kind: str) -> int:
        number: int = {"encryption": self.encryption, "index": self.index, "mac": self.mac}[kind]
        return number


def number_in(index: bytes) -> int:
    """Under which key a blind index or a fingerprint was made."""
    return index[0] if len(index) == 17 else 1


def split(fingerprints: bytes) -> list[bytes]:
    """Joined fingerprints one by one: 17 bytes each, and 16 for key 1, which is the last.

    >>> [len(one) for one in split(bytes(17 + 17 + 16))]
    [17, 17, 16]
    """
    return [fingerprints[at : at + 17] for at in range(0, len(fingerprints), 17)]


def known_again(stored: bytes | None, fingerprints: bytes) -> bool:
    """Whether a stored fingerprint is one of these."""
    return stored is not None and not set(split(bytes(stored))).isdisjoint(split(fingerprints))


class Cipher:
    """Seals and opens single fields. Thread-safe; one a `Database`, which tells it by `settle` with
    which keys is written."""

    def __init__(self, keys: FieldKeys) -> None:
        self.keys = keys
        self.in_force = KeysInForce.newest_of(keys)
        self._ciphers = {number: AESGCM(key) for number, key in keys.encryption.items()}

    def settle(self, in_force: KeysInForce) -> None:
        """Write with these from now on. Raises KeyNotHeld."""
        for kind in KINDS:
            if in_force.of(kind) not in self.keys.of(kind):
                raise KeyNotHeld(kind, in_force.of(kind))
        self.in_force = in_force

    def seal(self, place: str, row: str, text: str) -> bytes:
        """`place` is table.column, `row` the row's reference or natural key."""
        nonce, number = os.urandom(12), self.in_force.encryption
        sealed = self._ciphers[number].encrypt(nonce, text.encode(), f"{place}.{row}".encode())
        return bytes([number]) + nonce + sealed

    def unseal(self, place: str, row: str, blob: bytes) -> str:
        """Raises FieldDamaged when the bytes were not sealed for this place and row."""
        try:
            cipher = self._ciphers[blob[0]]
            return cipher.decrypt(blob[1:13], blob[13:], f"{place}.{row}".encode()).decode()
        except (InvalidTag, KeyError, IndexError, ValueError):
            raise FieldDamaged(place) from None

    def blind_index(self, kind: str, text: str) -> bytes:
        """Bytes that are equal for equal values of one kind under one key and tell nothing else: to
        be written. 16 bytes under key 1; under a later one its number stands in front."""
        return self.index_under(self.in_force.index, kind, text)

    def blind_indexes(self, kind: str, text: str) -> list[bytes]:
        """The same under every key that rows may still be written with, the one in force first: to
        look for."""
        return [self.index_under(number, kind, text) for number in self.used("index")]

    def index_under(self, number: int, kind: str, text: str) -> bytes:
        """The same under the key with a number."""
        digest = hmac.digest(self.keys.index[number], f"{kind}\0{text}".encode(), hashlib.sha256)
        return digest[:16] if number == 1 else bytes([number]) + digest[:16]

    def fingerprints(self, kind: bytes, content: bytes) -> bytes:
        """By what a thing is known again, under every key in use, joined for `known_again`: each as
        a blind index is written, the newest first."""
        digests = ((n, self.mac(kind, content, number=n)[:16]) for n in self.used("mac"))
        newest_first = sorted(digests, reverse=True)
        return b"".join(d if n == 1 else bytes([n]) + d for n, d in newest_first)

    def to_keep(self, fingerprints: bytes) -> bytes:
        """Of joined fingerprints the one under the key in force: to be stored."""
        kept = [one for one in split(fingerprints) if number_in(one) == self.in_force.mac]
        return kept[0] if kept else split(fingerprints)[0]

    def mac(self, *parts: bytes, number: int | None = None) -> bytes:
        """32 bytes over the parts, each with its length in front; under the key in force, or the
        one with a number."""
        framed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        return hmac.digest(self.keys.mac[number or self.in_force.mac], framed, hashlib.sha256)

    def used(self, kind: str) -> list[int]:
        """The numbers of the keys of a kind that are not given up: the one in force first, then the
        newest."""
        chosen, retired = self.in_force.of(kind), self.in_force.retired
        held = {number for number in self.keys.of(kind) if (kind, number) not in retired}
        return [chosen, *sorted(held - {chosen}, reverse=True)]


def cipher_of(session: Session) -> Cipher:
    """The cipher of the session's database."""
    cipher: Cipher = session.info["cipher"]
    return cipher
