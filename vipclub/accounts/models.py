"""Accounts, what they are for, and every way in: sign-ins, tokens, invitations."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
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

from vipclub.accounts.permissions import ROLES, TOKEN_SCOPES
from vipclub.core.column_classes import Identity, Internal, Personal, Secret
from vipclub.core.crypto import EncryptedText
from vipclub.core.db import Base, BigId
from vipclub.core.types import PublicRefType, UtcDateTime

STATES = ("active", "disabled")
LANGUAGES = ("zh-Hans", "zh-Hant", "en")
"""In which an account may read the pages."""


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Account(Base):
    """Someone who may sign in. The login is sealed and found by its blind index. `mobile` is a
    number that was proven by a code, by which staff are woken."""

    __tablename__ = "account"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    role: Mapped[Internal[str]] = mapped_column(String(16))
    display_name: Mapped[Personal[str]] = mapped_column(String(120))
    login: Mapped[Identity[bytes | None]] = mapped_column(EncryptedText)
    login_index: Mapped[Identity[bytes | None]] = mapped_column(LargeBinary(16), unique=True)
    mobile: Mapped[Identity[bytes | None]] = mapped_column(EncryptedText)
    password_hash: Mapped[Secret[str | None]] = mapped_column(String(200))
    language: Mapped[Personal[str]] = mapped_column(String(8))
    state: Mapped[Internal[str]] = mapped_column(String(10), default="active")
    person_id: Mapped[Internal[int | None]] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint(_one_of("role", ROLES), name="role"),
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint(_one_of("language", LANGUAGES), name="language"),
        Index(
            "uq_account_person_id",
            "person_id",
            unique=True,
            sqlite_where=text("person_id IS NOT NULL"),
            postgresql_where=text("person_id IS NOT NULL"),
        ),
    )


class AccountScope(Base):
    """Whose affairs an account may see. `ref` has no foreign key: the part that owns the scope
    writes the row."""

    __tablename__ = "account_scope"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[Internal[int]] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[Internal[str]] = mapped_column(String(16))
    ref: Mapped[Internal[str]] = mapped_column(String(64))
    valid_from: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    valid_to: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("account_id", "kind", "ref"),
        Index("ix_account_scope_kind_ref", "kind", "ref"),
        CheckConstraint(_one_of("kind", ("person", "partner", "portfolio", "all")), name="kind"),
    )


class UserSession(Base):
    """One sign-in on one device. The cookie holds a random token, the row its SHA-256."""

    __tablename__ = "user_session"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[Internal[int]] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[Secret[bytes]] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    ended_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    end_reason: Mapped[Internal[str | None]] = mapped_column(String(20))
    address: Mapped[Personal[str]] = mapped_column(String(45))
    user_agent: Mapped[Personal[str]] = mapped_column(Text)


class KeptSearch(Base):
    """What somebody searched for, kept for an hour beside the sign-in; `key` stands in the address
    of the results."""

    __tablename__ = "kept_search"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    key: Mapped[Internal[str]] = mapped_column(String(22), unique=True)
    session_id: Mapped[Internal[int]] = mapped_column(ForeignKey("user_session.id"), index=True)
    words: Mapped[Identity[bytes]] = mapped_column(EncryptedText)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    expires_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime, index=True)


class SignInAttempt(Base):
    """One try to sign in, kept a day: the throttle counts these rows."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    login_index: Mapped[Identity[bytes]] = mapped_column(LargeBinary(16))
    address: Mapped[Personal[str]] = mapped_column(String(45))
    at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    succeeded: Mapped[Internal[bool]] = mapped_column(default=False)

    __table_args__ = (
        Index("ix_sign_in_attempt_login", "login_index", "at"),
        Index("ix_sign_in_attempt_address", "address", "at"),
    )


class ApiToken(Base):
    """A bearer token of the API: SHA-256 of it, its scope, and for whom."""

    __tablename__ = "api_token"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    public_ref: Mapped[Internal[str]] = mapped_column(PublicRefType, unique=True)
    token_hash: Mapped[Secret[bytes]] = mapped_column(LargeBinary(32), unique=True)
    scope: Mapped[Internal[str]] = mapped_column(String(10))
    member_ref: Mapped[Internal[str | None]] = mapped_column(String(16))
    partner_ref: Mapped[Internal[str | None]] = mapped_column(String(16))
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    expires_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    revoked_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    last_used_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint(_one_of("scope", TOKEN_SCOPES), name="scope"),
        CheckConstraint(
            "(scope = 'member') = (member_ref IS NOT NULL)"
            " AND (scope = 'partner') = (partner_ref IS NOT NULL)",
            name="scope_names_whose",
        ),
    )


class Invitation(Base):
    """A way for a member to open the account, once: a token by mail or hand, and the birth date."""

    __tablename__ = "invitation"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[Internal[int]] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[Secret[bytes]] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    expires_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    used_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    failures: Mapped[Internal[int]] = mapped_column(Integer, default=0)


class StaffInvitation(Base):
    """A way for a partner's new colleague to set the password of an account that is there: a link,
    once, and the sign-in name it was written for."""

    __tablename__ = "staff_invitation"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[Internal[int]] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[Secret[bytes]] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    expires_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    used_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)
    failures: Mapped[Internal[int]] = mapped_column(Integer, default=0)


class PasswordReset(Base):
    """Somebody asked for a new password: one row each time, which the throttle counts, whether or
    not there is such an account. The link's secret opens it once, within the hour."""

    __tablename__ = "password_reset"

    id: Mapped[Internal[int]] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[Internal[int | None]] = mapped_column(ForeignKey("account.id"), index=True)
    login_index: Mapped[Identity[bytes]] = mapped_column(LargeBinary(16))
    address: Mapped[Personal[str]] = mapped_column(String(45))
    token_hash: Mapped[Secret[bytes]] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    expires_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    used_at: Mapped[Internal[datetime | None]] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_password_reset_login", "login_index", "created_at"),
        Index("ix_password_reset_address", "address", "created_at"),
    )
