"""The running term: which of a person's terms counts on a day, said once, for every rule, page and
count.

As SQL over `Membership`, or over an alias of it where a statement reads several terms. Days are the
club's, both inclusive; `day` is a date or an expression that gives one.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, case, exists, func, select, tuple_
from sqlalchemy.orm import aliased

from vipclub import people
from vipclub.core.value_lists import one_of
from vipclub.membership.models import Membership
from vipclub.membership.steps import LIVE
from vipclub.people import Person

Day = date | ColumnElement[date]


def running_on(day: Day, term: type[Membership] = Membership) -> ColumnElement[bool]:
    """Whether a term runs on a day: neither declined nor over, from its effective day on."""
    return running_within(day, day, term)


def running_within(
    first: Day, last: Day, term: type[Membership] = Membership
) -> ColumnElement[bool]:
    """Whether a term runs on any day from `first` to `last`."""
    return and_(is_live(term), term.effective_day <= last, term.last_day >= first)


def nearness(
    day: Day, term: type[Membership] = Membership
) -> tuple[ColumnElement[int], ColumnElement[date], ColumnElement[int]]:
    """What a person's terms are sorted by: the greatest is the one that counts on a day. That is
    the running term; else one that begins later; else the last one that was."""
    stands = case(
        (running_on(day, term), 2),
        (and_(is_live(term), term.effective_day > day), 1),
        else_=0,
    )
    return stands, term.effective_day.expression, term.id.expression


def counts_on(day: Day) -> ColumnElement[bool]:
    """Whether a live `Membership` is the one of its `Person` (a survivor) that counts on a day."""
    nearer, holder = aliased(Membership), aliased(Person)
    return and_(
        is_live(Membership),
        ~exists(
            select(nearer.id)
            .join(holder, holder.id == nearer.person_id)
            .where(
                people.stands_for(Person, holder),
                is_live(nearer),
                tuple_(*nearness(day, nearer)) > tuple_(*nearness(day)),
            )
        ),
    )


def ends_on() -> ColumnElement[date]:
    """The last day of the last term that is decided for a `Person` (a survivor): on a term's last
    day the next one is decided already, and nothing ends."""
    beside, holder = aliased(Membership), aliased(Person)
    return (
        select(func.max(beside.last_day))
        .join(holder, holder.id == beside.person_id)
        .where(people.stands_for(Person, holder), is_live(beside))
        .correlate(Person)
        .scalar_subquery()
    )


def is_live(term: type[Membership] = Membership) -> ColumnElement[bool]:
    """Whether a term is neither declined nor over."""
    return one_of(term.state, LIVE)
