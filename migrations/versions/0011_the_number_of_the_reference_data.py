"""the number of the reference data, raised by whoever changes it

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from vipclub.core import reference_version

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WATCHED = {
    "calendar_day": (),
    "benefit": (),
    "partner": (),
    "site": (),
    "offering": (),
    "webhook_endpoint": ("partner_id", "state"),
    "booking_policy": (),
}


def upgrade() -> None:
    op.create_table(
        "reference_version",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_version")),
    )
    reference_version.begin_by_migration(op)
    for table, columns in WATCHED.items():
        reference_version.watch_by_migration(op, table, columns=columns)


def downgrade() -> None:
    for table in WATCHED:
        reference_version.unwatch_by_migration(op, table)
    op.drop_table("reference_version")
    reference_version.end_by_migration(op)
