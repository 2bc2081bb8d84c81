"""A club of a million people, and a year of times over 2,000 offerings: the demo's club copied in
SQL, with references, cards and entries of its own for each copy, so that `vipclub verify` finds it
well. A copy's people live where the copy's partners are: a city offers what it offers in the
small club. Copies have no phone number and no address: those are sealed for one person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg

from tests.bench.clubs import BenchClub
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.audit import AuditRow, row_of
from vipclub.core.types import new_ref
from vipclub.membership.card import new_card_no

PEOPLE = 1_000_000
OFFERINGS = 2_000
APPOINTMENTS = 100_000
CITIES = 340
SEALED = (
    "id_type", "id_number", "id_index", "mobile", "mobile_index", "email", "email_index", "address",
    "mobile_end_index",
)  # fmt: skip
CLUB = Actor.system("large-club")

Columns = dict[str, str]


def grow(
    club: BenchClub,
    *,
    people: int = PEOPLE,
    offerings: int = OFFERINGS,
    appointments: int = APPOINTMENTS,
) -> None:
    """Make a filled club large, in its own database."""
    with psycopg.connect(club.url.replace("+psycopg", "", 1), autocommit=True) as ask:
        ask.execute("SET session_replication_role = replica")  # past foreign keys, in order anyway
        ask.execute("SET synchronous_commit = off")
        ask.execute("SET work_mem = '256MB'")
        ask.execute("SET maintenance_work_mem = '512MB'")
        _copy_people(ask, people)
        _copy_partners(ask, offerings)
        _number_on(ask)
        _open_a_year(ask)
        _book_ahead(ask, appointments)
        ask.execute("ANALYZE")
    _record_bookings(club)


def _copy_people(ask: psycopg.Connection, people: int) -> None:
    """Persons with what the companies say of them, their terms, ratings and accounts."""
    there = _one(ask, "SELECT count(*) FROM person WHERE survivor_id = id")
    copies = max(0, round(people / there) - 1)
    step = _one(ask, "SELECT max(id) FROM person")
    _pool(ask, "new_person", copies * _count(ask, "person"), lambda: new_ref("M"))
    _pool(ask, "new_card", copies * _count(ask, "membership_card"), new_card_no)
    person = f"person_id + k * {step}"
    nothing = dict.fromkeys(SEALED, "NULL")
    _copy(
        ask, "person", copies,
        {"survivor_id": f"survivor_id + k * {step}", **dict.fromkeys(SEALED[3:7], "NULL")},
        own={"public_ref": "new_person"},
    )  # fmt: skip
    _copy(
        ask, "source_record", copies,
        {
            "person_id": person, "customer_no": "customer_no || '-' || k",
            "manager_no": "manager_no || '-' || k", **nothing,
        },
    )  # fmt: skip
    for table in ("consent", "rating"):
        _copy(ask, table, copies, {"person_id": person})
    _copy(ask, "membership_card", copies, {"person_id": person}, own={"card_no": "new_card"})
    ask.execute("ANALYZE membership_card")
    cards = (
        f"(SELECT c.card_no FROM membership_card c WHERE c.person_id = t.person_id + k * {step})"
    )
    _copy(ask, "membership", copies, {"person_id": person, "card_no": cards})
    untouched = "held = 0 AND used = 0"
    moved = _one(ask, "SELECT max(id) FROM entitlement_account")
    _copy(ask, "entitlement_account", copies, {"person_id": person}, where=untouched)
    of_untouched = "EXISTS (SELECT FROM entitlement_account a WHERE a.id = t.account_id AND "
    of_untouched += f"{untouched})"
    _copy(
        ask, "ledger_entry", copies,
        {"account_id": f"account_id + k * {moved}"}, where=of_untouched,
    )  # fmt: skip


def _copy_partners(ask: psycopg.Connection, offerings: int) -> None:
    """Companies with their sites, services, hours, prices and rules, in other cities."""
    copies = round(offerings / _count(ask, "offering")) - 1
    steps = {t: _one(ask, f"SELECT max(id) FROM {t}") for t in ("partner", "site", "offering")}
    for table, kind in (("partner", "P"), ("site", "L"), ("offering", "O")):
        amount = copies * _count(ask, table)
        _pool(ask, f"new_{table}", amount, lambda kind=kind: new_ref(kind))  # type: ignore[misc]
    partner = f"partner_id + k * {steps['partner']}"
    offering = f"offering_id + k * {steps['offering']}"
    city = f"(150000 + 100 * ((k * 7 + hashtext(t.city_code) %% 7 + 7) %% {CITIES}))::text"
    _copy(ask, "partner", copies, {"key": "NULL"}, own={"public_ref": "new_partner"})
    _copy(
        ask, "site", copies,
        {"key": "NULL", "partner_id": partner, "city_code": city.replace("%%", "%")},
        own={"public_ref": "new_site"},
    )  # fmt: skip
    _copy(
        ask, "offering", copies,
        {"key": "NULL", "site_id": f"site_id + k * {steps['site']}"},
        own={"public_ref": "new_offering"},
    )  # fmt: skip
    _copy(ask, "weekly_capacity", copies, {"offering_id": offering})
    _copy(ask, "contract_price", copies, {"partner_id": partner, "offering_id": offering})
    of_places = "t.offering_id IS NOT NULL"
    _copy(ask, "booking_policy", copies, {"offering_id": offering}, where=of_places)


def _number_on(ask: psycopg.Connection) -> None:
    """New rows are numbered after those that were copied."""
    for (table,) in ask.execute(
        "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND attname = 'id' AND (attidentity <> '' OR atthasdef)"
    ).fetchall():
        ask.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # type: ignore[call-overload]
        )


def _open_a_year(ask: psycopg.Connection) -> None:
    """Times of all offerings for a year by their hours, where there is none yet."""
    ask.execute("""
