"""keys that change: who holds which, and notes that may be sealed anew

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vipclub.core import append_only

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OF_A_NOTE = ["id", "public_ref", "person_id", "account_id", "corrects_id", "kind", "created_at"]


def upgrade() -> None:
    op.create_table(
        "key_holder",
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holds", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_key_holder")),
    )
    append_only.unprotect_by_migration(op, "note")
    append_only.protect_by_migration(op, "note", fixed=OF_A_NOTE, sealed="body")


def downgrade() -> None:
    append_only.unprotect_by_migration(op, "note")
    append_only.protect_by_migration(op, "note")
    op.drop_table("key_holder")
