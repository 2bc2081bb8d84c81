"""Tables of people: what subsidiaries send, the records it is about, the persons behind them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from vipclub.core.column_classes import Identity, Internal, Personal, Public, Secret
from vipclub.core.crypto import EncryptedText
from vipclub.core.db import Base
from vipclub.core.prefix_search import PREFIXES
from vipclub.core.types import BigId, JsonDocument, PublicRefType, UtcDateTime


class Subsidiary(Base):
    """A company of the group. `header_map` maps its own column names to the feed's, `value_map` its
    own words to the feed's (`feeds.reading.company_maps`); `trust_rank` orders sources for the
    golden record, 1 is the most trusted."""

    __tablename__ = "subsidiary"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    code: Mapped[Internal[str]] = mapped_column(String(20), unique=True)
    name: Mapped[Public[str]] = mapped_column(String(120), server_default="")
    header_map: Mapped[Internal[Any]] = mapped_column(JsonDocument, nullable=True)
    value_map: Mapped[Internal[Any]] = mapped_column(JsonDocument, nullable=True)
    default_consent: Mapped[Internal[bool]] = mapped_column(Boolean, server_default=text("true"))
    trust_rank: Mapped[Internal[int]] = mapped_column(Integer, server_default="50")


class Delivery(Base):
    """One file from one subsidiary, known by its SHA-256. Its rows are invisible until `state` is
    applied; `cursor` is the last staged row whose derived state is done. `corrected` counts rows
    that came wrong and were put right since: `rejected` holds them no longer."""

    __tablename__ = "delivery"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    subsidiary_id: Mapped[Internal[int]] = mapped_column(ForeignKey("subsidiary.id"))
    sha256: Mapped[Internal[str]] = mapped_column(String(64))
    kind: Mapped[Internal[str]] = mapped_column(String(10))
    as_of: Mapped[Internal[date]] = mapped_column(Date)
    file_name: Mapped[Internal[str]] = mapped_column(String(255))
    encoding: Mapped[Internal[str]] = mapped_column(String(20))
    state: Mapped[Internal[str]] = mapped_column(String(10))
    rows: Mapped[Internal[int]] = mapped_column(Integer, default=0)
    loaded: Mapped[Internal[int]] = mapped_column(Integer, default=0)
    unchanged: Mapped[Internal[int]] = mapped_column(Integer, default=0)
    rejected: Mapped[Internal[int]] = mapped_column(Integer, default=0)
    gone: Mapped[Internal[int]] = mapped_column(Integer, default=0)
    corrected: Mapped[Internal[int]] = mapped_column(Integer, default=0, server_default="0")
    cursor: Mapped[Internal[int]] = mapped_column(BigId, default=0)
    received_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    applied_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    finished_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint(
            "state IN ('staging', 'applied', 'refused', 'abandoned')", name="state_known"
        ),
        CheckConstraint("kind IN ('full', 'delta')", name="kind_known"),
        Index(
            "uq_delivery_applied",
            "subsidiary_id",
            "sha256",
            unique=True,
            postgresql_where=text("state = 'applied'"),
            sqlite_where=text("state = 'applied'"),
        ),
    )


class DeliveryRow(Base):
    """A valid row of a delivery on its way in. `content` holds the plain fields as they are and
    the personal ones encrypted for the record that they will belong to."""

    __tablename__ = "delivery_row"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    delivery_id: Mapped[Internal[int]] = mapped_column(
        ForeignKey("delivery.id", ondelete="CASCADE")
    )
    line: Mapped[Internal[int]] = mapped_column(Integer)
    op: Mapped[Internal[str]] = mapped_column(String(1))
    customer_no: Mapped[Identity[str]] = mapped_column(String(64))
    content_hash: Mapped[Identity[bytes]] = mapped_column(LargeBinary(16))
    content: Mapped[Identity[Any]] = mapped_column(JsonDocument)

    __table_args__ = (
        UniqueConstraint("delivery_id", "customer_no"),
        Index("ix_delivery_row_delivery", "delivery_id", "id"),
    )


class QuarantineRow(Base):
    """A row, or a field of it, that failed validation: where, what (masked) and why (a code)."""

    __tablename__ = "quarantine_row"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    delivery_id: Mapped[Internal[int]] = mapped_column(ForeignKey("delivery.id"))
    line: Mapped[Internal[int]] = mapped_column(Integer)
    customer_no: Mapped[Identity[str | None]] = mapped_column(String(64))
    field: Mapped[Internal[str]] = mapped_column(String(40))
    value_masked: Mapped[Personal[str]] = mapped_column(String(80))
    reason: Mapped[Internal[str]] = mapped_column(String(40))

    __table_args__ = (Index("ix_quarantine_row_delivery", "delivery_id", "line"),)


class SetAsideRow(Base):
    """A row that was set aside, once a line however much is wrong with it: what the file said, as
    JSON sealed for `DELIVERY/line`, kept until it is corrected or dropped."""

    __tablename__ = "set_aside_row"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    delivery_id: Mapped[Internal[int]] = mapped_column(ForeignKey("delivery.id"))
    line: Mapped[Internal[int]] = mapped_column(Integer)
    content: Mapped[Identity[bytes | None]] = mapped_column(EncryptedText)
    state: Mapped[Internal[str]] = mapped_column(String(10), server_default="open")
    outcome: Mapped[Internal[str | None]] = mapped_column(String(10))
    fingerprint: Mapped[Identity[bytes | None]] = mapped_column(LargeBinary(16))
    settled_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    settled_by: Mapped[Internal[str | None]] = mapped_column(String(80))
    reason: Mapped[Internal[str | None]] = mapped_column(String(200))

    __table_args__ = (
        UniqueConstraint("delivery_id", "line"),
        CheckConstraint("state IN ('open', 'corrected', 'dropped')", name="state_known"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_or_open"),
        CheckConstraint("state = 'open' OR content IS NULL", name="kept_while_open"),
    )


class Person(Base):
    """The human being behind records. `survivor_id` is the person that stands for the cluster,
    itself when alone: what queries join. Attributes are the golden record; `latin_name` is the name
    as a source writes it in Latin letters, for readers of English."""

    __tablename__ = "person"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    survivor_id: Mapped[Internal[int]] = mapped_column(ForeignKey("person.id"), index=True)
    full_name: Mapped[Personal[str]] = mapped_column(String(120))
    surname: Mapped[Personal[str | None]] = mapped_column(String(60))
    given_name: Mapped[Personal[str | None]] = mapped_column(String(80))
    latin_name: Mapped[Personal[str | None]] = mapped_column(String(120))
    sex: Mapped[Personal[str | None]] = mapped_column(String(1))
    birth_date: Mapped[Personal[date | None]] = mapped_column(Date)
    language: Mapped[Personal[str | None]] = mapped_column(String(10))
    city_code: Mapped[Personal[str | None]] = mapped_column(String(6))
    mobile: Mapped[Identity[bytes | None]] = mapped_column(EncryptedText)
    mobile_index: Mapped[Identity[bytes | None]] = mapped_column(LargeBinary(16), index=True)
    email: Mapped[Identity[bytes | None]] = mapped_column(EncryptedText)
    email_index: Mapped[Identity[bytes | None]] = mapped_column(LargeBinary(16), index=True)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("sex IN ('M', 'F')", name="sex_known"),
        CheckConstraint("language IN ('zh-Hans', 'zh-Hant', 'en')", name="language_known"),
    )


class OwnDetails(Base):
    """A person's own word, which wins over what subsidiaries send. What is empty was not said.
    `mobile` and `email` are sealed with the person's reference. They are proven from
    `mobile_proven_at` and `email_proven_at` on; while a newer one is not, the proven one of before
    is kept in `proven_mobile` and `proven_email`."""

    __tablename__ = "own_details"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey("person.id"), unique=True)
    language: Mapped[Personal[str | None]] = mapped_column(String(10))
    mobile: Mapped[Identity[bytes | None]] = mapped_column(EncryptedText)
    mobile_index: Mapped[Identity[bytes | None]] = mapped_column(LargeBinary(16), index=True)
    mobile_end_index: Mapped[Identity[bytes | None]] = mapped_column(LargeBinary(16), index=True)
    email: Mapped[Identity[bytes | None]] = mapped_column(EncryptedText)
    email_index: Mapped[Identity[bytes | None]] = mapped_column(LargeBinary(16))
    mobile_proven_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    email_proven_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    proven_mobile: Mapped[Identity[bytes | None]] = mapped_column(EncryptedText)
    proven_email: Mapped[Identity[bytes | None]] = mapped_column(EncryptedText)
    reminders: Mapped[Personal[bool]] = mapped_column(Boolean, server_default=text("true"))
    changed_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("language IN ('zh-Hans', 'zh-Hant', 'en')", name="language_known"),
        CheckConstraint("(mobile IS NULL) = (mobile_index IS NULL)", name="mobile_findable"),
        CheckConstraint("(email IS NULL) = (email_index IS NULL)", name="email_findable"),
    )


class ContactCode(Base):
    """A code that was sent to a number or an address (`value`), to be entered by whoever says that
    it is theirs. `owner` is the reference of a person or an account. It has ended when it was
    right, when all tries were wrong, and when another was asked for."""

    __tablename__ = "contact_code"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    owner: Mapped[Internal[str]] = mapped_column(PublicRefType)
    kind: Mapped[Internal[str]] = mapped_column(String(10))
    value: Mapped[Identity[bytes]] = mapped_column(EncryptedText)
    value_index: Mapped[Identity[bytes]] = mapped_column(LargeBinary(16))
    code_hash: Mapped[Secret[bytes]] = mapped_column(LargeBinary(32))
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    expires_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    tries: Mapped[Internal[int]] = mapped_column(Integer, default=0)
    ended_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("kind IN ('mobile', 'email')", name="kind_known"),
        CheckConstraint("tries BETWEEN 0 AND 5", name="five_tries"),
        Index("ix_contact_code_owner", "owner", "kind", "created_at"),
        Index("ix_contact_code_value", "value_index", "created_at"),
    )


class SourceRecord(Base):
    """One customer of one subsidiary as last sent. Personal fields are sealed with the row name
    `SUBSIDIARY/customer_no`; the indexes find equal values."""

    __tablename__ = "source_record"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    subsidiary_id: Mapped[Internal[int]] = mapped_column(ForeignKey("subsidiary.id"))
    customer_no: Mapped[Identity[str]] = mapped_column(String(64))
    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey("person.id"), index=True)
    full_name: Mapped[Personal[str]] = mapped_column(String(120), server_default="")
    surname: Mapped[Personal[str | None]] = mapped_column(String(60))
    given_name: Mapped[Personal[str | None]] = mapped_column(String(80))
    name_key: Mapped[Personal[str | None]] = mapped_column(String(120))
    sex: Mapped[Personal[str | None]] = mapped_column(String(1))
    birth_date: Mapped[Personal[date | None]] = mapped_column(Date)
    id_type: Mapped[Personal[str | None]] = mapped_column(String(20))
    id_number: Mapped[Identity[bytes | None]] = mapped_column(EncryptedText)
    id_index: Mapped[Identity[bytes | None]] = mapped_column(LargeBinary(16), index=True)
    mobile: Mapped[Identity[bytes | None]] = mapped_column(EncryptedText)
    mobile_index: Mapped[Identity[bytes | None]] = mapped_column(LargeBinary(16), index=True)
    mobile_end_index: Mapped[Identity[bytes | None]] = mapped_column(LargeBinary(16), index=True)
    email: Mapped[Identity[bytes | None]] = mapped_column(EncryptedText)
    email_index: Mapped[Identity[bytes | None]] = mapped_column(LargeBinary(16), index=True)
    address: Mapped[Identity[bytes | None]] = mapped_column(EncryptedText)
    city_code: Mapped[Personal[str | None]] = mapped_column(String(6))
    postcode: Mapped[Personal[str | None]] = mapped_column(String(10))
    language: Mapped[Personal[str | None]] = mapped_column(String(10))
    customer_since: Mapped[Personal[date | None]] = mapped_column(Date)
    value_minor: Mapped[Personal[int | None]] = mapped_column(BigInteger)
    contribution_minor: Mapped[Personal[int | None]] = mapped_column(BigInteger)
    currency: Mapped[Internal[str]] = mapped_column(String(3), server_default="CNY")
    vip_grade: Mapped[Personal[str | None]] = mapped_column(String(20))
    manager_no: Mapped[Internal[str | None]] = mapped_column(String(40))
    shares: Mapped[Personal[bool]] = mapped_column(Boolean, server_default=text("true"))
    content_hash: Mapped[Identity[bytes | None]] = mapped_column(LargeBinary(16))
    as_of: Mapped[Internal[date | None]] = mapped_column(Date)
    delivery_id: Mapped[Internal[int | None]] = mapped_column(ForeignKey("delivery.id"), index=True)
    deleted_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("subsidiary_id", "customer_no"),
        CheckConstraint("sex IN ('M', 'F')", name="sex_known"),
        CheckConstraint("(id_number IS NULL) = (id_index IS NULL)", name="id_findable"),
        CheckConstraint("(mobile IS NULL) = (mobile_index IS NULL)", name="mobile_findable"),
        CheckConstraint("(email IS NULL) = (email_index IS NULL)", name="email_findable"),
        CheckConstraint("value_minor >= 0 AND contribution_minor >= 0", name="amounts_positive"),
        Index("ix_source_record_manager", "subsidiary_id", "manager_no"),
        Index(
            "ix_source_record_name_key",
            "name_key",
            "birth_date",
            postgresql_ops={"name_key": PREFIXES},
        ),
    )


class NameSpelling(Base):
    """A way in which a name may be typed beside as it is written (`normal_forms.spellings`): for
    each `name_key` that a record has, of the kinds `spelled` and `initials`, or a relative, of the
    kind `relative`. Who has the name is said there alone, so that joining and separating people
    changes nothing here. A name that nobody has any more is taken away by a job."""

    __tablename__ = "name_spelling"

    name_key: Mapped[Personal[str]] = mapped_column(String(120), primary_key=True)
    kind: Mapped[Internal[str]] = mapped_column(String(10), primary_key=True)
    spelled: Mapped[Personal[str]] = mapped_column(String(60), primary_key=True)

    __table_args__ = (
        CheckConstraint("kind IN ('spelled', 'initials', 'relative')", name="kind_known"),
        Index(
            "ix_name_spelling_spelled",
            "kind",
            "spelled",
            "name_key",
            postgresql_ops={"spelled": PREFIXES},
        ),
    )


class SourceRecordVersion(Base):
    """What a record said before: every version it had, append-only."""

    __tablename__ = "source_record_version"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    source_record_id: Mapped[Internal[int]] = mapped_column(ForeignKey("source_record.id"))
    delivery_id: Mapped[Internal[int]] = mapped_column(ForeignKey("delivery.id"))
    as_of: Mapped[Internal[date]] = mapped_column(Date)
    op: Mapped[Internal[str]] = mapped_column(String(1))
    content_hash: Mapped[Identity[bytes]] = mapped_column(LargeBinary(16))
    content: Mapped[Identity[Any]] = mapped_column(JsonDocument)

    __table_args__ = (Index("ix_source_record_version_record", "source_record_id", "id"),)


class Consent(Base):
    """A person's word on a purpose, with source and time. Rows are never changed; the newest
    counts."""

    __tablename__ = "consent"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[Personal[str]] = mapped_column(String(30))
    granted: Mapped[Personal[bool]] = mapped_column(Boolean)
    source: Mapped[Internal[str]] = mapped_column(String(60))
    at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    note: Mapped[Personal[str | None]] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint(
            "purpose IN ('group_sharing', 'partner_sharing', 'health', 'cross_border', "
            "'marketing')",
            name="purpose_known",
        ),
        Index("ix_consent_person", "person_id", "purpose", "id"),
    )


class FamilyTie(Base):
    """A relative whom a member books for; the relative is a person without any record, found by
    `name_key`. Ended, never deleted: appointments were made."""

    __tablename__ = "family_tie"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey("person.id"))
    relative_id: Mapped[Internal[int]] = mapped_column(ForeignKey("person.id"), unique=True)
    relation: Mapped[Personal[str]] = mapped_column(String(10))
    name_key: Mapped[Personal[str | None]] = mapped_column(String(120))
    since: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    ended_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint(
            "relation IN ('spouse', 'child', 'parent', 'sibling', 'other')", name="relation_known"
        ),
        CheckConstraint("person_id <> relative_id", name="not_oneself"),
        Index("ix_family_tie_person", "person_id"),
        Index("ix_family_tie_name_key", "name_key", postgresql_ops={"name_key": PREFIXES}),
    )
