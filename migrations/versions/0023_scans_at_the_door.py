"""Scans of tickets at the door

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table that code of before doesn't ask for."""
    op.create_table(
        "event_scan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column(
            "registration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.String(length=60), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "verdict IN ('welcome', 'already', 'cancelled', 'foreign', 'unknown')",
            name=op.f("ck_event_scan_verdict_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_event_scan_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_scan_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_event_scan_registration_id_registration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_scan")),
        sa.UniqueConstraint("event_id", "nonce", name=op.f("uq_event_scan_event_id_nonce")),
    )
    op.create_index(op.f("ix_event_scan_account_id"), "event_scan", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_event_scan_registration_id"), "event_scan", ["registration_id"], unique=False
    )


def downgrade() -> None:
    """Which scans were made is lost; who came stays."""
    op.drop_index(op.f("ix_event_scan_registration_id"), table_name="event_scan")
    op.drop_index(op.f("ix_event_scan_account_id"), table_name="event_scan")
    op.drop_table("event_scan")
