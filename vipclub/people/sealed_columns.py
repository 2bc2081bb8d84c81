"""What is sealed of persons, of their records and of files' rows."""

from __future__ import annotations

from sqlalchemy import String, cast

from vipclub.core.sealed_columns import BlindIndex, SealedField, SealedTable
from vipclub.people.models import (
    ContactCode,
    Delivery,
    DeliveryRow,
    OwnDetails,
    Person,
    SetAsideRow,
    SourceRecord,
    SourceRecordVersion,
    Subsidiary,
)

MOBILE = BlindIndex("mobile_index", "mobile")
MOBILE_END = BlindIndex("mobile_end_index", "mobile_end", last=4)
"""The last four digits, which a caller says."""
EMAIL = BlindIndex("email_index", "email", folded=True)
OF_A_RECORD = (
    SealedField("id_number", "source_record.id_number", BlindIndex("id_index", kind_in="id_type")),
    SealedField("mobile", "source_record.mobile", MOBILE, MOBILE_END),
    SealedField("email", "source_record.email", EMAIL),
    SealedField("address", "source_record.address"),
)

SEALED = (
    SealedTable(
        model=Person,
        row_name=Person.public_ref,
        fields=(
            SealedField("mobile", "person.mobile", MOBILE),
            SealedField("email", "person.email", EMAIL),
        ),
    ),
    SealedTable(
        model=OwnDetails,
        row_name=Person.public_ref,
        joins=((Person, Person.id == OwnDetails.person_id),),
        fields=(
            SealedField("mobile", "own_details.mobile", MOBILE, MOBILE_END),
            SealedField("email", "own_details.email", EMAIL),
            SealedField("proven_mobile", "own_details.proven_mobile"),
            SealedField("proven_email", "own_details.proven_email"),
        ),
    ),
    SealedTable(
        model=ContactCode,
        row_name=ContactCode.public_ref,
        fields=(
            SealedField(
                "value",
                "contact_code.value",
                BlindIndex("value_index", "contact_code", folded=True),
            ),
        ),
    ),
    SealedTable(
        model=SourceRecord,
        row_name=Subsidiary.code + "/" + SourceRecord.customer_no,
        joins=((Subsidiary, Subsidiary.id == SourceRecord.subsidiary_id),),
        fields=OF_A_RECORD,
    ),
    SealedTable(
        model=SourceRecordVersion,
        row_name=Subsidiary.code + "/" + SourceRecord.customer_no,
        joins=(
            (SourceRecord, SourceRecord.id == SourceRecordVersion.source_record_id),
            (Subsidiary, Subsidiary.id == SourceRecord.subsidiary_id),
        ),
        document=SourceRecordVersion.content,
        written="hex",
        fields=OF_A_RECORD,
    ),
    SealedTable(
        model=DeliveryRow,
        row_name=Subsidiary.code + "/" + DeliveryRow.customer_no,
        joins=(
            (Delivery, Delivery.id == DeliveryRow.delivery_id),
            (Subsidiary, Subsidiary.id == Delivery.subsidiary_id),
        ),
        document=DeliveryRow.content,
        written="hex",
        fields=OF_A_RECORD,
    ),
    SealedTable(
        model=SetAsideRow,
        row_name=Delivery.public_ref + "/" + cast(SetAsideRow.line, String),
        joins=((Delivery, Delivery.id == SetAsideRow.delivery_id),),
        fields=(SealedField("content", "set_aside_row.content"),),
    ),
)
