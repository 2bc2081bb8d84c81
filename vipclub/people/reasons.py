"""Why a value can't be taken, and why a row of a file was set aside: by code, with its sentence."""

from __future__ import annotations

from vipclub.core.i18n import N_

REASONS = {
    "missing": N_("this must be filled"),
    "too_long": N_("this is too long"),
    "twice_in_file": N_("this customer number occurs more than once in the file"),
    "no_op": N_("U or D is expected, and D in a delta only"),
    "cells_missing_or_extra": N_("the row has more or fewer cells than the header"),
    "control_character": N_("there is an invisible character in it"),
    "no_name": N_("this is no name"),
    "no_sex": N_("M or F is expected"),
    "no_iso_date": N_("a date such as 1984-05-16 is expected"),
    "no_such_day": N_("there is no such day"),
    "in_the_future": N_("this day is in the future"),
    "too_long_ago": N_("nobody is that old"),
    "no_id_type": N_("the kind of document is not known"),
    "no_resident_number": N_("a resident number has 18 or 15 digits"),
    "wrong_check_digit": N_("the check digit is wrong"),
    "no_document_number": N_("this is no document number"),
    "differs_from_id": N_("this differs from the resident number"),
    "no_phone_number": N_("this is no phone number"),
    "no_email_address": N_("this is no e-mail address"),
    "no_city_code": N_("a city code has six digits"),
    "no_language": N_("zh-Hans, zh-Hant or en is expected"),
    "no_plain_amount": N_("a plain amount such as 1280.00 is expected"),
    "too_many_decimals": N_("the amount has more decimals than its currency"),
    "below_zero": N_("the amount is below zero"),
    "too_large": N_("the amount is too large"),
    "no_currency": N_("the currency is not known"),
    "no_yes_or_no": N_("Y or N is expected"),
    "digits_lost": N_("the spreadsheet has rounded this number: write it as text"),
    "formula": N_("a formula stands here, a value is expected"),
    "cell_error": N_("an error of the spreadsheet stands here"),
    "no_text": N_("this is no readable text"),
}


class BadValue(Exception):
    """A value that can't be taken; the argument is the reason's code."""
