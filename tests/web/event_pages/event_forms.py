"""The form of an event as staff fill it in."""

from __future__ import annotations

from tests.events.salons import in_days

TEXTS = {
    f"{name}_{tag}": text
    for name, texts in {
        "title": ("茶与投资", "茶與投資", "Tea and investing"),
        "summary": ("茶", "茶", "Tea"),
        "venue": ("会所", "會所", "The house"),
        "address": ("路", "路", "Road 1"),
    }.items()
    for tag, text in zip(("hans", "hant", "en"), texts, strict=True)
}


def salon_form(*, days: int = 10, **said: str | list[str]) -> dict[str, str | list[str]]:
    """What is needed and nothing more: a salon in Shanghai at 14:00."""
    usual: dict[str, str | list[str]] = {
        "kind": "wealth_salon",
        "city_code": "310000",
        "day": in_days(days).date().isoformat(),
        "start": "14:00",
        "end": "16:00",
        "seats": "12",
        "guests_at_most": "1",
        "languages": ["mandarin"],
        "open_to": "all",
        "waitlist": "y",
        "absence_uses": "y",
        **TEXTS,
    }
    return usual | said
