"""An appointment to write about, and a real mail server to write to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.messages.composed_letters import an_appointment_letter
from tests.messages.mail_server import mail_server
from tests.messages.vouching import present_versions, vouched_for
from vipclub import messages, wiring
from vipclub.bookings import AppointmentLetter

__all__ = ["mail_server"]


@pytest.fixture
def letter() -> Callable[..., AppointmentLetter]:
    return an_appointment_letter


@pytest.fixture(autouse=True)
def _specimens() -> Iterator[None]:
    """The letters of later parts tell of what isn't there."""
    present_versions.clear()
    messages.register_letters(
        vouched_for(letter) for letter in wiring.LETTERS if letter not in messages.LETTERS
    )
    yield
    messages.register_letters(wiring.LETTERS)
