"""A wheel of this checkout, and an environment that it is installed into.

The environment sees the locked packages of the tests' own through one line of a .pth file, so that
nothing is downloaded; of the checkout itself it sees nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from tests.house.source import ROOT


def pip(*words: str | Path) -> None:
    """Run the tests' own pip, without any index."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *words],
        env=os.environ | {"PIP_NO_INDEX": "1"},
        capture_output=True, text=True, cwd="/", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-800:]


def build_wheel(folder: Path) -> Path:
    """As `make wheel` builds it."""
    pip("wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    return wheel


def environment_with_packages(folder: Path) -> Path:
    """A new environment that has the locked packages: its folder of programs."""
    venv.create(folder, symlinks=True)
    site = Path(
        sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)})
    )
    (site / "packages_of_the_tests.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return folder / "bin"


def install(wheel: Path, programs: Path) -> None:
    """The wheel alone: its packages are there."""
    pip("--python", programs / "python", "install", "--quiet", "--no-deps", wheel)
