"""searches kept for an hour, sealed, each beside the sign-in that made it

Revision ID: 0013
Revises: 0012
Create Date: 2026-11-29 15:30:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table that code of before doesn't ask for."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "kept_search",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=22), nullable=False),
        sa.Column("session_id", number, nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["user_session.id"], name=op.f("fk_kept_search_session_id_user_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_search")),
        sa.UniqueConstraint("key", name=op.f("uq_kept_search_key")),
    )
    op.create_index("ix_kept_search_session_id", "kept_search", ["session_id"])
    op.create_index("ix_kept_search_expires_at", "kept_search", ["expires_at"])


def downgrade() -> None:
    op.drop_table("kept_search")
