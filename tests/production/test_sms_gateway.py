"""What production says of the SMS gateway: it may be missing, and is refused when it can't be
used."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.messages.sms_gateway import DESCRIPTION, KEY, SECRET
from tests.production.safe_settings import safe_settings
from vipclub.production.setting_rules import judge
from vipclub.production.sms_gateway import sms_missing
from vipclub.settings import Settings


@pytest.fixture
def description(tmp_path: Path) -> Path:
    path = tmp_path / "gateway.toml"
    path.write_text(DESCRIPTION.format(port=443, key=KEY, secret=SECRET))
    path.chmod(0o600)
    return path


def settings(folder: Path, name: str = "gateway.toml") -> Settings:
    known = {key.removeprefix("VIPCLUB_").lower(): v for key, v in safe_settings(folder).items()}
    return Settings.model_validate({**known, "sms_gateway": name})


def said(found: Settings) -> tuple[str, str]:
    (finding,) = (one for one in judge(found) if one.code == "sms_gateway")
    return finding.state, finding.says


def test_without_a_gateway_the_keeper_is_told_what_is_missing(tmp_path: Path) -> None:
    assert said(settings(tmp_path, ""))[0] == "well"
    missing = sms_missing(settings(tmp_path, ""))
    assert missing.state == "notice"
    assert "what must wake somebody goes by mail alone" in missing.says


def test_a_good_one_is_told_with_its_host_and_where_receipts_go(description: Path) -> None:
    found = settings(description.parent)
    assert said(found) == ("well", "SMS go out by http://127.0.0.1.")
    told = sms_missing(found)
    assert (told.state, "https://club.example/sms/receipts" in told.says) == ("well", True)


def test_one_that_others_may_read_or_that_is_broken_is_refused(description: Path) -> None:
    description.chmod(0o644)
    state, says = said(settings(description.parent))
    assert (state, "which others on this machine may read" in says) == ("refused", True)
    description.write_text("url = 1")
    description.chmod(0o600)
    state, says = said(settings(description.parent))
    assert state == "refused"
    assert "names gateway.toml, which can't be used" in says
    assert "docs/operating/sms.md" in says


def test_one_without_receipts_is_noticed(description: Path) -> None:
    whole = description.read_text()
    description.write_text(whole[: whole.index("[receipt]")])
    told = sms_missing(settings(description.parent))
    assert (told.state, "has no [receipt]" in told.says) == ("notice", True)
