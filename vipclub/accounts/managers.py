"""Who serves a member: the relationship managers whom the companies name, as far as they have an
account that works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from vipclub.accounts.models import Account, AccountScope
from vipclub.accounts.queries import scope_runs
from vipclub.core.built_statements import run_built
from vipclub.core.rows import AnySelect
from vipclub.people import Person, SourceRecord, Subsidiary, same_person


@dataclass(frozen=True, slots=True)
class Manager:
    """A relationship manager by their account; `number` is the company's code and their number
    there."""

    account_id: int
    ref: str
    name: str
    number: str


def _select_managers() -> AnySelect:
    asked, holder = aliased(Person), aliased(Person)
    number = Subsidiary.code + "/" + SourceRecord.manager_no
    scope, now = AccountScope, bindparam("now", type_=AccountScope.valid_to.type)
    return (
        select(Account.id, Account.public_ref, Account.display_name, scope.ref)
        .distinct()
        .join(scope, scope.account_id == Account.id)
        .join(SourceRecord, SourceRecord.manager_no.is_not(None))
        .join(Subsidiary, (Subsidiary.id == SourceRecord.subsidiary_id) & (number == scope.ref))
        .join(holder, holder.id == SourceRecord.person_id)
        .join(asked, same_person(asked, holder))
        .where(
            asked.id == bindparam("person"),
            SourceRecord.deleted_at.is_(None),
            scope.kind == "portfolio",
            scope_runs(now),
            Account.state == "active",
        )
        .order_by(Account.id, scope.ref)
    )


_managers = _select_managers()


def managers_of(session: Session, person_id: int, *, now: datetime) -> list[Manager]:
    """The managers of a person, by the id of any row of the cluster; of whom there are several, the
    one of the longest standing first. Asks no right. One statement."""
    rows = run_built(session, _managers, {"person": person_id, "now": now})
    found: dict[int, Manager] = {}
    for row in rows:
        found.setdefault(row[0], Manager(*row))
    return list(found.values())
