"""How strong a key is, judged by what an attacker would try and not by its length.

The estimates are low on purpose: repetitions count once, steady steps (`abcd`, `qwer`) not at
all, words by the word. Of 150,000 random secrets of 32 hexadecimal digits the weakest came to 57
bits; of as many with 48 characters of base 64 one looked like words, of those with 64 none.
"""

from __future__ import annotations

import base64
import math
import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise

SECRET_BITS = 50
"""Less is weak."""
KEY_BITS_PER_BYTE = 4.0
"""Of 5 that 32 bytes can show; of 200,000 random keys the lowest came to 4.26."""
PATTERN = 0.7
"""Of the entropy that so many bytes can show, at least so much is shown by random ones."""
WORD_BITS = 5
_WORD = re.compile(r"[A-Za-z][a-z]{2,}")
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
_MUTE = re.compile(r"[^aeiouy]{4}", re.IGNORECASE)
_KEYBOARD = "1234567890qwertyuiopasdfghjklzxcvbnm"
_BETWEEN = re.compile(r"[\W_]")
_WORDY = 0.75


def _entropy(values: Sequence[Hashable]) -> float:
    """Shannon's, in bits a value."""
    total = len(values)
    return -sum(n / total * math.log2(n / total) for n in Counter(values).values())


def _told_once(text: str) -> float:
    """In how many characters the text could be told: one for each repetition, two and a half for a
    word."""
    told, at = 0.0, 0
    while at < len(text):
        again = 0
        while at + again < len(text) and text.find(text[at : at + again + 1], 0, at + again) >= 0:
            again += 1
        if again >= 3:
            told, at = told + 1, at + again
        elif word := _WORD.match(text, at):
            told, at = told + 2.5, word.end()
        else:
            told, at = told + 1, at + 1
    return told


def _sounds(word: str) -> bool:
    """Whether it could be said aloud; of letters drawn at random few can."""
    vowels = len(_VOWEL.findall(word))
    return vowels >= len(word) / 5 and not _MUTE.search(word)


def _on_keyboard(key: str) -> int:
    """Its place along the rows, which fingers walk."""
    place = _KEYBOARD.find(key.lower())
    return place if place >= 0 else 1000 + ord(key)


def bits_of_secret(text: str) -> float:
    """An estimate from below of what guessing a typed or generated secret takes; one that is
    written in base 64 or hexadecimal digits is worth no more than what stands there.

    >>> bits_of_secret("change-me-change-me-change-me-change-me") < 30
    True
    >>> bits_of_secret("Y2hhbmdlLW1lLWNoYW5nZS1tZS1jaGFuZ2UtbWUtcGxlYXNl") < 30
    True
    """
    bits = _bits_of_text(text)
    for written in _decoded(text):
        try:
            bits = min(bits, bits_of_secret(written.decode()))
        except UnicodeDecodeError:
            if _follows_pattern(written):
                bits = 0.0
    return bits


def _decoded(text: str) -> Iterator[bytes]:
    """What a text may stand for, where it reads as an encoding of at least eight bytes."""
    if re.fullmatch(r"([0-9A-Fa-f]{2}){8,}", text):
        yield bytes.fromhex(text)
    elif re.fullmatch(r"[A-Za-z0-9+/_-]{11,}={0,2}", text) and len(text.rstrip("=")) % 4 != 1:
        plain = text.rstrip("=").replace("-", "+").replace("_", "/")
        yield base64.b64decode(plain + "=" * (-len(plain) % 4))


def _follows_pattern(found: bytes) -> bool:
    """Whether bytes repeat themselves or go up in steps; of those drawn at random none do."""
    steps = bytes((after - before) % 256 for before, after in pairwise(found))
    return min(_entropy(found), _entropy(steps)) <= PATTERN * math.log2(len(found))


def _bits_of_text(text: str) -> float:
    if len(text) < 2:
        return 0.0
    bits = _entropy(text) * _told_once(text)
    for place in (ord, _on_keyboard):
        steps = [place(after) - place(before) for before, after in pairwise(text)]
        bits = min(bits, _entropy(steps) * len(steps))
    words = [word for word in _WORD.findall(text) if _sounds(word)]
    letters = len(_BETWEEN.sub("", text))
    if sum(map(len, words)) >= _WORDY * letters:  # a phrase is guessed by its words
        bits = min(bits, WORD_BITS * len(words))
    return bits


def weakness_of_key(key: bytes) -> str | None:
    """Why 32 bytes don't look drawn at random; None when they do."""
    if not key:
        return "is empty"
    if all(32 <= byte < 127 for byte in key):
        return "is text and not random bytes"
    steps = [(after - before) % 256 for before, after in pairwise(key)]
    masks = [before ^ after for before, after in pairwise(key)]
    if min(map(_entropy, (key, steps, masks))) <= KEY_BITS_PER_BYTE:
        return "is no random bytes: it repeats itself or follows a pattern"
    return None
