"""Which key of MACs may have signed which record and seal of the trail.

The trail is append-only: what an older key signed stays under it. Some minutes after a new key was
put in force a record closes the older ones (`key.close`, signed by the new key itself); no record
after it, and no seal over one, counts when an older key signed it. So a key that has leaked and was
replaced can't sign what is younger than its end, and what is older hangs in the chain of seals
below one that the new key signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.core.audit import COVERED, AuditRow, row_mac
from vipclub.core.crypto import Cipher, cipher_of

CLOSE = "key.close"


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """`closed` says for a key by its number the record above which no older one counts."""

    cipher: Cipher
    closed: Mapping[int, int]

    @classmethod
    def of(cls, session: Session) -> SigningKeys:
        """Those of the session's club. One statement while several keys are held, else none."""
        cipher = cipher_of(session)
        younger = sorted(cipher.keys.mac)[1:]
        return cls(cipher, _closed(session, cipher, younger) if younger else {})

    def signed(self, row: Mapping[str, Any], audit_id: int) -> bool:
        """Whether a record's signature is one that counts at its place."""
        given = bytes(row["mac"])
        return any(
            compare_digest(row_mac(self.cipher, row, number=number), given)
            for number in self.counting(audit_id)
        )

    def made(self, given: bytes, *parts: bytes, at: int) -> bool:
        """Whether `given` is the MAC of the parts under a key that counts at a record."""
        return any(
            compare_digest(self.cipher.mac(*parts, number=number), given)
            for number in self.counting(at)
        )

    def counting(self, audit_id: int) -> list[int]:
        """The numbers of the keys that count at a record, the newest first."""
        oldest = max((n for n, closing in self.closed.items() if audit_id > closing), default=0)
        return sorted((n for n in self.cipher.keys.mac if n >= oldest), reverse=True)


def _closed(session: Session, cipher: Cipher, numbers: list[int]) -> dict[int, int]:
    """The first record that closes the keys before each, if the key itself signed it."""
    names = {f"mac/{number}": number for number in numbers}
    rows = session.execute(
        select(AuditRow.id, AuditRow.mac, *(getattr(AuditRow, name) for name in COVERED))
        .where(
            AuditRow.subject_ref.in_(names),
            AuditRow.subject_kind == "key",
            AuditRow.action == CLOSE,
        )
        .order_by(AuditRow.id.desc())
    )
    found: dict[int, int] = {}
    for row in rows:
        number = names[row.subject_ref]
        if compare_digest(row_mac(cipher, row._asdict(), number=number), bytes(row.mac)):
            found[number] = row.id
    return found
