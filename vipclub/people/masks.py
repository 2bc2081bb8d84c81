"""Values as somebody sees them who need not see all: enough to know them by, never the middle."""

from __future__ import annotations


def masked(text: str) -> str:
    """A value as a clerk may see it: its ends, never its middle.

    >>> masked("110105194912310021"), masked("abc"), masked("")
    ('11**************21', '***', '')
    """
    shown = "".join(c if c.isprintable() else "?" for c in text.strip()[:40])
    if len(shown) < 6:
        return "*" * len(shown)
    ends = 1 if len(shown) < 10 else 2
    return shown[:ends] + "*" * (len(shown) - 2 * ends) + shown[-ends:]


def masked_number(number: str) -> str:
    """A telephone number (E.164) with its country code and last four digits: enough to know one's
    own by.

    >>> masked_number("+8613800138000"), masked_number("+85291234567")
    ('+86 *******8000', '+852 ****4567')
    >>> masked_number("+33612345678")
    '+33 *****5678'
    """
    code = next((c for c in ("+86", "+852", "+853", "+886") if number.startswith(c)), "")
    code = code or _country_code(number)
    rest = number[len(code) :]
    return f"{code} {'*' * max(len(rest) - 4, 0)}{rest[-4:]}"


def _country_code(number: str) -> str:
    """The country code of a number; its first two characters where there is none."""
    import phonenumbers

    try:
        return f"+{phonenumbers.parse(number).country_code}"
    except phonenumbers.NumberParseException:
        return number[:2]


def masked_email(address: str) -> str:
    """An e-mail address with the ends of its local part and its domain: enough to know one's own
    by.

    >>> masked_email("lin.xiaoyu@mail.example"), masked_email("li@mail.example")
    ('l********u@mail.example', 'l*@mail.example')
    """
    local, _, domain = address.rpartition("@")
    shown = local[:1] + "*" * max(len(local) - 2, 1) + (local[-1:] if len(local) > 2 else "")
    return f"{shown}@{domain}"
