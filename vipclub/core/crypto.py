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
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary
from sqlalchemy.orm import Session

EncryptedText = LargeBinary
"""A column written by `Cipher.seal` and read by `Cipher.unseal`."""


class FieldDamaged(Exception):
    """A ciphertext that doesn't open: another key, another row, or changed bytes."""


@dataclass(frozen=True)
class FieldKeys:
    """Keys by number, the highest is written with; plus one key for blind indexes and one for MACs.

    As text: `1:BASE64,2:BASE64;index:BASE64;mac:BASE64`, each 32 bytes.
    """

    encryption: dict[int, bytes] = field(repr=False)
    index: bytes = field(repr=False)
    mac: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> FieldKeys:
        return cls({1: secrets.token_bytes(32)}, secrets.token_bytes(32), secrets.token_bytes(32))

    @classmethod
    def parse(cls, text: str) -> FieldKeys:
        """Raises ValueError with what is wrong, never with a key in it."""
        sections = text.strip().split(";")
        named = dict(part.split(":", 1) for part in sections[1:] if ":" in part)
        try:
            numbered = dict(part.split(":", 1) for part in sections[0].split(","))
            encryption = {int(n): base64.b64decode(k, validate=True) for n, k in numbered.items()}
            index = base64.b64decode(named["index"], validate=True)
            mac = base64.b64decode(named["mac"], validate=True)
        except (ValueError, KeyError):
            raise ValueError("expected 1:KEY;index:KEY;mac:KEY with keys in base 64") from None
        if not all((*encryption.values(), index, mac)):
            raise ValueError("one of the keys is empty")
        if any(len(k) != 32 for k in (*encryption.values(), index, mac)):
            raise ValueError("each key must have 32 bytes")
        if not all(0 < number < 256 for number in encryption):
            raise ValueError("key numbers go from 1 to 255")
        return cls(encryption, index, mac)

    def dump(self) -> str:
        def b64(key: bytes) -> str:
            return base64.b64encode(key).decode()

        numbered = ",".join(f"{n}:{b64(k)}" for n, k in sorted(self.encryption.items()))
        return f"{numbered};index:{b64(self.index)};mac:{b64(self.mac)}"


class Cipher:
    """Seals and opens single fields. Thread-safe; one a `Database`."""

    def __init__(self, keys: FieldKeys) -> None:
        self._ciphers = {number: AESGCM(key) for number, key in keys.encryption.items()}
        self._current = max(self._ciphers)
        self._prefix = bytes([self._current])
        self._index = keys.index
        self._mac = keys.mac

    def seal(self, place: str, row: str, text: str) -> bytes:
        """`place` is table.column, `row` the row's reference or natural key."""
        nonce = os.urandom(12)
        sealed = self._ciphers[self._current].encrypt(
            nonce, text.encode(), f"{place}.{row}".encode()
        )
        return self._prefix + nonce + sealed

    def unseal(self, place: str, row: str, blob: bytes) -> str:
        """Raises FieldDamaged when the bytes were not sealed for this place and row."""
        try:
            cipher = self._ciphers[blob[0]]
            return cipher.decrypt(blob[1:13], blob[13:], f"{place}.{row}".encode()).decode()
        except (InvalidTag, KeyError, IndexError, ValueError):
            raise FieldDamaged(place) from None

    def blind_index(self, kind: str, text: str) -> bytes:
        """16 bytes that are equal for equal values of one kind and tell nothing else."""
        return hmac.digest(self._index, f"{kind}\0{text}".encode(), hashlib.sha256)[:16]

    def mac(self, *parts: bytes) -> bytes:
        """32 bytes over the parts, each with its length in front."""
        framed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        return hmac.digest(self._mac, framed, hashlib.sha256)


def cipher_of(session: Session) -> Cipher:
    """The cipher of the session's database."""
    cipher: Cipher = session.info["cipher"]
    return cipher
