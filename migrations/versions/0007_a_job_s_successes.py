"""a job's successes and failures, and what was given up in the outbox

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-28 22:30:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("timed_job", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("successes", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("failures", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("took_ms", sa.BigInteger(), nullable=True))
    # what is known of earlier runs, so that no job looks as if it had never succeeded
    op.execute("UPDATE timed_job SET successes = 1, succeeded_at = done_at WHERE outcome = 'done'")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_dead",
            ["kind"],
            unique=False,
            postgresql_where=sa.text("state = 'dead'"),
            sqlite_where=sa.text("state = 'dead'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_dead")
    with op.batch_alter_table("timed_job", schema=None) as batch_op:
        batch_op.drop_column("took_ms")
        batch_op.drop_column("succeeded_at")
        batch_op.drop_column("failures")
        batch_op.drop_column("successes")
