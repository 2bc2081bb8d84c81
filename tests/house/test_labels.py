"""A label is a noun: the head of a column, a field, a panel. Letters put theirs as they like."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from tests.house import sentences

ASKING = {"how", "many", "much", "what", "when", "where", "which", "who", "whom", "whose", "why"}


def bare_questions(said: Catalog) -> list[str]:
    """What pages say that is a question's word and nothing more."""
    return sorted(
        message.id
        for message in said
        if isinstance(message.id, str)
        and message.id
        and set(message.id.rstrip("?").lower().split()) <= ASKING
        and any(not path.startswith("templates/messages/") for path, _line in message.locations)
    )


def test_no_label_is_a_bare_question() -> None:
    assert bare_questions(sentences.said()) == []


@pytest.mark.parametrize("label", ["When", "How many", "Why?"])
def test_the_check_bites(label: str) -> None:
    said = Catalog()
    said.add("Time", locations=[("templates/desk/home.html", 1)])
    said.add(label, locations=[("templates/desk/home.html", 2)])
    assert bare_questions(said) == [label]
    letters = Catalog()
    letters.add(label, locations=[("templates/messages/appointment.txt", 1)])
    assert bare_questions(letters) == []
