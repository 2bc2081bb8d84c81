"""callbacks with their clocks, booking tickets, and referrals

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vipclub.core import append_only

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables that code of before doesn't ask for."""
    op.create_table(
        "referral",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "subsidiary_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("wording", sa.String(length=20), nullable=True),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_by_name", sa.String(length=120), nullable=False),
        sa.Column("handler", sa.String(length=80), nullable=True),
        sa.Column("handler_name", sa.String(length=120), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('made', 'accepted')) = (ended_at IS NULL)",
            name=op.f("ck_referral_ended_once"),
        ),
        sa.CheckConstraint(
            "state <> 'accepted' OR handler IS NOT NULL",
            name=op.f("ck_referral_handled_by_somebody"),
        ),
        sa.CheckConstraint(
            "state IN ('made', 'accepted', 'won', 'lost', 'unanswered', 'withdrawn')",
            name=op.f("ck_referral_state_known"),
        ),
        sa.CheckConstraint(
            "subject IN ('insurance', 'wealth', 'banking', 'trust', 'other')",
            name=op.f("ck_referral_subject_known"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_referral_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["subsidiary_id"], ["subsidiary.id"], name=op.f("fk_referral_subsidiary_id_subsidiary")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_referral_public_ref")),
    )
    op.create_index(
        "ix_referral_open",
        "referral",
        ["answer_by"],
        unique=False,
        sqlite_where=sa.text("state IN ('made', 'accepted')"),
        postgresql_where=sa.text("state IN ('made', 'accepted')"),
    )
    op.create_index(op.f("ix_referral_person_id"), "referral", ["person_id"], unique=False)
    op.create_index("ix_referral_subsidiary", "referral", ["subsidiary_id", "state"], unique=False)
    op.create_table(
        "booking_ticket",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "beneficiary_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "benefit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "offering_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("city", sa.String(length=6), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_by", sa.String(length=16), nullable=True),
        sa.Column(
            "given_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (ended_at IS NULL)", name=op.f("ck_booking_ticket_ended_once")
        ),
        sa.CheckConstraint(
            "(state = 'used') = (used_by IS NOT NULL)",
            name=op.f("ck_booking_ticket_used_by_a_booking"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'used', 'expired', 'withdrawn')",
            name=op.f("ck_booking_ticket_state_known"),
        ),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_booking_ticket_days_in_order")),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["person.id"], name=op.f("fk_booking_ticket_beneficiary_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["benefit_id"], ["benefit.id"], name=op.f("fk_booking_ticket_benefit_id_benefit")
        ),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["account.id"], name=op.f("fk_booking_ticket_given_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["offering.id"], name=op.f("fk_booking_ticket_offering_id_offering")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_booking_ticket_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_ticket")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_booking_ticket_public_ref")),
        sa.UniqueConstraint("used_by", name=op.f("uq_booking_ticket_used_by")),
    )
    op.create_index(
        op.f("ix_booking_ticket_beneficiary_id"), "booking_ticket", ["beneficiary_id"], unique=False
    )
    op.create_index(
        op.f("ix_booking_ticket_benefit_id"), "booking_ticket", ["benefit_id"], unique=False
    )
    op.create_index(
        op.f("ix_booking_ticket_given_by_id"), "booking_ticket", ["given_by_id"], unique=False
    )
    op.create_index(
        op.f("ix_booking_ticket_offering_id"), "booking_ticket", ["offering_id"], unique=False
    )
    op.create_index(
        "ix_booking_ticket_open",
        "booking_ticket",
        ["ends_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_booking_ticket_person", "booking_ticket", ["person_id", "state"], unique=False
    )
    op.create_table(
        "callback",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("about", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("caller", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alarm_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'due') = (ended_at IS NULL)", name=op.f("ck_callback_ended_once")
        ),
        sa.CheckConstraint(
            "state IN ('due', 'reached', 'unreached', 'cancelled')",
            name=op.f("ck_callback_state_known"),
        ),
        sa.CheckConstraint("due_at >= from_at", name=op.f("ck_callback_due_after_it_may_begin")),
        sa.CheckConstraint(
            "person_id IS NOT NULL OR phone IS NOT NULL", name=op.f("ck_callback_can_be_called")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["account.id"], name=op.f("fk_callback_asked_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_callback_case_id_assistance_case")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_callback_owner_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_callback_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_callback_public_ref")),
    )
    op.create_index(op.f("ix_callback_alarm_at"), "callback", ["alarm_at"], unique=False)
    op.create_index("ix_callback_asked_by", "callback", ["asked_by_id"], unique=False)
    op.create_index(op.f("ix_callback_case_id"), "callback", ["case_id"], unique=False)
    op.create_index(
        "ix_callback_due",
        "callback",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
    op.create_index("ix_callback_owner", "callback", ["owner_id", "state"], unique=False)
    op.create_index(op.f("ix_callback_person_id"), "callback", ["person_id"], unique=False)
    op.create_table(
        "callback_try",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "callback_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_callback_try_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["callback_id"], ["callback.id"], name=op.f("fk_callback_try_callback_id_callback")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_try")),
        sa.UniqueConstraint(
            "callback_id", "number", name=op.f("uq_callback_try_callback_id_number")
        ),
    )
    op.create_index("ix_callback_try_account", "callback_try", ["account_id"], unique=False)
    op.add_column("seat_hold", sa.Column("ticket", sa.String(length=16), nullable=True))
    op.create_index(
        "ix_seat_hold_ticket",
        "seat_hold",
        ["ticket"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    append_only.protect_by_migration(op, "callback_try")


def downgrade() -> None:
    append_only.unprotect_by_migration(op, "callback_try")
    op.drop_index("ix_seat_hold_ticket", table_name="seat_hold")
    op.drop_column("seat_hold", "ticket")
    op.drop_table("referral")
    op.drop_table("callback_try")
    op.drop_table("callback")
    op.drop_table("booking_ticket")
