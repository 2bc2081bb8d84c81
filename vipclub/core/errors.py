"""Refusals: a rule said no. A code and typed data; the sentence is made at the door, in the
reader's language."""

from __future__ import annotations

from typing import Any, ClassVar

from vipclub.core.i18n import N_


class Refused(Exception):
    """A rule said no. Subclasses name `code`, HTTP `status` and `sentence` (an English message
    id whose `%(name)s` places are filled from `data`). One that `yields` is overcome by a reason on
    record, given by somebody who may."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422
    sentence: ClassVar[str] = N_("This is not possible.")
    yields: bool = False

    def __init__(self, **data: object) -> None:
        super().__init__(self.code, data)
        self.data: dict[str, Any] = data

    def __str__(self) -> str:
        return f"{self.code} {self.data}" if self.data else self.code


class Malformed(Refused):
    """What was sent can't be read; `place` says where and `problem` what."""

    code = "malformed"
    status = 400
    sentence = N_("%(place)s: this can't be read.")

    def __init__(self, place: str = "", **data: object) -> None:
        super().__init__(place=place, **data)


class MalformedRef(Malformed):
    """A public reference with a typing error in it."""

    code = "malformed_ref"
    sentence = N_("%(place)s is not a reference of the club. Please check it letter by letter.")


class NotFound(Refused):
    """Missing, or not for this actor: both look alike."""

    code = "not_found"
    status = 404
    sentence = N_("We can't find this.")


class Forbidden(Refused):
    """The function is not for this role."""

    code = "forbidden"
    status = 403
    sentence = N_("Your role doesn't include this.")


class Conflict(Refused):
    """The state has moved on since it was shown."""

    code = "conflict"
    status = 409
    sentence = N_("Someone was faster. Please look at the current state and try again.")


class ChangedMeanwhile(Conflict):
    """Somebody else changed a thing while its form was open; `fields` names what."""

    code = "changed_meanwhile"
    sentence = N_(
        "Somebody else saved this while you had it open, so nothing of yours is saved yet. "
        "What you wrote is kept here. Save again to replace what they wrote."
    )


class IllegalTransition(Conflict):
    """A state machine's table doesn't list this step; `possible` lists the states that may follow
    for whoever asked, `steps` the steps that are open to them now."""

    code = "illegal_transition"
    sentence = N_("This step is not possible any more in the present state.")

    def __init__(self, possible: list[str], steps: list[str] | None = None, **data: object) -> None:
        super().__init__(possible=possible, steps=steps or [], **data)


class IdempotencyMismatch(Refused):
    """The same idempotency key came with another body."""

    code = "idempotency_mismatch"
    sentence = N_("This idempotency key was used before with other content.")


class Busy(Refused):
    """The database is busy beyond patience, or away; nothing was done. `away` tells whoever keeps
    the club which database can't be reached, and why: it is for terminals, never for a page."""

    code = "busy"
    status = 503
    sentence = N_("We are very busy at this moment. Nothing was changed; please try again shortly.")

    def __init__(self, *, away: str | None = None, **data: object) -> None:
        super().__init__(**data)
        self.away = away


class StorageFull(Busy):
    """The database has no room to write; nothing was done, and reading goes on."""

    code = "storage_full"
    status = 507
    sentence = N_(
        "Nothing can be saved at this moment, so nothing was changed. "
        "Please try again later or call us."
    )


class OutcomeUnknown(Refused):
    """The connection broke while committing: done or not, we can't tell."""

    code = "outcome_unknown"
    status = 503
    sentence = N_(
        "The connection broke at the last moment. "
        "Please check whether it was done before trying again."
    )
