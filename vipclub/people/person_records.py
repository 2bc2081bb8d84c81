"""A person with all the records behind it and the relatives, in one statement: for those who serve
the person. Every number is masked."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import NotFound
from vipclub.core.rows import AnySelect
from vipclub.core.types import parse_ref
from vipclub.people.clusters import stands_for
from vipclub.people.family import FamilyMember
from vipclub.people.finding import PersonRow, person_columns, visible_to
from vipclub.people.masks import masked, masked_email, masked_number
from vipclub.people.models import FamilyTie, Person, SourceRecord, Subsidiary
from vipclub.people.proven_contacts import proven_at
from vipclub.people.viewing import Viewed


@dataclass(frozen=True, slots=True)
class RecordView:
    """A customer record as staff see it: whose customer, since when; its number masked."""

    subsidiary: str
    subsidiary_name: str
    customer_no: str
    customer_since: date | None
    vip_grade: str | None
    manager_no: str | None


@dataclass(frozen=True, slots=True)
class PersonWithRecords:
    """Who it is, how the person is reached (masked), the records, and the relatives in the order
    they were named."""

    person: PersonRow
    mobile: str | None = field(repr=False)
    email: str | None = field(repr=False)
    mobile_proven: bool
    email_proven: bool
    records: list[RecordView]
    family: list[FamilyMember] = field(repr=False)


def person_with_records(
    session: Session, actor: Actor, ref: str, *, viewed: Viewed
) -> PersonWithRecords:
    """A person whom the actor may see, with records and relatives; `viewed` is the receipt of the
    trail's row. One statement. Raises NotFound, MalformedRef, Forbidden."""
    actor.require("member:view")
    asked = parse_ref(ref, "M")
    viewed.must_cover(asked)
    rows = session.execute(_rows(actor, asked)).all()
    if not rows:
        raise NotFound()
    first = rows[0]
    cipher = cipher_of(session)
    mobile = first.mobile and cipher.unseal("person.mobile", first.ref, first.mobile)
    email = first.email and cipher.unseal("person.email", first.ref, first.email)
    return PersonWithRecords(
        person=PersonRow(**{each.name: getattr(first, each.name) for each in fields(PersonRow)}),
        mobile=masked_number(mobile) if mobile else None,
        email=masked_email(email) if email else None,
        mobile_proven=first.mobile_proven_at is not None,
        email_proven=first.email_proven_at is not None,
        records=[
            RecordView(
                row.code,
                row.name or row.code,
                masked(row.customer_no),
                row.customer_since,
                row.vip_grade,
                row.manager_no,
            )
            for row in {row.record: row for row in rows if row.code is not None}.values()
        ],
        family=[
            FamilyMember(
                row.relative, row.relative_name, row.relation, row.relative_born, row.relative_sex
            )
            for _, row in sorted({row.tie: row for row in rows if row.tie is not None}.items())
        ],
    )


def _rows(actor: Actor, ref: str) -> AnySelect:
    """The survivor beside each record of the cluster and each relative."""
    asked, survivor, member = aliased(Person), aliased(Person), aliased(Person)
    relative = aliased(Person)
    return (
        select(
            *person_columns(asked, survivor),
            survivor.mobile,
            survivor.email,
            proven_at("mobile", survivor).label("mobile_proven_at"),
            proven_at("email", survivor).label("email_proven_at"),
            Subsidiary.code,
            Subsidiary.name,
            SourceRecord.customer_no,
            SourceRecord.customer_since,
            SourceRecord.vip_grade,
            SourceRecord.manager_no,
            SourceRecord.id.label("record"),
            FamilyTie.id.label("tie"),
            FamilyTie.relation,
            relative.public_ref.label("relative"),
            relative.full_name.label("relative_name"),
            relative.birth_date.label("relative_born"),
            relative.sex.label("relative_sex"),
        )
        .join(survivor, stands_for(survivor, asked))
        .join(member, stands_for(survivor, member))
        .outerjoin(
            SourceRecord,
            and_(SourceRecord.person_id == member.id, SourceRecord.deleted_at.is_(None)),
        )
        .outerjoin(Subsidiary, Subsidiary.id == SourceRecord.subsidiary_id)
        .outerjoin(FamilyTie, and_(FamilyTie.person_id == member.id, FamilyTie.ended_at.is_(None)))
        .outerjoin(relative, relative.id == FamilyTie.relative_id)
        .where(asked.public_ref == ref, visible_to(actor, survivor))
        .order_by(Subsidiary.trust_rank, SourceRecord.id)
    )
