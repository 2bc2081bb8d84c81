"""A key is changed while the club goes on: nothing is lost before, during or after."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from jobs import deliver_messages
from tests.cast import CLUB_ACTOR, member_actor
from tests.databases import TEST_KEYS
from tests.keys.changing import (
    KEEPER,
    let_settle,
    opened,
    rotate,
    settings_with,
    with_more,
)
from tests.keys.club_with_secrets import (
    LIN,
    LOGIN,
    OWN_MOBILE,
    PASSWORD,
    ClubWithSecrets,
    a_club_with_secrets,
)
from tests.people.feeds.sending_files import Group, as_of
from tests.terminal import environment_of, vipclub
from vipclub import accounts, membership, migration, people
from vipclub.accounts.signing_in import SignedIn
from vipclub.core import audit, audit_sealing, clock, key_holders
from vipclub.core.crypto import KINDS, Cipher, FieldKeys
from vipclub.core.db import Database
from vipclub.core.invariants import verify
from vipclub.core.key_checks import check_value
from vipclub.core.sealing_anew import count_under, kinds_of, sample_rows, stored_bytes
from vipclub.keys.progress import count_needed, standings
from vipclub.keys.rotating import KeyRefused, put_in_force, retire
from vipclub.keys.sealing import seal_anew
from vipclub.membership.refusals import CardUnreadable
from vipclub.people.models import SourceRecord
from vipclub.wiring import INVARIANTS, SEALED

_addresses = itertools.count(1)


@pytest.fixture
def made(db: Database, tmp_path: Path) -> ClubWithSecrets:
    """The club before any change, with its keys recorded."""
    club = a_club_with_secrets(db, tmp_path)
    rotate(db, TEST_KEYS, tmp_path)
    return club


@pytest.fixture
def both(made: ClubWithSecrets) -> FieldKeys:
    """The club's keys with a second one of each kind."""
    return with_more(TEST_KEYS, *KINDS)


@pytest.fixture
def club(made: ClubWithSecrets, both: FieldKeys) -> Iterator[Database]:
    """The club's database as processes with the second keys open it."""
    database = opened(made.db, both)
    yield database
    database.dispose()


def goes_on(db: Database, made: ClubWithSecrets) -> None:
    """Lin signs in, is found by her number and sees how she is reached; all invariants hold."""
    signed_in = db.run(
        accounts.sign_in, login=LOGIN, password=PASSWORD, ip=f"10.1.0.{next(_addresses)}"
    )
    assert isinstance(signed_in, SignedIn)
    with db.read() as session:
        assert people.find_by_phone(session, OWN_MOBILE) is not None
        by_end = people.by_phone_end(session, OWN_MOBILE[-4:])
        assert session.execute(by_end.persons()).first() is not None
    lin = member_actor(made.lin)
    details = db.run(people.reveal_contact_details, lin, member=made.lin)
    assert (details.mobile, details.email) == (OWN_MOBILE, "own@home.example")
    assert [(o.invariant.name, o.broken) for o in verify(db, INVARIANTS) if o.count] == []
    with db.read() as session:
        assert audit_sealing.verify(session).broken is None


@pytest.mark.parametrize("kind", KINDS)
def test_the_club_goes_on_before_during_and_after(
    made: ClubWithSecrets, tmp_path: Path, kind: str
) -> None:
    keys = with_more(TEST_KEYS, kind)
    db = opened(made.db, keys)
    try:
        goes_on(db, made)
        rotate(db, keys, tmp_path, kind)
        goes_on(db, made)
        db.run(audit_sealing.seal)
        seal_anew(db, some=2, seconds=0.01)
        goes_on(db, made)
        seal_anew(db)
        let_settle(db)
        seal_anew(db)
        goes_on(db, made)
    finally:
        db.dispose()


