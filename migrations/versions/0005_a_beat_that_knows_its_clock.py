"""a worker's beat says how its clock stands

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-28 22:40:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("worker_beat", schema=None) as batch_op:
        batch_op.add_column(sa.Column("clock_ahead", sa.Float(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("worker_beat", schema=None) as batch_op:
        batch_op.drop_column("clock_ahead")
