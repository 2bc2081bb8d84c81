"""the club's own keys of partners, sites and offerings

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-28 22:23:57.824514
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("partner", "site", "offering")


def upgrade() -> None:
    """A column that is empty at first, so that code which doesn't know it goes on writing rows."""
    for table in TABLES:
        op.add_column(table, sa.Column("key", sa.String(length=40), nullable=True))
        op.create_index(f"ix_{table}_key", table, ["key"], unique=True)


def downgrade() -> None:
    """By the column itself: a table made anew would lose its checks on SQLite."""
    for table in reversed(TABLES):
        op.drop_index(f"ix_{table}_key", table_name=table)
        op.drop_column(table, "key")
