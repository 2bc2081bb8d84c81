"""The browser of this machine and how it is started."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """The browser of this machine, if there is one."""
    named = os.environ.get("CHROMIUM")
    found = [path for path in ([named] if named else PLACES) if path and Path(path).exists()]
    return found[0] if found else shutil.which("chromium")
