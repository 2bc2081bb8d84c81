"""Whether there are companies and files at all: conditions, for the first steps of a new club."""

from __future__ import annotations

from sqlalchemy import exists, func, select
from sqlalchemy.sql.elements import ColumnElement

from vipclub.people.models import Delivery, Person, Subsidiary


def any_subsidiary() -> ColumnElement[bool]:
    """Whether a company of the group is known."""
    return exists(select(Subsidiary.id))


def any_file_applied() -> ColumnElement[bool]:
    """Whether a file of any company came in."""
    return exists(select(Delivery.id).where(Delivery.state == "applied"))


def any_linked() -> ColumnElement[bool]:
    """Whether records were found to be one person."""
    return exists(select(Person.id).where(Person.survivor_id != Person.id))


def any_second_company_applied() -> ColumnElement[bool]:
    """Whether files of more than one company came in: then there is something to link."""
    first = select(func.min(Delivery.subsidiary_id)).where(Delivery.state == "applied")
    return exists(
        select(Delivery.id).where(
            Delivery.state == "applied", Delivery.subsidiary_id > first.scalar_subquery()
        )
    )


def any_company_without_file() -> ColumnElement[bool]:
    """Whether a company is still to send its first one."""
    sent = exists(
        select(Delivery.id).where(
            Delivery.subsidiary_id == Subsidiary.id, Delivery.state == "applied"
        )
    )
    return exists(select(Subsidiary.id).where(~sent))
