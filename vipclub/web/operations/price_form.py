"""The price of a visit as operations write it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from wtforms import StringField, ValidationError

from vipclub.core.dates import day_of
from vipclub.core.i18n import N_
from vipclub.web.frame.forms import Form, at_most, one_line, said

CURRENCIES = ("CNY", "HKD", "GBP", "USD", "EUR", "JPY")
LARGEST = 10**10
AMOUNT = re.compile(r"(\d{1,3}(,\d{3})+|\d{1,12})(\.\d{1,2})?", re.ASCII)


class PriceForm(Form):
    """A contract's price of a visit."""

    offering = StringField(filters=[at_most(40)])
    from_day = StringField(filters=[at_most(10)])
    amount = StringField(filters=[one_line, at_most(20)])
    currency = StringField(filters=[at_most(3)])
    noshow = StringField(filters=[one_line, at_most(3)])
    late = StringField(filters=[one_line, at_most(3)])

    def validate_from_day(self, field: StringField) -> None:
        if day_of(field.data) is None:
            raise ValidationError(said(N_("Please choose the first day.")))

    def validate_amount(self, field: StringField) -> None:
        if self.minor() is None:
            raise ValidationError(said(N_("Please write an amount such as 1680.00.")))

    def validate_currency(self, field: StringField) -> None:
        if field.data not in CURRENCIES:
            raise ValidationError(said(N_("Please choose a currency.")))

    def validate_noshow(self, field: StringField) -> None:
        _percent(field.data)

    def validate_late(self, field: StringField) -> None:
        _percent(field.data)

    def terms(self) -> dict[str, Any]:
        """What stands beside the amount, as the use case takes it."""
        return {
            "currency": self.currency.data,
            "noshow_percent": int(self.noshow.data or 0),
            "late_percent": int(self.late.data or 0),
        }

    def minor(self) -> int | None:
        """The amount in minor units, exactly; None for what is none or could be two: commas stand
        before three digits only, for a comma elsewhere may be a decimal one."""
        if not AMOUNT.fullmatch(self.amount.data):
            return None
        amount = Decimal(self.amount.data.replace(",", ""))
        if amount > LARGEST:
            return None
        currency = self.currency.data if self.currency.data in CURRENCIES else "CNY"
        minor = amount.scaleb(get_currency_precision(currency))
        return int(minor) if minor == minor.to_integral_value() else None


def _percent(text: str | None) -> int:
    if text and (not text.isascii() or not text.isdigit() or int(text) > 100):
        raise ValidationError(said(N_("A share is a number from 0 to 100.")))
    return int(text or 0)
