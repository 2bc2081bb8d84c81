"""the desk's work in its cases: handovers, tasks, who is there, drafts, ratings

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables that code of before doesn't ask for."""
    op.create_table(
        "duty_handover",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("giver_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "receiver_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'given') = (ended_at IS NULL)", name=op.f("ck_duty_handover_ended_once")
        ),
        sa.CheckConstraint(
            "state IN ('given', 'accepted', 'withdrawn', 'declined', 'lapsed')",
            name=op.f("ck_duty_handover_state_known"),
        ),
        sa.CheckConstraint("giver_id <> receiver_id", name=op.f("ck_duty_handover_two_people")),
        sa.ForeignKeyConstraint(
            ["giver_id"], ["account.id"], name=op.f("fk_duty_handover_giver_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["account.id"], name=op.f("fk_duty_handover_receiver_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_handover")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_duty_handover_public_ref")),
    )
    op.create_index("ix_duty_handover_ends", "duty_handover", ["state", "ends_at"], unique=False)
    op.create_index("ix_duty_handover_giver", "duty_handover", ["giver_id", "id"], unique=False)
    op.create_index(
        "ix_duty_handover_receiver", "duty_handover", ["receiver_id", "state"], unique=False
    )
    op.create_index(
        "uq_duty_handover_giver",
        "duty_handover",
        ["giver_id"],
        unique=True,
        sqlite_where=sa.text("state = 'given'"),
        postgresql_where=sa.text("state = 'given'"),
    )
    op.create_table(
        "case_draft",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("box", sa.String(length=10), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "box IN ('answer', 'note', 'write', 'wait', 'extend', 'resolve', 'triage')",
            name=op.f("ck_case_draft_box_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_case_draft_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_case_draft_case_id_assistance_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_draft")),
        sa.UniqueConstraint(
            "case_id", "account_id", "box", name=op.f("uq_case_draft_case_id_account_id_box")
        ),
        sa.UniqueConstraint("public_ref", name=op.f("uq_case_draft_public_ref")),
    )
    op.create_index("ix_case_draft_account", "case_draft", ["account_id"], unique=False)
    op.create_index(op.f("ix_case_draft_expires_at"), "case_draft", ["expires_at"], unique=False)
    op.create_table(
        "case_presence",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_case_presence_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["assistance_case.id"],
            name=op.f("fk_case_presence_case_id_assistance_case"),
        ),
        sa.PrimaryKeyConstraint("case_id", "account_id", name=op.f("pk_case_presence")),
    )
    op.create_index("ix_case_presence_account", "case_presence", ["account_id"], unique=False)
    op.create_index("ix_case_presence_seen", "case_presence", ["seen_at"], unique=False)
    op.create_table(
        "case_rating",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_case_rating_one_to_five")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_case_rating_case_id_assistance_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_rating")),
        sa.UniqueConstraint("case_id", name=op.f("uq_case_rating_case_id")),
    )
    op.create_index(op.f("ix_case_rating_rated_at"), "case_rating", ["rated_at"], unique=False)
    op.create_table(
        "case_task",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("what", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('open', 'due')) = (ended_at IS NULL)", name=op.f("ck_case_task_ended_once")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'due', 'done', 'cancelled', 'ended')",
            name=op.f("ck_case_task_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_case_task_case_id_assistance_case")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_case_task_owner_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_task")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_case_task_public_ref")),
    )
    op.create_index("ix_case_task_case", "case_task", ["case_id", "state"], unique=False)
    op.create_index("ix_case_task_due", "case_task", ["state", "due_at"], unique=False)
    op.create_index("ix_case_task_owner", "case_task", ["owner_id", "state"], unique=False)
    op.create_table(
        "duty_handover_case",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "handover_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["assistance_case.id"],
            name=op.f("fk_duty_handover_case_case_id_assistance_case"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["case_entry.id"], name=op.f("fk_duty_handover_case_entry_id_case_entry")
        ),
        sa.ForeignKeyConstraint(
            ["handover_id"],
            ["duty_handover.id"],
            name=op.f("fk_duty_handover_case_handover_id_duty_handover"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_handover_case")),
        sa.UniqueConstraint(
            "handover_id", "case_id", name=op.f("uq_duty_handover_case_handover_id_case_id")
        ),
    )
    op.create_index("ix_duty_handover_case_case", "duty_handover_case", ["case_id"], unique=False)
    op.create_index("ix_duty_handover_case_entry", "duty_handover_case", ["entry_id"], unique=False)


def downgrade() -> None:
    op.drop_table("duty_handover_case")
    op.drop_table("case_task")
    op.drop_table("case_rating")
    op.drop_table("case_presence")
    op.drop_table("case_draft")
    op.drop_table("duty_handover")
