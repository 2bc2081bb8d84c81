"""A key is judged by what guessing it takes."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable

import pytest

from vipclub.production.key_strength import SECRET_BITS, bits_of_secret, weakness_of_key

CHANCE = random.Random(2026)


@pytest.mark.parametrize(
    "made",
    [
        lambda drawn: drawn.hex(),
        lambda drawn: base64.b64encode(drawn).decode(),
        lambda drawn: base64.urlsafe_b64encode(drawn).decode(),
    ],
    ids=["hexadecimal", "base 64", "url-safe"],
)
def test_random_secrets_of_every_kind_are_strong(made: Callable[[bytes], str]) -> None:
    weakest = min(bits_of_secret(made(CHANCE.randbytes(24))) for _ in range(1000))
    assert weakest > SECRET_BITS


def test_random_keys_are_strong() -> None:
    assert {weakness_of_key(CHANCE.randbytes(32)) for _ in range(2000)} == {None}


@pytest.mark.parametrize(
    "key",
    [
        b"",
        bytes(32),
        b"\x01\x02" * 16,
        bytes(range(32)),
        bytes(range(0, 256, 8)),
        bytes(range(255, 223, -1)),
        b"correct horse battery staple!!!!",
        b"8Kx0mQ2vR7tYz1LpWc5NdBf3HjSgUaEo",
        CHANCE.randbytes(16) * 2,
    ],
)
def test_a_key_with_a_pattern_is_weak_however_long(key: bytes) -> None:
    assert weakness_of_key(key) is not None


@pytest.mark.parametrize("length", [40, 400, 4000])
def test_length_makes_no_secret(length: int) -> None:
    assert bits_of_secret("a" * length) < SECRET_BITS
    assert bits_of_secret(("secret-" * length)[:length]) < SECRET_BITS
