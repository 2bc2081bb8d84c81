"""What operations fill in about deliveries: a row corrected, a row dropped, a file sent."""

from __future__ import annotations

from datetime import date

from flask import request
from werkzeug.datastructures import FileStorage
from wtforms import DateField, StringField, ValidationError
from wtforms.validators import Optional

from vipclub import people
from vipclub.core.i18n import N_
from vipclub.web.frame.forms import Form, at_most, said

COLUMN_WORDS = {
    "customer_no": N_("Customer number"),
    "full_name": N_("Full name"),
    "surname": N_("Surname"),
    "given_name": N_("Given name"),
    "sex": N_("Sex"),
    "birth_date": N_("Birth date"),
    "id_type": N_("Kind of document"),
    "id_number": N_("Document number"),
    "mobile": N_("Mobile number"),
    "email": N_("E-mail address"),
    "address": N_("Address"),
    "city_code": N_("City code"),
    "postcode": N_("Postcode"),
    "language": N_("Language"),
    "customer_since": N_("Customer since"),
    "value": N_("Value held"),
    "annual_contribution": N_("Yearly contribution"),
    "currency": N_("Currency"),
    "vip_grade": N_("Grade at the company"),
    "manager_no": N_("Manager's number"),
    "consent_group_sharing": N_("Consent to share in the group"),
    "op": N_("Changed or gone"),
    "row": N_("The whole row"),
}
"""The feed's columns as people call them."""
PICKED = ("sex", "id_type", "language", "consent_group_sharing", "op")
"""Columns with few possible values."""
VALUE_WORDS = {
    "M": N_("male"),
    "F": N_("female"),
    "resident_id": N_("resident identity card"),
    "passport": N_("passport"),
    "hk_macau_permit": N_("Hong Kong and Macau permit"),
    "taiwan_permit": N_("Taiwan permit"),
    "foreign_pr": N_("permanent residence card"),
    "other": N_("another document"),
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
    "en": "English",
    "Y": N_("yes"),
    "N": N_("no"),
    "U": N_("new or changed"),
    "D": N_("gone"),
}
"""What the feed's codes mean; languages are called by their own names."""
LONGEST = 2_000


class CorrectForm:
    """A row's fields by the feed's columns, as they came with this request."""

    @classmethod
    def sent(cls) -> dict[str, str]:
        return {c: request.form[c][:LONGEST] for c in people.COLUMNS if c in request.form}


class DropForm(Form):
    """Why a row is given up, by a code of `people.DROP_REASONS`."""

    reason = StringField()

    def validate_reason(self, field: StringField) -> None:
        if field.data not in people.DROP_REASONS:
            raise ValidationError(said(N_("Please choose a reason.")))


class FileForm(Form):
    """A file, its company, and what the file is."""

    subsidiary = StringField(filters=[at_most(20)])
    kind = StringField(default="delta")
    as_of = DateField(validators=[Optional()])

    @property
    def file(self) -> FileStorage | None:
        """The file that came with this request, if one was chosen."""
        found = request.files.get("file")
        return found if found is not None and found.filename else None

    @property
    def day(self) -> date | None:
        found: date | None = self.as_of.data
        return found

    def validate_subsidiary(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(said(N_("Please choose the group company.")))

    def validate_kind(self, field: StringField) -> None:
        if field.data not in {"delta", "full"}:
            field.data = "delta"
