"""cases, their clocks, and who is on duty

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vipclub.core import append_only

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OF_AN_ENTRY = [
    "id",
    "case_id",
    "public_ref",
    "at",
    "what",
    "actor_kind",
    "account_id",
    "channel",
    "severity",
    "reason",
    "until",
    "since",
    "days",
    "level",
    "other_ref",
    "for_member",
]


def upgrade() -> None:
    """Tables that code of before doesn't ask for."""
    op.create_table(
        "assistance_case",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "against_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("caller", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(length=16), nullable=True),
        sa.Column("what", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("region", sa.String(length=8), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("tap", sa.String(length=64), nullable=True),
        sa.Column("unverified", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=True),
        sa.Column("flooded", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alarm_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wait_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'waiting') = (wait_until IS NOT NULL)",
            name=op.f("ck_assistance_case_waits_until"),
        ),
        sa.CheckConstraint(
            "channel IN ('phone', 'web', 'counter', 'agent', 'partner', 'api', 'club')",
            name=op.f("ck_assistance_case_channel_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('emergency_domestic', 'emergency_overseas', 'green_channel', 'complaint', 'enquiry')",
            name=op.f("ck_assistance_case_kind_known"),
        ),
        sa.CheckConstraint(
            "severity IN ('critical', 'high', 'normal', 'low')",
            name=op.f("ck_assistance_case_severity_known"),
        ),
        sa.CheckConstraint(
            "state IN ('new', 'triaged', 'in_progress', 'waiting', 'resolved', 'closed', 'reopened')",
            name=op.f("ck_assistance_case_state_known"),
        ),
        sa.CheckConstraint(
            "(phone IS NULL) = (phone_index IS NULL)",
            name=op.f("ck_assistance_case_phone_findable"),
        ),
        sa.ForeignKeyConstraint(
            ["against_id"], ["account.id"], name=op.f("fk_assistance_case_against_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"],
            ["assistance_case.id"],
            name=op.f("fk_assistance_case_merged_into_id_assistance_case"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_assistance_case_owner_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_assistance_case_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistance_case")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_assistance_case_public_ref")),
        sa.UniqueConstraint("tap", name=op.f("uq_assistance_case_tap")),
    )
    op.create_index(
        "ix_assistance_case_address", "assistance_case", ["address", "opened_at"], unique=False
    )
    op.create_index("ix_assistance_case_against", "assistance_case", ["against_id"], unique=False)
    op.create_index(
        op.f("ix_assistance_case_alarm_at"), "assistance_case", ["alarm_at"], unique=False
    )
    op.create_index(
        "ix_assistance_case_merged", "assistance_case", ["merged_into_id"], unique=False
    )
    op.create_index(
        "ix_assistance_case_owner", "assistance_case", ["owner_id", "state"], unique=False
    )
    op.create_index(
        op.f("ix_assistance_case_person_id"), "assistance_case", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_assistance_case_phone_index"), "assistance_case", ["phone_index"], unique=False
    )
    op.create_index(
        "ix_assistance_case_state", "assistance_case", ["state", "due_at"], unique=False
    )
    op.create_table(
        "duty_absence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "stand_in_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint("kind IN ('break', 'leave')", name=op.f("ck_duty_absence_kind_known")),
        sa.CheckConstraint(
            "ends_at > starts_at", name=op.f("ck_duty_absence_ends_after_it_starts")
        ),
        sa.CheckConstraint(
            "stand_in_id <> account_id", name=op.f("ck_duty_absence_somebody_else_stands_in")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_duty_absence_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["stand_in_id"], ["account.id"], name=op.f("fk_duty_absence_stand_in_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_absence")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_duty_absence_public_ref")),
    )
    op.create_index(
        "ix_duty_absence_account", "duty_absence", ["account_id", "ends_at"], unique=False
    )
    op.create_index("ix_duty_absence_stand_in", "duty_absence", ["stand_in_id"], unique=False)
    op.create_table(
        "duty_on_call",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_duty_on_call_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_on_call")),
    )
    op.create_index("ix_duty_on_call_account", "duty_on_call", ["account_id"], unique=False)
    op.create_index(op.f("ix_duty_on_call_from_at"), "duty_on_call", ["from_at"], unique=False)
    op.create_table(
        "duty_shift",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_duty_shift_ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_duty_shift_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_shift")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_duty_shift_public_ref")),
    )
    op.create_index(
        "ix_duty_shift_account", "duty_shift", ["account_id", "starts_at"], unique=False
    )
    op.create_index("ix_duty_shift_ends", "duty_shift", ["ends_at"], unique=False)
    op.create_table(
        "case_alarm",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clock", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_case_alarm_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_case_alarm_case_id_assistance_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_alarm")),
        sa.UniqueConstraint(
            "case_id",
            "clock",
            "round",
            "level",
            name=op.f("uq_case_alarm_case_id_clock_round_level"),
        ),
        info={"append_only": True},
    )
    op.create_index("ix_case_alarm_account", "case_alarm", ["account_id"], unique=False)
    op.create_table(
        "case_clock",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clock", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_case_clock_case_id_assistance_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_clock")),
        sa.UniqueConstraint(
            "case_id", "clock", "round", name=op.f("uq_case_clock_case_id_clock_round")
        ),
    )
    op.create_table(
        "case_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("other_ref", sa.String(length=64), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("for_member", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('phone', 'web', 'counter', 'agent', 'partner', 'api', 'club')",
            name=op.f("ck_case_entry_channel_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_case_entry_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_case_entry_case_id_assistance_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_entry")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_case_entry_public_ref")),
        info={"append_only": True},
    )
    op.create_index("ix_case_entry_account", "case_entry", ["account_id"], unique=False)
    op.create_index("ix_case_entry_case", "case_entry", ["case_id", "id"], unique=False)
    append_only.protect_by_migration(op, "case_entry", fixed=OF_AN_ENTRY, sealed="body")
    append_only.protect_by_migration(op, "case_alarm")


def downgrade() -> None:
    append_only.unprotect_by_migration(op, "case_alarm")
    append_only.unprotect_by_migration(op, "case_entry")
    op.drop_table("duty_on_call")
    op.drop_table("duty_absence")
    op.drop_table("duty_shift")
    op.drop_table("case_alarm")
    op.drop_table("case_clock")
    op.drop_table("case_entry")
    op.drop_table("assistance_case")
