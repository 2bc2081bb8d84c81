"""What happens to accounts that later parts may care about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ResetAsked:
    """Somebody asked for a new password. Recorded whether or not there is such an account, so that
    both take the same time: then `account_id` is None and there is nobody to tell. `secret` opens
    the reset number `reset` until `expires_at`."""

    account_id: int | None
    person_id: int | None
    account: str
    reset: int
    secret: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """An account has another password, and its other sign-ins have ended."""

    account_id: int
    person_id: int | None
    account: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StaffInvitationWritten:
    """A link was made by which the keeper of a staff account sets its password, to be sent there,
    too. `secret` opens the invitation number `invitation` until `expires_at`."""

    account_id: int
    account: str
    invitation: int
    secret: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class StaffRecruited:
    """The club opened an account for somebody's staff: whose affairs it sees is `scope`, of the
    kind `kind`, and no part has yet said that there is such a thing."""

    account: str
    kind: str
    scope: str


@dataclass(frozen=True, slots=True)
class MemberAccountOpened:
    """A member opened an account by an invitation: its id and reference, and the person's
    reference."""

    account_id: int
    account: str
    person: str
    at: datetime
