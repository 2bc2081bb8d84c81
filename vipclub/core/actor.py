"""Who acts: decided at the door, asked in the use case."""

from __future__ import annotations

from dataclasses import dataclass, field

from vipclub.core.errors import Forbidden

EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone or something that acts, with rights and scopes as they stand now.

    `scopes` are pairs (kind, ref): ("person", "M-..."), ("partner", "P-..."), ("portfolio",
    "LIFE/0042"), ("all", "*"). `channel` is web, api, cli or job.
    """

    kind: str
    account_id: int | None = None
    account_ref: str | None = None
    permissions: frozenset[str] = frozenset()
    scopes: frozenset[tuple[str, str]] = frozenset()
    channel: str = "web"
    request_id: str = ""
    name: str = field(default="", repr=False)

    @classmethod
    def system(cls, name: str, channel: str = "job", request_id: str = "") -> Actor:
        """The club itself, in a job or a command: may do everything, and is named in the audit
        trail."""
        return cls(
            kind="system",
            permissions=frozenset({EVERYTHING}),
            scopes=frozenset({("all", EVERYTHING)}),
            channel=channel,
            request_id=request_id,
            name=name,
        )

    @classmethod
    def anonymous(cls, channel: str = "web", request_id: str = "") -> Actor:
        return cls(kind="anonymous", channel=channel, request_id=request_id)

    def has(self, permission: str) -> bool:
        return permission in self.permissions or EVERYTHING in self.permissions

    def require(self, permission: str) -> None:
        """Raises Forbidden unless the actor has the permission."""
        if not self.has(permission):
            raise Forbidden(permission=str(permission))

    def refs(self, kind: str) -> frozenset[str]:
        """The references of one kind in scope."""
        return frozenset(ref for scope, ref in self.scopes if scope == kind)

    @property
    def sees_all(self) -> bool:
        return ("all", EVERYTHING) in self.scopes

    @property
    def owner(self) -> str:
        """Whose idempotency keys these are."""
        return self.account_ref or f"{self.kind}:{self.name}"
