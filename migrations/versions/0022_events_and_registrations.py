"""Events, their costs, registrations and who comes along

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

JSON_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Tables that code of before doesn't ask for."""
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("series", sa.String(length=60), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("agenda", JSON_DOCUMENT, nullable=False),
        sa.Column("dress", sa.Text(), nullable=True),
        sa.Column("languages", JSON_DOCUMENT, nullable=False),
        sa.Column("picture", sa.String(length=60), nullable=True),
        sa.Column("venue", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("travel", sa.Text(), nullable=True),
        sa.Column("city_code", sa.String(length=6), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("map_url", sa.String(length=300), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("doors_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("register_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancel_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("guests_at_most", sa.Integer(), nullable=False),
        sa.Column("guest_age_from", sa.Integer(), nullable=True),
        sa.Column("waitlist", sa.Boolean(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("tiers", JSON_DOCUMENT, nullable=False),
        sa.Column(
            "benefit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("late_cancel_uses", sa.Boolean(), nullable=False),
        sa.Column("absence_uses", sa.Boolean(), nullable=False),
        sa.Column("host_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "submitted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "copied_from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('wealth_salon', 'health_seminar', 'private_visit')",
            name=op.f("ck_event_kind_known"),
        ),
        sa.CheckConstraint(
            'address LIKE \'{"en": "_%", "zh-Hans": "_%", "zh-Hant": "_%"}\'',
            name=op.f("ck_event_address_in_three_languages"),
        ),
        sa.CheckConstraint(
            "doors_at <= starts_at AND starts_at < ends_at", name=op.f("ck_event_hours_in_order")
        ),
        sa.CheckConstraint("guests_at_most BETWEEN 0 AND 9", name=op.f("ck_event_guests_few")),
        sa.CheckConstraint(
            "register_until <= starts_at AND cancel_until <= starts_at",
            name=op.f("ck_event_before_the_start"),
        ),
        sa.CheckConstraint(
            "seats >= 1 AND taken >= 0 AND reserved >= 0", name=op.f("ck_event_seats_counted")
        ),
        sa.CheckConstraint(
            'summary LIKE \'{"en": "_%", "zh-Hans": "_%", "zh-Hant": "_%"}\'',
            name=op.f("ck_event_summary_in_three_languages"),
        ),
        sa.CheckConstraint("taken + reserved <= seats", name=op.f("ck_event_seats_not_oversold")),
        sa.CheckConstraint(
            'title LIKE \'{"en": "_%", "zh-Hans": "_%", "zh-Hant": "_%"}\'',
            name=op.f("ck_event_title_in_three_languages"),
        ),
        sa.CheckConstraint(
            'venue LIKE \'{"en": "_%", "zh-Hans": "_%", "zh-Hant": "_%"}\'',
            name=op.f("ck_event_venue_in_three_languages"),
        ),
        sa.ForeignKeyConstraint(
            ["benefit_id"], ["benefit.id"], name=op.f("fk_event_benefit_id_benefit")
        ),
        sa.ForeignKeyConstraint(
            ["copied_from_id"], ["event.id"], name=op.f("fk_event_copied_from_id_event")
        ),
        sa.ForeignKeyConstraint(["host_id"], ["account.id"], name=op.f("fk_event_host_id_account")),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["account.id"], name=op.f("fk_event_submitted_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_event_public_ref")),
    )
    op.create_index(op.f("ix_event_benefit_id"), "event", ["benefit_id"], unique=False)
    op.create_index(op.f("ix_event_copied_from_id"), "event", ["copied_from_id"], unique=False)
    op.create_index(op.f("ix_event_host_id"), "event", ["host_id"], unique=False)
    op.create_index("ix_event_series", "event", ["series"], unique=False)
    op.create_index("ix_event_state_start", "event", ["state", "starts_at"], unique=False)
    op.create_index(op.f("ix_event_submitted_by_id"), "event", ["submitted_by_id"], unique=False)
    op.create_table(
        "event_cost",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.String(length=80), nullable=False),
        sa.Column(
            "quoted_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "actual_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "quoted_minor >= 0 AND actual_minor >= 0", name=op.f("ck_event_cost_amounts_counted")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_cost_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_cost")),
    )
    op.create_index(op.f("ix_event_cost_event_id"), "event_cost", ["event_id"], unique=False)
    op.create_table(
        "registration",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("tier_rank", sa.Integer(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("consumed", sa.Boolean(), nullable=False),
        sa.Column("ticket_secret", sa.LargeBinary(), nullable=True),
        sa.Column("reason_code", sa.String(length=20), nullable=True),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("size BETWEEN 1 AND 10", name=op.f("ck_registration_size_counted")),
        sa.CheckConstraint("units >= 0", name=op.f("ck_registration_units_counted")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["entitlement_account.id"],
            name=op.f("fk_registration_account_id_entitlement_account"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_registration_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_registration_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_registration_public_ref")),
    )
    op.create_index(
        op.f("ix_registration_account_id"), "registration", ["account_id"], unique=False
    )
    op.create_index(
        "ix_registration_due",
        "registration",
        ["state", "due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_registration_person_id"), "registration", ["person_id"], unique=False)
    op.create_index(
        "ix_registration_queue",
        "registration",
        ["event_id", "state", "tier_rank", "wave", "queued_at"],
        unique=False,
    )
    op.create_index(
        "uq_registration_person",
        "registration",
        ["event_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "registration_party",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column(
            "registration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("age", sa.Integer(), nullable=True),
        sa.Column("needs", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("age BETWEEN 0 AND 130", name=op.f("ck_registration_party_age_counted")),
        sa.CheckConstraint(
            "position BETWEEN 0 AND 9", name=op.f("ck_registration_party_position_counted")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_registration_party_registration_id_registration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_party")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_registration_party_public_ref")),
        sa.UniqueConstraint(
            "registration_id",
            "position",
            name=op.f("uq_registration_party_registration_id_position"),
        ),
    )


def downgrade() -> None:
    """What happened at events is lost."""
    op.drop_table("registration_party")
    op.drop_index(
        "uq_registration_person",
        table_name="registration",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_registration_queue", table_name="registration")
    op.drop_index(op.f("ix_registration_person_id"), table_name="registration")
    op.drop_index(
        "ix_registration_due",
        table_name="registration",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.drop_index(op.f("ix_registration_account_id"), table_name="registration")
    op.drop_table("registration")
    op.drop_index(op.f("ix_event_cost_event_id"), table_name="event_cost")
    op.drop_table("event_cost")
    op.drop_index(op.f("ix_event_submitted_by_id"), table_name="event")
    op.drop_index("ix_event_state_start", table_name="event")
    op.drop_index("ix_event_series", table_name="event")
    op.drop_index(op.f("ix_event_host_id"), table_name="event")
    op.drop_index(op.f("ix_event_copied_from_id"), table_name="event")
    op.drop_index(op.f("ix_event_benefit_id"), table_name="event")
    op.drop_table("event")
