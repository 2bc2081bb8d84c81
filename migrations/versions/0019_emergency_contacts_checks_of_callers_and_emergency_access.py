"""emergency contacts, checks of callers, and access in an emergency with its review

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vipclub.core import append_only

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables that code of before doesn't ask for."""
    op.create_table(
        "emergency_contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("relation", sa.String(length=10), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("may_be_told", sa.String(length=10), nullable=False),
        sa.Column("delegate_until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'delegate') = (delegate_until IS NOT NULL)",
            name=op.f("ck_emergency_contact_delegate_has_an_end"),
        ),
        sa.CheckConstraint(
            "(state = 'removed') = (removed_at IS NOT NULL)",
            name=op.f("ck_emergency_contact_removed_at_known"),
        ),
        sa.CheckConstraint(
            "language IN ('zh-Hans', 'zh-Hant', 'en')",
            name=op.f("ck_emergency_contact_language_known"),
        ),
        sa.CheckConstraint(
            "may_be_told IN ('nothing', 'state', 'all')",
            name=op.f("ck_emergency_contact_level_known"),
        ),
        sa.CheckConstraint(
            "relation IN ('spouse', 'child', 'parent', 'sibling', 'other', 'friend', 'assistant')",
            name=op.f("ck_emergency_contact_relation_known"),
        ),
        sa.CheckConstraint(
            "state IN ('contact', 'delegate', 'removed')",
            name=op.f("ck_emergency_contact_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_emergency_contact_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_contact")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_emergency_contact_public_ref")),
    )
    op.create_index(
        "ix_emergency_contact_person", "emergency_contact", ["person_id", "state"], unique=False
    )
    op.create_index(
        op.f("ix_emergency_contact_phone_index"), "emergency_contact", ["phone_index"], unique=False
    )
    op.create_index(
        "ix_emergency_contact_state", "emergency_contact", ["state", "delegate_until"], unique=False
    )
    op.create_table(
        "break_glass",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "reviewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('justified', 'unjustified')) = (reviewer_id IS NOT NULL)",
            name=op.f("ck_break_glass_reviewed_by_somebody"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'overdue', 'justified', 'unjustified')",
            name=op.f("ck_break_glass_state_known"),
        ),
        sa.CheckConstraint("reviewer_id <> account_id", name=op.f("ck_break_glass_second_person")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_break_glass_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_break_glass_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["account.id"], name=op.f("fk_break_glass_reviewer_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_break_glass_public_ref")),
    )
    op.create_index("ix_break_glass_account", "break_glass", ["account_id", "id"], unique=False)
    op.create_index("ix_break_glass_person", "break_glass", ["person_id"], unique=False)
    op.create_index("ix_break_glass_reviewer", "break_glass", ["reviewer_id"], unique=False)
    op.create_index("ix_break_glass_state", "break_glass", ["state", "due_at"], unique=False)
    op.create_table(
        "caller_check",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("who", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("facts", sa.String(length=120), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(outcome IN ('verified', 'called_back', 'nobody')) = (valid_until IS NOT NULL)",
            name=op.f("ck_caller_check_holds_until"),
        ),
        sa.CheckConstraint(
            "(who = 'contact') = (contact_id IS NOT NULL)",
            name=op.f("ck_caller_check_contact_named"),
        ),
        sa.CheckConstraint(
            "outcome IN ('verified', 'called_back', 'nobody', 'wrong', 'ended', 'calling')",
            name=op.f("ck_caller_check_outcome_known"),
        ),
        sa.CheckConstraint(
            "who IN ('member', 'contact', 'other')", name=op.f("ck_caller_check_who_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_caller_check_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["emergency_contact.id"],
            name=op.f("fk_caller_check_contact_id_emergency_contact"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_caller_check_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caller_check")),
        info={"append_only": True},
    )
    op.create_index(
        "ix_caller_check_account", "caller_check", ["account_id", "person_id", "id"], unique=False
    )
    op.create_index("ix_caller_check_contact", "caller_check", ["contact_id"], unique=False)
    op.create_index("ix_caller_check_person", "caller_check", ["person_id", "at"], unique=False)
    append_only.protect_by_migration(op, "caller_check")


def downgrade() -> None:
    append_only.unprotect_by_migration(op, "caller_check")
    op.drop_table("break_glass")
    op.drop_table("caller_check")
    op.drop_table("emergency_contact")