def test_every_sealed_column_is_sealed_anew_and_says_the_same(
    made: ClubWithSecrets, club: Database, both: FieldKeys, tmp_path: Path
) -> None:
    before = plain_texts(club)
    assert {name for name, _ in before} == {
        f"{table.name}.{field.name}" for table in SEALED for field in table.fields
    }
    rotate(club, both, tmp_path, "encryption", "index")
    assert plain_texts(club) == before
    told = seal_anew(club, some=1)
    assert (told["left"], told["damaged"], told["per_cent"]) == (0, 0, 100.0)
    assert plain_texts(club) == before
    with club.read() as session:
        for table in SEALED:
            for kind in kinds_of(table):
                assert count_under(session, table, kind, 1) == 0, (table.name, kind)
                assert count_under(session, table, kind, 2) > 0, (table.name, kind)
    assert seal_anew(club)["sealed"] == 0


def plain_texts(db: Database) -> set[tuple[str, str]]:
    """All that is sealed anywhere, by its column."""
    found = set()
    with db.read() as session:
        for table in SEALED:
            for row in sample_rows(session, table, newest=True, some=1000):
                for field in table.fields:
                    sealed = stored_bytes(table, row, field.name)
                    if sealed:
                        plain = db.cipher.unseal(field.place, row.row_name, sealed)
                        found.add((f"{table.name}.{field.name}", plain))
    return found


def test_a_letter_that_was_queued_before_goes_out_after(
    made: ClubWithSecrets, club: Database, both: FieldKeys, tmp_path: Path, mail: object
) -> None:
    rotate(club, both, tmp_path, *KINDS)
    settings = settings_with(club, both, tmp_path).model_copy(
        update={"mail_url": type(settings_with(club, both, tmp_path).mail_url)(mail.url)}  # type: ignore[attr-defined]
    )
    deliver_messages.run(club, settings)
    sent = [str(message) for message in mail.messages]  # type: ignore[attr-defined]
    assert any(LOGIN in message for message in sent)


def test_a_company_sends_the_same_again_in_the_middle_and_nothing_changed(
    made: ClubWithSecrets, club: Database, both: FieldKeys, tmp_path: Path
) -> None:
    rotate(club, both, tmp_path, *KINDS)
    group = Group(club, tmp_path)
    again = LIN | {"address": "2 Quiet Road"}
    turned = [*reversed(again)]  # another file that says the same
    report = group.send(again, to="TRUST", columns=turned, **as_of("2026-10-04"))
    assert (report.loaded, report.unchanged) == (0, 1)
    kept = bytes(group.record("TRUST", "L1").content_hash or b"")
    assert kept[0] == 2  # from now on known by the new key alone
    assert len(kept) == 17
    report = group.send(again | {"address": "3 Quiet Road"}, to="TRUST", **as_of("2026-10-05"))
    assert report.loaded == 1


@pytest.mark.parametrize("sealed_anew", [0, 1, 2])
def test_who_is_one_person_is_found_across_two_keys(
    made: ClubWithSecrets, club: Database, both: FieldKeys, tmp_path: Path, sealed_anew: int
) -> None:
    """Records under the old key and the new, in every mixture, are linked as if under one."""
    group = Group(club, tmp_path)
    before = group.persons()
    rotate(club, both, tmp_path, "index")
    records = next(table for table in SEALED if table.model is SourceRecord)
    from vipclub.core.sealing_anew import seal_some

    after: int | None = 0
    for _ in range(sealed_anew):
        after = club.run(seal_some, records, after=after or 0, some=1).last_id
    people.link_records(club, CLUB_ACTOR)
    assert group.persons() == before
    group.add_company("HOME", trust_rank=30)
    group.send(LIN | {"customer_no": "H1"}, to="HOME", **as_of("2026-10-06"))
    together = frozenset({"TRUST/L1", "BANK/B1", "HOME/H1"})
    assert together in group.persons()
    by_mobile = {name: LIN[name] for name in ("full_name", "sex", "birth_date", "mobile")}
    group.send(by_mobile | {"customer_no": "H2"}, to="HOME", **as_of("2026-10-07"))
    assert together | {"HOME/H2"} in group.persons()


