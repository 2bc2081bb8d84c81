"""The group whose subsidiaries send files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.people.feeds.sending_files import Group
from vipclub.core.db import Database


@pytest.fixture
def group(db: Database, tmp_path: Path) -> Group:
    """A group with a life insurer and a bank."""
    found = Group(db, tmp_path)
    found.add_company("LIFE", trust_rank=10)
    found.add_company("BANK", trust_rank=20)
    return found
