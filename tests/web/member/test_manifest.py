"""What a phone needs to put the club on its first screen."""

from __future__ import annotations

import json
import struct

import pytest

from vipclub.app import create_app
from vipclub.core.db import Database


def size_of(picture: bytes) -> str:
    """The size that a PNG says it has; a drawing has any."""
    if picture.lstrip().startswith(b"<svg"):
        return "any"
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    return "{}x{}".format(*struct.unpack(">II", picture[16:24]))


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_the_manifest_is_there_with_each_of_its_pictures(db: Database, language: str) -> None:
    browser = create_app(database=db).test_client()
    answer = browser.get(f"/manifest.webmanifest?lang={language}")
    assert (answer.status_code, answer.mimetype) == (200, "application/manifest+json")
    told = json.loads(answer.text)
    assert told["name"]
    assert (told["start_url"], told["display"]) == ("/", "standalone")
    for icon in told["icons"]:
        picture = browser.get(icon["src"])
        assert (picture.status_code, picture.mimetype) == (200, icon["type"]), icon
        assert size_of(picture.data) == icon["sizes"]
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in told["icons"]}
    assert 'href="/manifest.webmanifest"' in browser.get("/sign-in").text