def test_a_card_that_is_shown_stays_good(
    made: ClubWithSecrets, club: Database, both: FieldKeys, tmp_path: Path
) -> None:
    now, number = clock.now(), membership.card.new_card_no()
    with made.db.read() as session:
        before = membership.card_code(session, number, at=now)
        (old_key,) = membership.card_public_keys(session)
    rotate(club, both, tmp_path, "mac")
    with club.read() as session:
        after = membership.card_code(session, number, at=now)
        new_key, still = membership.card_public_keys(session)
        assert still == old_key
        for code in (before, after):
            assert membership.verify_card(session, code.text, at=now) == number
    assert membership.check_card_code(after.text, at=now, public_key=new_key) == number
    with pytest.raises(CardUnreadable):
        membership.check_card_code(after.text, at=now, public_key=old_key)


def test_a_replaced_key_signs_no_younger_record(
    made: ClubWithSecrets, club: Database, both: FieldKeys, tmp_path: Path
) -> None:
    """Whoever has the old MAC key and the database can't add to the trail."""
    rotate(club, both, tmp_path, "mac")
    stranger = Cipher(TEST_KEYS)
    forged = audit.row_of(stranger, KEEPER, "test.forged", subject=("test", "1"))
    with club.engine.begin() as connection:
        connection.execute(insert(audit.AuditRow), forged)
    with club.read() as session:  # a process may still sign with it in these minutes
        assert audit_sealing.verify(session).broken is None
    let_settle(club)
    seal_anew(club)
    with club.engine.begin() as connection:
        connection.execute(insert(audit.AuditRow), forged)
    with club.read() as session:
        broken = audit_sealing.verify(session).broken
        assert broken is not None
        assert "doesn't match its signature" in broken.problem
    club.run(audit_sealing.seal)
    with club.read() as session:
        assert audit_sealing.verify(session).broken is not None


def test_a_schema_is_not_taken_back_behind_a_rotated_key(
    made: ClubWithSecrets, club: Database, both: FieldKeys, tmp_path: Path
) -> None:
    rotate(club, both, tmp_path, "encryption")
    with pytest.raises(RuntimeError, match="Restore a backup from before instead"):
        migration.downgrade(club, "0007")
    with club.read() as session:
        assert session.execute(text("SELECT count(*) FROM club_key")).scalar_one() > 1


def test_a_key_is_not_put_in_force_while_a_process_lacks_it(
    made: ClubWithSecrets, club: Database, both: FieldKeys, tmp_path: Path
) -> None:
    settings = settings_with(club, both, tmp_path)
    rotate(club, both, tmp_path)
    checks = [check_value(TEST_KEYS.of(kind)[1]) for kind in KINDS]
    club.run(key_holders.tell, "host/1/old", checks)
    with pytest.raises(KeyRefused, match=r"1 of the .* lacks the index key 2: .*host/1/old"):
        club.run(put_in_force, KEEPER, settings, kind="index")
    club.run(key_holders.tell, "host/1/old", [*checks, check_value(both.index[2])])
    assert club.run(put_in_force, KEEPER, settings, kind="index") == 2


def test_a_key_that_nobody_has_is_not_put_in_force(made: ClubWithSecrets, tmp_path: Path) -> None:
    settings = settings_with(made.db, TEST_KEYS, tmp_path)
    with pytest.raises(KeyRefused, match="No new mac key is held"):
        made.db.run(put_in_force, KEEPER, settings, kind="mac")