CREATE TEMP TABLE coming AS
SELECT o.id AS offering_id, w.capacity, day::date AS local_day, o.minutes,
  (day + w.opens + n * make_interval(mins => w.every)) AT TIME ZONE s.time_zone AS starts_at
FROM offering o
JOIN site s ON s.id = o.site_id
JOIN weekly_capacity w ON w.offering_id = o.id
JOIN generate_series(current_date + 1, current_date + 365, interval '1 day') day
  ON extract(isodow FROM day) = w.weekday
CROSS JOIN generate_series(0, extract(epoch FROM w.closes - w.opens)::int / 60 / w.every) n
WHERE n * w.every + o.minutes <= extract(epoch FROM w.closes - w.opens) / 60
""")
    ask.execute("""
DELETE FROM coming USING slot
WHERE slot.offering_id = coming.offering_id AND slot.starts_at = coming.starts_at
""")
    _pool(ask, "new_slot", _count(ask, "coming"), lambda: new_ref("S"))
    ask.execute("""
INSERT INTO slot (public_ref, offering_id, starts_at, ends_at, local_day, capacity, taken,
  reserved, open, planned)
SELECT ref, offering_id, starts_at, starts_at + make_interval(mins => minutes), local_day, capacity,
  0, 0, true, true
FROM (SELECT *, row_number() OVER (ORDER BY offering_id, starts_at) AS n FROM coming) c
JOIN new_slot USING (n) ORDER BY n
""")


def _book_ahead(ask: psycopg.Connection, appointments: int) -> None:
    """Visits of next year, each with a unit that is held, its entry, its seat and its letter."""
    ask.execute("ANALYZE slot, entitlement_account")
    _pool(ask, "new_visit", appointments, lambda: new_ref("A"))
    ask.execute("""
CREATE TEMP TABLE visit AS
WITH accounts AS (
  SELECT a.id AS account_id, a.person_id, b.id AS benefit_id,
    row_number() OVER (ORDER BY md5(a.id::text)) AS n
  FROM entitlement_account a JOIN benefit b ON b.id = a.benefit_id
  WHERE b.code = 'health-check' AND a.year = extract(year FROM now()) + 1
    AND a.granted - a.held - a.used > 0 AND a.held = 0
), times AS (
  SELECT s.id AS slot_id, s.offering_id, s.starts_at, s.ends_at, s.local_day,
    row_number() OVER (ORDER BY md5(s.public_ref)) AS n
  FROM slot s JOIN offering o ON o.id = s.offering_id JOIN benefit b ON b.id = o.benefit_id
  WHERE b.code = 'health-check' AND s.taken = 0
    AND extract(year FROM s.local_day) = extract(year FROM now()) + 1
)
SELECT * FROM accounts JOIN times USING (n) JOIN new_visit USING (n)
""")
    for statement in (
        """
