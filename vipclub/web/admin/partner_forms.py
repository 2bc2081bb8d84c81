"""What administrators fill in about a partner, a site and an offering, names in three languages."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, IntegerField, StringField, ValidationError
from wtforms.validators import NumberRange

from vipclub.core.i18n import N_
from vipclub.core.types import Localized
from vipclub.settlement import OfferingTerms, PartnerTerms, SiteTerms
from vipclub.web.city_names import CITIES
from vipclub.web.frame.forms import Form, at_most, one_line, said

NAME, ADDRESS, TEXT = 120, 200, 1000
"""So many characters at most."""


def _in(length: int) -> StringField:
    return StringField(filters=[one_line, at_most(length)])


class NamedForm(Form):
    """What has a name in three languages."""

    TEXTS = {
        "name": N_("Name", context="name of a company, site or service"),
        "address": N_("Address"),
        "preparation": N_("How to prepare"),
    }

    name_hans, name_hant, name_en = _in(NAME), _in(NAME), _in(NAME)

    def validate_name_hans(self, field: StringField) -> None:
        _filled(field)

    def validate_name_hant(self, field: StringField) -> None:
        _filled(field)

    def validate_name_en(self, field: StringField) -> None:
        _filled(field)

    def text(self, name: str) -> Localized:
        """A text of the form that was filled in whole."""
        return Localized(*(self[f"{name}_{tag}"].data for tag in ("hans", "hant", "en")))


def _filled(field: StringField) -> None:
    if not field.data:
        raise ValidationError(said(N_("Please write it in all three languages.")))


def _typed(name: str, text: Localized | None) -> dict[str, str]:
    if text is None:
        return {}
    return {f"{name}_hans": text.hans, f"{name}_hant": text.hant, f"{name}_en": text.en}


class PartnerForm(NamedForm):
    """A company that serves members."""

    @classmethod
    def of(cls, partner: PartnerTerms) -> PartnerForm:
        return cls(**_typed("name", partner.name))

    def values(self) -> dict[str, Any]:
        """As the use cases take them."""
        return {"name": self.text("name")}


class SiteForm(NamedForm):
    """An address of a partner."""

    address_hans, address_hant, address_en = _in(ADDRESS), _in(ADDRESS), _in(ADDRESS)
    city_code = StringField()
    time_zone = _in(40)
    region = StringField(filters=[at_most(8)])

    @classmethod
    def of(cls, site: SiteTerms) -> SiteForm:
        return cls(
            **_typed("name", site.name),
            **_typed("address", site.address),
            city_code=site.city_code,
            time_zone=site.time_zone,
            region=site.region,
        )

    def validate_address_hans(self, field: StringField) -> None:
        _filled(field)

    def validate_address_hant(self, field: StringField) -> None:
        _filled(field)

    def validate_address_en(self, field: StringField) -> None:
        _filled(field)

    def validate_city_code(self, field: StringField) -> None:
        if field.data not in CITIES:
            raise ValidationError(said(N_("Please choose the city.")))

    def values(self) -> dict[str, Any]:
        """As the use cases take them."""
        return {
            "name": self.text("name"),
            "address": self.text("address"),
            "city_code": self.city_code.data,
            "time_zone": self.time_zone.data,
            "region": self.region.data,
        }


class OfferingForm(NamedForm):
    """A service at a site."""

    preparation_hans, preparation_hant, preparation_en = _in(TEXT), _in(TEXT), _in(TEXT)
    minutes = IntegerField(validators=[NumberRange(5, 1440)])
    department = _in(40)
    on_holidays = BooleanField()

    @classmethod
    def of(cls, offering: OfferingTerms) -> OfferingForm:
        return cls(
            **_typed("name", offering.name),
            **_typed("preparation", offering.preparation),
            minutes=offering.minutes,
            department=offering.department or "",
            on_holidays=offering.on_holidays,
        )

    def validate_preparation_hans(self, field: StringField) -> None:
        self._all_or_none(field)

    def validate_preparation_hant(self, field: StringField) -> None:
        self._all_or_none(field)

    def validate_preparation_en(self, field: StringField) -> None:
        self._all_or_none(field)

    def _all_or_none(self, field: StringField) -> None:
        if any(self[f"preparation_{tag}"].data for tag in ("hans", "hant", "en")):
            _filled(field)

    def values(self) -> dict[str, Any]:
        """As the use cases take them."""
        return {
            "name": self.text("name"),
            "preparation": self.text("preparation") if self.preparation_en.data else None,
            "minutes": self.minutes.data,
            "department": self.department.data or None,
            "on_holidays": self.on_holidays.data,
        }


class NewOfferingForm(OfferingForm):
    """With the service that it is of, which never changes."""

    service = StringField(filters=[at_most(60)])

    def validate_service(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(said(N_("Please choose a service.")))

    def values(self) -> dict[str, Any]:
        return {**OfferingForm.values(self), "service": self.service.data}
