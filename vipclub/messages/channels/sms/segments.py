"""How many parts an SMS is sent in, each of which costs."""

from __future__ import annotations

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€\f")
"""Of the seven-bit alphabet (3GPP TS 23.038); the second take two places each."""


def segments(text: str) -> int:
    """One part has 160 characters of the seven-bit alphabet or 70 of UCS-2; of several parts each
    has 153 or 67, since they say which they are.

    >>> segments("a" * 160), segments("a" * 161), segments("您" * 70), segments("您" * 71)
    (1, 2, 1, 2)
    >>> segments("{" * 81), segments("😀" * 36)
    (2, 2)
    """
    if all(c in _GSM or c in _GSM_TWICE for c in text):
        length, alone, each = len(text) + sum(c in _GSM_TWICE for c in text), 160, 153
    else:
        length, alone, each = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= alone else -(-length // each)
