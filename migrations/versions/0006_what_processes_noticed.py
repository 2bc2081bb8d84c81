"""what processes noticed, once for all of them

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-28 22:56:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table that code of before doesn't ask for."""
    op.create_table(
        "notice",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_notice")),
    )


def downgrade() -> None:
    op.drop_table("notice")
