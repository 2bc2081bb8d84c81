"""The statements of the bare application, built once."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB

_all = MetaData()


def _table(name: str, **columns: type) -> Table:
    return Table(name, _all, *(Column(column, kind) for column, kind in columns.items()))


_time = _table("seat_time", id=Integer, seats=Integer, taken=Integer)
_account = _table("unit_account", id=Integer, units=Integer, held=Integer)
_entry = _table("entry", id=BigInteger, account_id=Integer, held=Integer)
_visit = _table("visit", id=BigInteger, time_id=Integer, person_id=Integer, state=Text, at=DateTime)
_letter = _table("letter", id=BigInteger, kind=Text, content=JSONB)
_trail = _table("trail", id=BigInteger, who=Integer, did=Text, content=JSONB)
_token = _table("token", hash=LargeBinary, person_id=Integer, scope=Text, until=DateTime)
_answered = _table(
    "answered", person_id=Integer, key=Text, body_hash=LargeBinary, status=Integer, answer=Text
)

WHO = select(_token.c.person_id, _token.c.scope).where(
    _token.c.hash == bindparam("hash"), _token.c.until > func.now()
)
FIRST_TIME = (
    postgresql.insert(_answered)
    .values(person_id=bindparam("who"), key=bindparam("key"), body_hash=bindparam("body"))
    .on_conflict_do_nothing()
    .returning(_answered.c.person_id)
)
HOLD = (
    update(_account)
    .where(_account.c.id == bindparam("who"), _account.c.held < _account.c.units)
    .values(held=_account.c.held + 1)
)
ENTER = insert(_entry).values(account_id=bindparam("who"), held=1)
BOOK = (
    insert(_visit)
    .values(time_id=bindparam("time"), person_id=bindparam("who"))
    .returning(_visit.c.id)
)
TELL = insert(_letter).values(kind="visit.booked", content=bindparam("content"))
RECORD = insert(_trail).values(who=bindparam("who"), did="book", content=bindparam("content"))
ANSWER = (
    update(_answered)
    .where(_answered.c.person_id == bindparam("whose"), _answered.c.key == bindparam("of"))
    .values(status=201, answer=bindparam("said"))
)
TAKE_SEAT = (
    update(_time)
    .where(_time.c.id == bindparam("time"), _time.c.taken < _time.c.seats)
    .values(taken=_time.c.taken + 1)
)
VISITS = (
    select(_visit.c.id, _visit.c.time_id, _visit.c.state, _visit.c.at)
    .where(_visit.c.person_id == bindparam("who"))
    .order_by(_visit.c.id.desc())
    .limit(10)
)

ALL_BUT_THE_SEAT = """
WITH who AS (
  SELECT person_id FROM token WHERE hash = %(hash)s AND until > now() AND scope = 'book'
), first_time AS (
  INSERT INTO answered (person_id, key, body_hash, status) SELECT person_id, %(key)s, %(body)s, 201
  FROM who ON CONFLICT DO NOTHING RETURNING person_id
), hold AS (
  UPDATE unit_account SET held = held + 1 FROM first_time
  WHERE id = first_time.person_id AND held < units RETURNING id
), entered AS (
  INSERT INTO entry (account_id, held) SELECT id, 1 FROM hold
), booked AS (
  INSERT INTO visit (time_id, person_id) SELECT %(time)s, id FROM hold RETURNING id, person_id
), told AS (
  INSERT INTO letter (kind, content)
  SELECT 'visit.booked', jsonb_build_object('visit', id, 'time', %(time)s::int) FROM booked
), recorded AS (
  INSERT INTO trail (who, did, content)
  SELECT person_id, 'book', jsonb_build_object('visit', id, 'time', %(time)s::int) FROM booked
)
SELECT id FROM booked
"""
SEAT = "UPDATE seat_time SET taken = taken + 1 WHERE id = %(time)s AND taken < seats"
