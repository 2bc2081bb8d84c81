"""partners who are asked to help in a case: what each does and where, and every asking

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables that code of before doesn't ask for."""
    op.create_table(
        "assistance_cover",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column(
            "partner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("city_code", sa.String(length=6), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('assistance', 'hospital', 'interpreter', 'transport')",
            name=op.f("ck_assistance_cover_kind_known"),
        ),
        sa.CheckConstraint(
            "city_code IS NULL OR country IS NOT NULL",
            name=op.f("ck_assistance_cover_city_in_a_country"),
        ),
        sa.CheckConstraint(
            "minutes BETWEEN 1 AND 1440", name=op.f("ck_assistance_cover_minutes_plausible")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_assistance_cover_partner_id_partner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistance_cover")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_assistance_cover_public_ref")),
    )
    op.create_index(
        "ix_assistance_cover_kind", "assistance_cover", ["kind", "active", "country"], unique=False
    )
    op.create_index(
        op.f("ix_assistance_cover_partner_id"), "assistance_cover", ["partner_id"], unique=False
    )
    op.create_table(
        "dispatch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "partner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("cover_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chain", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("area", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("way", sa.String(length=4), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("arrives_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=True),
        sa.CheckConstraint(
            "kind IN ('assistance', 'hospital', 'interpreter', 'transport')",
            name=op.f("ck_dispatch_kind_known"),
        ),
        sa.CheckConstraint(
            "state <> 'listed' OR asked_at IS NULL", name=op.f("ck_dispatch_listed_is_not_asked")
        ),
        sa.CheckConstraint(
            "state IN ('listed', 'asked', 'accepted', 'declined', 'silent', 'withdrawn', 'lost', 'done')",
            name=op.f("ck_dispatch_state_known"),
        ),
        sa.CheckConstraint(
            "state IN ('listed', 'withdrawn') OR asked_at IS NOT NULL",
            name=op.f("ck_dispatch_asked_before"),
        ),
        sa.CheckConstraint(
            "way IN ('door', 'api', 'link', 'desk')", name=op.f("ck_dispatch_way_known")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (way IS NULL)", name=op.f("ck_dispatch_answered_by_a_way")
        ),
        sa.CheckConstraint(
            "(asked_at IS NULL) = (answer_by IS NULL)", name=op.f("ck_dispatch_asked_with_a_clock")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["assistance_case.id"], name=op.f("fk_dispatch_case_id_assistance_case")
        ),
        sa.ForeignKeyConstraint(
            ["cover_id"],
            ["assistance_cover.id"],
            name=op.f("fk_dispatch_cover_id_assistance_cover"),
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_dispatch_partner_id_partner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch")),
        sa.UniqueConstraint("chain", "number", name=op.f("uq_dispatch_chain_number")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_dispatch_public_ref")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_dispatch_token_hash")),
    )
    op.create_index(op.f("ix_dispatch_case_id"), "dispatch", ["case_id"], unique=False)
    op.create_index(op.f("ix_dispatch_cover_id"), "dispatch", ["cover_id"], unique=False)
    op.create_index("ix_dispatch_due", "dispatch", ["state", "answer_by"], unique=False)
    op.create_index("ix_dispatch_partner", "dispatch", ["partner_id", "state"], unique=False)
    op.create_index(
        "uq_dispatch_chain_accepted",
        "dispatch",
        ["chain"],
        unique=True,
        postgresql_where=sa.text("state IN ('accepted', 'done')"),
        sqlite_where=sa.text("state IN ('accepted', 'done')"),
    )
    op.create_index(
        "uq_dispatch_chain_asked",
        "dispatch",
        ["chain"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
        sqlite_where=sa.text("state = 'asked'"),
    )


def downgrade() -> None:
    op.drop_table("dispatch")
    op.drop_table("assistance_cover")
