"""State machines as tables."""

from __future__ import annotations

import pytest

from vipclub.core.errors import IllegalTransition
from vipclub.core.states import Machine

DOOR = Machine(
    "door",
    {
        "open": {"closed": frozenset({"door:close"})},
        "closed": {"open": frozenset({"door:open"}), "locked": frozenset({"door:lock"})},
    },
)


def test_what_is_possible_is_what_the_table_and_one_s_rights_say() -> None:
    assert DOOR.possible("closed") == ["open", "locked"]
    assert DOOR.possible("closed", frozenset({"door:open"})) == ["open"]
    assert DOOR.possible("locked") == []
    assert DOOR.possible("closed", frozenset({"*"})) == ["open", "locked"]


def test_a_step_that_the_table_does_not_list_is_refused_with_those_it_does() -> None:
    with pytest.raises(IllegalTransition) as refused:
        DOOR.check("open", "locked")
    assert refused.value.data["possible"] == ["closed"]
