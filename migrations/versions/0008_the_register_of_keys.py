"""the register of keys

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-28 22:40:12.227766
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text  # noqa: F401

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "club_key",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("check_value", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'retired') = (retired_at IS NOT NULL) AND (state <> 'in force' OR in_force_at IS NOT NULL)",
            name=op.f("ck_club_key_state_since"),
        ),
        sa.CheckConstraint(
            "kind IN ('encryption', 'index', 'mac', 'secret')", name=op.f("ck_club_key_kind_known")
        ),
        sa.CheckConstraint(
            "state IN ('held', 'in force', 'retired')", name=op.f("ck_club_key_state_known")
        ),
        sa.CheckConstraint("number BETWEEN 1 AND 255", name=op.f("ck_club_key_number_in_a_byte")),
        sa.PrimaryKeyConstraint("kind", "number", name=op.f("pk_club_key")),
    )
    with op.batch_alter_table("club_key", schema=None) as batch_op:
        batch_op.create_index(
            "uq_club_key_in_force",
            ["kind"],
            unique=True,
            sqlite_where=sa.text("state = 'in force'"),
            postgresql_where=sa.text("state = 'in force'"),
        )


def downgrade() -> None:
    rotated = op.get_bind().execute(
        sa.text("SELECT count(*) FROM club_key WHERE number > 1 AND state <> 'held'")
    )
    if rotated.scalar_one():
        raise RuntimeError(
            "A key was rotated: the code of an earlier schema can't read what the newer key wrote. "
            "Restore a backup from before instead."
        )
    with op.batch_alter_table("club_key", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_club_key_in_force",
            sqlite_where=sa.text("state = 'in force'"),
            postgresql_where=sa.text("state = 'in force'"),
        )
    op.drop_table("club_key")
