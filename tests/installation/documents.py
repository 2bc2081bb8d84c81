"""The blocks of a document that are meant to be run, in their order."""

from __future__ import annotations

import re

from tests.house.source import ROOT

BLOCK = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CHOICE = re.compile(r"\$\{([A-Z_]+):?=")


def blocks(document: str) -> list[str]:
    """What stands between the fences that are marked `bash`."""
    found = BLOCK.findall((ROOT / document).read_text())
    assert found, f"{document} has nothing to run"
    return found


def choices(document: str) -> set[str]:
    """The variables that it leaves to whoever runs it (`: "${NAME:=what else}"`)."""
    return set(CHOICE.findall("".join(blocks(document))))
