"""the thread between a member and the relationship manager

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table that code of before doesn't ask for."""
    op.create_table(
        "thread_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_ref", sa.String(length=20), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'passed_on') = (case_ref IS NOT NULL)",
            name=op.f("ck_thread_message_goes_on_in_a_case"),
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (answer_by IS NOT NULL)",
            name=op.f("ck_thread_message_waits_until"),
        ),
        sa.CheckConstraint(
            "state = 'sent' OR account_id IS NULL", name=op.f("ck_thread_message_member_waits")
        ),
        sa.CheckConstraint(
            "state IN ('answered', 'passed_on', 'sent', 'waiting')",
            name=op.f("ck_thread_message_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_thread_message_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_thread_message_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_message")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_thread_message_public_ref")),
    )
    op.create_index("ix_thread_message_account", "thread_message", ["account_id"], unique=False)
    op.create_index("ix_thread_message_person", "thread_message", ["person_id", "id"], unique=False)
    op.create_index(
        "ix_thread_message_waiting",
        "thread_message",
        ["answer_by"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def downgrade() -> None:
    op.drop_table("thread_message")
