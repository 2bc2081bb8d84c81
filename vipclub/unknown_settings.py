"""Variables that begin like a setting of the club and are none: typing errors, each with the name
that was probably meant."""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection
from pathlib import Path

from dotenv import dotenv_values


def unknown_names(known: Collection[str], prefix: str, env_file: str | Path) -> dict[str, str]:
    """Those of the environment and of a file, by name, with a sentence each."""
    unknown = {}
    for name in sorted({*os.environ, *dotenv_values(env_file)}):
        if name.startswith(prefix) and name not in known:
            near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.0)[0]
            unknown[name] = f"{name} is no setting of the club; did you mean {near}?"
    return unknown