def test_an_old_key_is_given_up_when_nothing_needs_it(
    made: ClubWithSecrets, club: Database, both: FieldKeys, tmp_path: Path
) -> None:
    with pytest.raises(KeyRefused, match="is in force"):
        club.run(retire, KEEPER, kind="index", number=1)
    rotate(club, both, tmp_path, *KINDS)
    with pytest.raises(KeyRefused, match="may still write with the index key 1 until"):
        club.run(retire, KEEPER, kind="index", number=1)
    let_settle(club)
    for kind in ("encryption", "index"):
        with pytest.raises(KeyRefused, match=rf"Rows still need the {kind} key 1 \(.*of person"):
            club.run(retire, KEEPER, kind=kind, number=1)
    with pytest.raises(KeyRefused, match="signed records of the audit trail"):
        club.run(retire, KEEPER, kind="mac", number=1)
    seal_anew(club)
    club.run(retire, KEEPER, kind="encryption", number=1)
    with pytest.raises(KeyRefused, match=r"\(1 of password_reset\)"):  # an hour long
        club.run(retire, KEEPER, kind="index", number=1)
    with club.engine.begin() as connection:
        connection.execute(text("DELETE FROM password_reset"))
        connection.execute(text("DELETE FROM sign_in_attempt"))
    club.run(retire, KEEPER, kind="index", number=1)
    states = {(one.key.kind, one.key.number): one.key.state for one in standings_of(club)}
    assert states["encryption", 1] == states["index", 1] == "retired"

    only_new = FieldKeys({2: both.encryption[2]}, {2: both.index[2]}, both.mac)
    new = opened(club, only_new)
    try:
        goes_on(new, made)
    finally:
        new.dispose()
    environment = environment_of(club.url.render_as_string(hide_password=False), tmp_path)
    environment |= {"VIPCLUB_FIELD_KEYS": only_new.dump()}
    done = vipclub(environment, "verify")
    assert done.returncode == 0, done.stderr + done.stdout


def standings_of(db: Database) -> list[object]:
    with db.read() as session:
        return list(standings(session))


def test_a_row_that_a_late_process_wrote_is_found(
    made: ClubWithSecrets, club: Database, both: FieldKeys, tmp_path: Path
) -> None:
    """One that didn't know yet writes with the old key after all others were sealed anew."""
    rotate(club, both, tmp_path, "encryption", "index")
    seal_anew(club)
    late = opened(club, both)
    late.cipher.settle(type(late.cipher.in_force)(1, 1, 1))
    sealed = late.cipher.seal("person.mobile", made.lin, "+8619900000078")
    with club.engine.begin() as connection:
        connection.execute(
            text("UPDATE person SET mobile = :m WHERE public_ref = :r"),
            {"m": sealed, "r": made.lin},
        )
    late.dispose()
    with club.read() as session:
        assert count_needed(session, "encryption", 1) == {"person": 1}
    assert seal_anew(club)["sealed"] == 1


def test_notes_are_changed_by_nothing_else(
    made: ClubWithSecrets, club: Database, both: FieldKeys, tmp_path: Path
) -> None:
    """They are append-only: what is sealed may be sealed anew, with a younger key, alone."""
    from sqlalchemy.exc import DBAPIError

    with club.read() as session:
        ref, body = session.execute(text("SELECT public_ref, body FROM note")).one()
    same = club.cipher.seal("note.body", ref, "Prefers evenings")
    with pytest.raises(DBAPIError, match="never changed"), club.engine.begin() as connection:
        connection.execute(text("UPDATE note SET body = :b"), {"b": same})
    rotate(club, both, tmp_path, "encryption")
    younger = club.cipher.seal("note.body", ref, "Prefers mornings")
    with pytest.raises(DBAPIError, match="never changed"), club.engine.begin() as connection:
        connection.execute(text("UPDATE note SET body = :b, kind = 'care'"), {"b": younger})
    seal_anew(club)
    with pytest.raises(DBAPIError, match="never changed"), club.engine.begin() as connection:
        connection.execute(text("UPDATE note SET body = :b"), {"b": bytes(body)})


def test_processes_learn_within_half_a_minute_which_key_is_in_force(
    made: ClubWithSecrets, club: Database, both: FieldKeys, tmp_path: Path
) -> None:
    other = opened(club, both)
    rotate(club, both, tmp_path)
    with other.read() as session:
        session.execute(select(1))
    assert other.cipher.in_force.index == 1
    rotate(club, both, tmp_path, "index")
    other._learnt_at -= timedelta(seconds=30).total_seconds()
    with other.read() as session:
        session.execute(select(1))
    assert other.cipher.in_force.index == 2
    other.dispose()
