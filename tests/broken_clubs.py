"""How a club is broken, so that the check of each name must say so."""

from __future__ import annotations

from tests.tampering import change_past_all_rules
from vipclub.core.db import Database

NEW_ACCOUNT = """
    INSERT INTO account (public_ref, role, display_name, language, state, created_at)
    VALUES ('U-TEST', '{role}', 'Somebody', 'en', '{state}', '2026-01-01 00:00:00+00:00');
"""
BREAKS = {
    "one survivor": """
        UPDATE person SET survivor_id = id + 1
        WHERE id < (SELECT max(id) FROM person)
    """,
    "sealed contacts": """
        UPDATE person SET mobile = :junk WHERE id = (SELECT min(id) FROM person)
    """,
    "findable records": """
        UPDATE source_record SET mobile_end_index = :junk
        WHERE id = (SELECT min(id) FROM source_record)
    """,
    "findable relatives": "UPDATE family_tie SET name_key = 'x'",
    "sign-ins": f"""
        {NEW_ACCOUNT.format(role="desk", state="disabled")}
        INSERT INTO user_session
        (account_id, token_hash, created_at, last_seen_at, address, user_agent)
        SELECT id, :junk, created_at, created_at, '', '' FROM account WHERE public_ref = 'U-TEST'
    """,
    "members' accounts": NEW_ACCOUNT.format(role="member", state="active"),
    "terms": """
        INSERT INTO membership (person_id, tier, tier_since, effective_day, last_day, state,
        in_grace, card_no, policy_id, reason, created_at)
        SELECT person_id, tier, tier_since, last_day, last_day, 'active',
        in_grace, card_no, policy_id, reason, created_at
        FROM membership WHERE id = (SELECT min(id) FROM membership)
    """,
    "cards": """
        UPDATE membership SET card_no = (SELECT max(card_no) FROM membership_card
        WHERE membership_card.person_id <> membership.person_id)
    """,
    "ledger": "UPDATE entitlement_account SET granted = granted + 1",
    "units left": "UPDATE entitlement_account SET granted = -1",
    "capacity": "UPDATE slot SET taken = capacity + 1 WHERE id = (SELECT min(id) FROM slot)",
    "seats": "UPDATE slot SET taken = taken + 1 WHERE id = (SELECT min(id) FROM slot)",
    "units": "UPDATE appointment SET consumed = false WHERE state = 'fulfilled'",
    "one place at a time": """
        UPDATE appointment SET beneficiary_id = (SELECT min(id) FROM person),
        starts_at = '2030-01-01 01:00:00+00:00', ends_at = '2030-01-01 02:00:00+00:00'
        WHERE state IN ('booked', 'pending')
    """,
    "times": """
        UPDATE appointment SET slot_id = (SELECT max(id) FROM slot) WHERE state = 'pending'
    """,
    "offers": "UPDATE appointment SET proposed_slot_id = NULL WHERE state = 'proposed'",
    "promises": "UPDATE appointment SET promised_by = NULL WHERE state = 'pending'",
    "bookings on record": "DELETE FROM audit WHERE action = 'appointment.book'",
    "bookings told": "DELETE FROM outbox WHERE subject_kind = 'appointment'",
    "booking tickets": "UPDATE booking_ticket SET used_by = 'A-NOBODY' WHERE state = 'used'",
    "event seats": "UPDATE event SET taken = taken - 1 WHERE taken > 0",
    "event parties": "UPDATE registration SET size = size + 1 WHERE state = 'waitlisted'",
    "event ends": "UPDATE registration SET due_at = NULL WHERE state = 'waitlisted'",
    "event units": "UPDATE registration SET units = 0 WHERE state = 'registered'",
    "callbacks": "UPDATE callback SET tries = tries + 1",
    "closings": "DELETE FROM closure_displaced",
    "charged once": "UPDATE appointment SET state = 'booked' WHERE state = 'fulfilled'",
    "visits charged": """
        DELETE FROM settlement_line
        WHERE appointment_id = (SELECT max(id) FROM appointment WHERE state = 'fulfilled')
    """,
    "corrections": """
        UPDATE settlement_line SET amount_minor = amount_minor - 1 WHERE kind = 'correction'
    """,
    "statements": """
        UPDATE settlement_statement SET partner_id = (SELECT max(id) FROM partner)
    """,
    "clocks of cases": "UPDATE case_clock SET round = round + 7",
    "askings of cases": "UPDATE assistance_case SET state = 'closed'",
    "chains of askings": """
        UPDATE dispatch SET state = 'silent' WHERE state = 'asked'
    """,
    "alarms of cases": """
        INSERT INTO case_alarm (case_id, clock, round, level, at)
        SELECT case_id, clock, round, 4, started_at FROM case_clock
        WHERE id = (SELECT min(id) FROM case_clock)
    """,
    "tasks of cases": "UPDATE assistance_case SET state = 'closed'",
    "audit trail": """
        UPDATE audit SET actor_ref = 'nobody' WHERE id = (SELECT min(id) FROM audit)
    """,
}


def break_club(db: Database, name: str) -> None:
    """Break what the check of this name looks at, past all rules of the database."""
    statements = [part for part in BREAKS[name].split(";") if part.strip()]
    change_past_all_rules(db, *statements, junk=b"no key has written this, ever")
