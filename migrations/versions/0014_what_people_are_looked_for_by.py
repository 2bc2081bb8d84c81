"""what people are looked for by: spellings of names, last four digits, relatives' names

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

from vipclub.people.normal_forms.names import name_key
from vipclub.people.normal_forms.spellings import spellings

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SOME = 5_000
ADD = sa.text(
    "INSERT INTO name_spelling (name_key, kind, spelled) VALUES (:name_key, :kind, :spelled)"
    " ON CONFLICT DO NOTHING"
)


def upgrade() -> None:
    """The names' spellings are filled here; the last four digits, which lie sealed, by the job
    `renew_search_keys`, which also fills what code of before writes meanwhile."""
    op.create_table(
        "name_spelling",
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("spelled", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "kind IN ('spelled', 'initials', 'relative')", name=op.f("ck_name_spelling_kind_known")
        ),
        sa.PrimaryKeyConstraint("name_key", "kind", "spelled", name=op.f("pk_name_spelling")),
    )
    op.add_column("family_tie", sa.Column("name_key", sa.String(length=120), nullable=True))
    for table in ("own_details", "source_record"):
        op.add_column(table, sa.Column("mobile_end_index", sa.LargeBinary(16), nullable=True))
    _spell_records()
    _spell_relatives()
    op.create_index(
        "ix_name_spelling_spelled",
        "name_spelling",
        ["kind", "spelled", "name_key"],
        unique=False,
        postgresql_ops={"spelled": "text_pattern_ops"},
    )
    op.create_index(
        "ix_family_tie_name_key",
        "family_tie",
        ["name_key"],
        unique=False,
        postgresql_ops={"name_key": "text_pattern_ops"},
    )
    for table in ("own_details", "source_record"):
        name = op.f(f"ix_{table}_mobile_end_index")
        op.create_index(name, table, ["mobile_end_index"], unique=False)
    op.create_index(
        op.f("ix_source_record_email_index"), "source_record", ["email_index"], unique=False
    )
    op.create_index(
        "ix_membership_card_end", "membership_card", [sa.text("substr(card_no, 13)")], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_membership_card_end", table_name="membership_card")
    op.drop_index(op.f("ix_source_record_email_index"), table_name="source_record")
    for table in ("source_record", "own_details"):
        op.drop_index(op.f(f"ix_{table}_mobile_end_index"), table_name=table)
        op.drop_column(table, "mobile_end_index")
    op.drop_index("ix_family_tie_name_key", table_name="family_tie")
    op.drop_column("family_tie", "name_key")
    op.drop_table("name_spelling")


def _spell_records() -> None:
    """Each name once, by the order of the records."""
    some = sa.text(
        "SELECT id, name_key, full_name FROM source_record"
        " WHERE id > :after AND name_key IS NOT NULL ORDER BY id LIMIT :some"
    )
    after = 0
    while rows := op.get_bind().execute(some, {"after": after, "some": SOME}).all():
        _add(
            (row.name_key, kind, spelled)
            for row in rows
            for kind, spelled in spellings(row.full_name)
        )
        after = rows[-1].id


def _spell_relatives() -> None:
    some = sa.text(
        "SELECT t.id, p.full_name FROM family_tie t JOIN person p ON p.id = t.relative_id"
        " WHERE t.id > :after ORDER BY t.id LIMIT :some"
    )
    give = sa.text("UPDATE family_tie SET name_key = :key WHERE id = :row_id")
    after = 0
    while rows := op.get_bind().execute(some, {"after": after, "some": SOME}).all():
        keys = [{"row_id": row.id, "key": name_key(row.full_name)} for row in rows]
        op.get_bind().execute(give, keys)
        _add(
            (name_key(row.full_name), "relative", spelled)
            for row in rows
            for kind, spelled in spellings(row.full_name)
            if kind == "spelled"
        )
        after = rows[-1].id


def _add(rows: Iterable[tuple[str, str, str]]) -> None:
    """One order for all who write, so that nobody waits in a circle."""
    named = [
        {"name_key": key, "kind": kind, "spelled": spelled}
        for key, kind, spelled in sorted(set(rows))
    ]
    if named:
        op.get_bind().execute(ADD, named)
