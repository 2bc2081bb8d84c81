"""Where the folders lie that come with the code: beside it in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

CODE = Path(__file__).resolve().parents[1]
CHECKOUT = CODE.parent if (CODE.parent / "pyproject.toml").is_file() else None
"""The checkout that this code is run from; None for an installed wheel."""


def shipped(name: str) -> Path:
    """The folder of this name: `templates`, `migrations`."""
    return (CHECKOUT or CODE) / name
