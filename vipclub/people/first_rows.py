"""Whether there are companies and files at all: conditions, for the first steps of a new club."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.sql.elements import ColumnElement

from vipclub.people.models import Delivery, Subsidiary


def any_subsidiary() -> ColumnElement[bool]:
    """Whether a company of the group is known."""
    return exists(select(Subsidiary.id))


def any_file_applied() -> ColumnElement[bool]:
    """Whether a file of any company came in."""
    return exists(select(Delivery.id).where(Delivery.state == "applied"))


def any_file_unlinked() -> ColumnElement[bool]:
    """Whether the records of a file that counts are still to be linked, which ends its loading. It
    is asked of the files: that nobody was found in two companies is no fault of a club."""
    return exists(
        select(Delivery.id).where(Delivery.state == "applied", Delivery.finished_at.is_(None))
    )


def any_company_without_file() -> ColumnElement[bool]:
    """Whether a company is still to send its first one."""
    sent = exists(
        select(Delivery.id).where(
            Delivery.subsidiary_id == Subsidiary.id, Delivery.state == "applied"
        )
    )
    return exists(select(Subsidiary.id).where(~sent))