INSERT INTO appointment (public_ref, person_id, beneficiary_id, slot_id, offering_id, account_id,
  state, version, starts_at, ends_at, local_day, consumed, channel, created_at, answered_at)
SELECT ref, person_id, person_id, slot_id, offering_id, account_id, 'booked', 1, starts_at, ends_at,
  local_day, false, 'api', now(), now() FROM visit
""",
        """
INSERT INTO ledger_entry (account_id, at, kind, granted, held, used, subject_kind, subject_ref,
  actor_kind, actor_ref)
SELECT account_id, now(), 'hold', 0, 1, 0, 'appointment', ref, 'system', 'large-club' FROM visit
""",
        "UPDATE entitlement_account a SET held = 1 FROM visit v WHERE v.account_id = a.id",
        "UPDATE slot s SET taken = 1 FROM visit v WHERE v.slot_id = s.id",
        """
INSERT INTO outbox (kind, subject_kind, subject_ref, payload, state, due_at, created_at, attempts,
  done_at)
SELECT 'appointment.booked', 'appointment', ref, '{}', 'done', now(), now(), 1, now() FROM visit
""",
    ):
        ask.execute(statement)


def _record_bookings(club: BenchClub) -> None:
    """Each booking on the trail, signed by the club's own key."""
    with club.database() as db:
        db.learn_keys()
        cipher = db.cipher
        now = clock.now()
        columns = [c.name for c in AuditRow.__table__.columns if c.name != "id"]
        with psycopg.connect(club.url.replace("+psycopg", "", 1), autocommit=True) as ask:
            refs = ask.execute(
                "SELECT subject_ref FROM ledger_entry WHERE actor_ref = 'large-club' ORDER BY id"
            ).fetchall()
            with ask.cursor().copy(f"COPY audit ({', '.join(columns)}) FROM STDIN") as copy:  # type: ignore[call-overload]
                for (ref,) in refs:
                    subject = ("appointment", ref)
                    row = row_of(cipher, CLUB, "appointment.book", subject=subject, at=now)
                    copy.write_row([row[name] for name in columns])


def _copy(
    ask: psycopg.Connection,
    table: str,
    copies: int,
    changed: Columns,
    *,
    own: Columns | None = None,
    where: str = "true",
) -> None:
    """The rows of a table `copies` times more: the id and what is `changed` differ by the copy
    `k`, columns of `own` are taken from a pool."""
    columns = [
        name
        for (name,) in ask.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND table_schema = 'public' ORDER BY ordinal_position",
            (table,),
        )
    ]
    said = {name: changed.get(name, f"t.{name}") for name in columns}
    if "id" in columns:
        said["id"] = f"t.id + k * {_one(ask, f'SELECT max(id) FROM {table}')}"
    pools = ""
    for name, pool in (own or {}).items():
        said[name] = f"{pool}.ref"
        pools += f" JOIN {pool} ON {pool}.n = t.place"
    source = (
        f"(SELECT x.*, k, row_number() OVER () AS place FROM {table} x, "
        f"generate_series(1, {copies}) k) t"
    )
    ask.execute(
        f"INSERT INTO {table} ({', '.join(said)}) SELECT {', '.join(said.values())}"  # type: ignore[call-overload]
        f" FROM {source}{pools} WHERE {where}"
    )


def _pool(ask: psycopg.Connection, name: str, count: int, make: Callable[[], str]) -> None:
    """A table of so many new references, each different."""

    def blocks(size: int = 50_000) -> Iterator[str]:
        seen: set[str] = set()
        while len(seen) < count:
            fresh = {make() for _ in range(min(size, count - len(seen)))} - seen
            yield "".join(f"{n}\t{ref}\n" for n, ref in enumerate(fresh, len(seen) + 1))
            seen |= fresh

    ask.execute(f"CREATE TEMP TABLE {name} (n bigint, ref text)")  # type: ignore[call-overload]
    with ask.cursor().copy(f"COPY {name} FROM STDIN") as copy:  # type: ignore[call-overload]
        for block in blocks():
            copy.write(block)
    ask.execute(f"ANALYZE {name}")  # type: ignore[call-overload]


def _count(ask: psycopg.Connection, table: str) -> int:
    return _one(ask, f"SELECT count(*) FROM {table}")


def _one(ask: psycopg.Connection, question: str) -> int:
    row = ask.execute(question).fetchone()  # type: ignore[call-overload]
    assert row is not None
    return int(row[0])
