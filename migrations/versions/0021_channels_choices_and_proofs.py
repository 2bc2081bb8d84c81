"""SMS beside mail, by which ways members are written to, and contacts that are proven by a code

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

SEALED = ("proven_mobile", "proven_email")
MOMENTS = ("mobile_proven_at", "email_proven_at")


def upgrade() -> None:
    """Tables and columns that code of before doesn't ask for. What was said before is unproven."""
    op.create_table(
        "contact_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("owner", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("value_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('mobile', 'email')", name=op.f("ck_contact_code_kind_known")),
        sa.CheckConstraint("tries BETWEEN 0 AND 5", name=op.f("ck_contact_code_five_tries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_code")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_contact_code_public_ref")),
    )
    op.create_index(
        "ix_contact_code_owner", "contact_code", ["owner", "kind", "created_at"], unique=False
    )
    op.create_index(
        "ix_contact_code_value", "contact_code", ["value_index", "created_at"], unique=False
    )
    op.create_table(
        "sms_sending",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_ref", sa.String(length=16), nullable=False),
        sa.Column("gateway_id", sa.String(length=100), nullable=True),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receipt_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (settled_at IS NULL)",
            name=op.f("ck_sms_sending_settled_or_waiting"),
        ),
        sa.CheckConstraint(
            "state <> 'waiting' OR receipt_by IS NOT NULL", name=op.f("ck_sms_sending_waits_until")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'accepted', 'delivered', 'failed', 'unheard')",
            name=op.f("ck_sms_sending_state_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_sending")),
        sa.UniqueConstraint("message_ref", name=op.f("uq_sms_sending_message_ref")),
    )
    op.create_index(op.f("ix_sms_sending_gateway_id"), "sms_sending", ["gateway_id"], unique=False)
    op.create_table(
        "notification_choice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("by_sms", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('visits', 'reminders', 'cases', 'membership', 'events')",
            name=op.f("ck_notification_choice_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notification_choice_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_choice")),
        sa.UniqueConstraint(
            "person_id", "kind", name=op.f("uq_notification_choice_person_id_kind")
        ),
    )
    for name in MOMENTS:
        op.add_column("own_details", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in SEALED:
        op.add_column("own_details", sa.Column(name, sa.LargeBinary(), nullable=True))
    op.add_column("account", sa.Column("mobile", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("account", "mobile")
    for name in (*SEALED, *MOMENTS):
        op.drop_column("own_details", name)
    op.drop_table("notification_choice")
    op.drop_table("sms_sending")
    op.drop_table("contact_code")
