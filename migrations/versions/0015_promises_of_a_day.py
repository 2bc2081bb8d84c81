"""which promises of cases were due lately is looked up

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """By the clock and when it is due."""
    op.create_index("ix_case_clock_due", "case_clock", ["clock", "due_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_case_clock_due", table_name="case_clock")
