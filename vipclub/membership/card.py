"""The card. Its number: 16 digits, an unguessable middle, a check digit that finds a slip on the
phone. Its code, the QR on the face: the number and an end, signed, good for some minutes, so that
a partner's reader can check it offline and a photograph is soon worth nothing.
"""

from __future__ import annotations

import base64
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from sqlalchemy.orm import Session

from vipclub.core.crypto import Cipher, cipher_of
from vipclub.membership.refusals import CardOutdated, CardUnreadable

PREFIX = "80"  # ISO/IEC 7812: 80 is for health care
LENGTH = 16


def luhn_digit(digits: str) -> str:
    """The check digit of ISO/IEC 7812-1, annex B.

    >>> luhn_digit("7992739871")
    '3'
    """
    total = 0
    for place, character in enumerate(reversed(digits)):
        number = int(character) * (2 if place % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return str(-total % 10)


def new_card_no() -> str:
    """A new number: 13 random digits between the prefix and the check digit."""
    body = PREFIX + f"{secrets.randbelow(10 ** (LENGTH - 3)):013d}"
    return body + luhn_digit(body)


def parse_card_no(text: str) -> str | None:
    """The 16 digits of what somebody typed or read out, None when they can't be a card of the club.

    >>> parse_card_no("8012 3456 7890 1231") is None
    True
    >>> parse_card_no("8012-3456-7890-1230")
    '8012345678901230'
    """
    digits = re.sub(r"[\s-]", "", text) if len(text) <= 40 else ""
    if not re.fullmatch(rf"{PREFIX}\d{{14}}", digits, re.ASCII):
        return None
    return digits if luhn_digit(digits[:-1]) == digits[-1] else None


def grouped(card_no: str) -> str:
    """As it is printed.

    >>> grouped("8012345678901230")
    '8012 3456 7890 1230'
    """
    return " ".join(card_no[i : i + 4] for i in range(0, len(card_no), 4))


VALID_FOR = timedelta(minutes=10)
"""How long a card's code is good: long enough for a queue, too short for a photo passed on."""
PATIENCE = timedelta(minutes=1)
"""How far the reader's clock may be behind or before ours."""
_HEAD = "VIP1"
_CODE = re.compile(rf"{_HEAD}:(\d{{16}}):([0-9A-F]{{8}}):([A-Z2-7]{{103}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class CardCode:
    """What the QR of a card says, and until when it is good."""

    text: str
    expires_at: datetime


def card_code(session: Session, card_no: str, *, at: datetime) -> CardCode:
    """The code of a card for the next minutes: number and end, signed with Ed25519, in characters
    that a QR code packs tightly. No statement."""
    expires_at = (at + VALID_FOR).replace(microsecond=0)
    signed = f"{_HEAD}:{card_no}:{int(expires_at.timestamp()):08X}"
    cipher = cipher_of(session)
    signature = _signing_key(cipher, cipher.in_force.mac).sign(signed.encode())
    written = base64.b32encode(signature).decode().rstrip("=")
    return CardCode(f"{signed}:{written}", expires_at)


def card_public_keys(session: Session) -> list[bytes]:
    """The 32 bytes by which anybody can check a card's code without asking us (RFC 8032): of the
    key in force first, then those of others that are held, which signed before or will sign next.
    """
    cipher = cipher_of(session)
    keys = (_signing_key(cipher, number) for number in cipher.used("mac"))
    return [key.public_key().public_bytes_raw() for key in keys]


def verify_card(session: Session, text: str, *, at: datetime) -> str:
    """The card number in a scanned code, for a check-in: then `find_by_card` says whose it is.
    `at` is `clock.now()`. No statement. Raises CardUnreadable for what is no code of ours (a forged
    one too) and CardOutdated for one whose minutes are over.
    """
    for public_key in card_public_keys(session):
        with suppress(CardUnreadable):
            return check_card_code(text, at=at, public_key=public_key)
    raise CardUnreadable()


def check_card_code(text: str, *, at: datetime, public_key: bytes) -> str:
    """The card number in a scanned code, checked with nothing but the club's public key (32 bytes):
    what a partner's reader does offline. Raises CardUnreadable and CardOutdated as `verify_card`
    does."""
    found = _CODE.fullmatch(text.strip()) if len(text) <= 200 else None
    if found is None or parse_card_no(found[1]) is None:
        raise CardUnreadable()
    signed, _, written = text.strip().rpartition(":")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(
            base64.b32decode(written + "="), signed.encode()
        )
    except (InvalidSignature, ValueError):
        raise CardUnreadable() from None
    expires_at = datetime.fromtimestamp(int(found[2], 16), UTC)
    if at > expires_at + PATIENCE:
        raise CardOutdated(at=expires_at)
    return found[1]


def _signing_key(cipher: Cipher, number: int) -> Ed25519PrivateKey:
    """Derived from one of the club's MAC keys: nothing more to keep, and the same everywhere."""
    seed = cipher.mac(b"membership card, Ed25519", number=number)
    return Ed25519PrivateKey.from_private_bytes(seed)
