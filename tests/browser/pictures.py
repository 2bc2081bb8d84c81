"""The README's pictures: a fresh demo, opened as everybody who uses it (`make pictures`)."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import sync_playwright

from tests.browser.chromium import FLAGS, chromium
from tests.browser.running_club import RunningClub, running_club
from tests.browser.visitor import DESK, PHONE, visitor

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
QUALITY = 82


@dataclass(frozen=True)
class Picture:
    """Who looks at what; `then` are links to follow, by a part of their address."""

    name: str
    role: str
    path: str
    language: str = "en"
    scheme: str = "light"
    phone: bool = False
    then: tuple[str, ...] = ()


PICTURES = (
    Picture("member-home", "member", "/", "zh-Hans", phone=True),
    Picture("member-offer", "member", "/appointments", "en", phone=True, then=("proposed",)),
    Picture("member-book", "member", "/book/health-check", "zh-Hant", "dark", phone=True),
    Picture("member-card", "member", "/card", "zh-Hant", phone=True),
    Picture("partner-desk", "partner", "/partner/", "zh-Hans"),
    Picture("partner-places", "partner", "/partner/capacity", "en"),
    Picture("partner-closing", "partner", "/partner/closing", "zh-Hant", then=("/closing/",)),
    Picture("manager-week", "manager", "/manager/", "en"),
    Picture("manager-member", "manager", "/manager/", then=("/members/M-",)),
    Picture("desk", "desk", "/desk/", "zh-Hans", "dark"),
    Picture("desk-case", "desk", "/desk/cases", "en", then=("/desk/cases/C-",)),
    Picture("desk-handover", "desk", "/desk/", "zh-Hant", then=("/desk/handover/",)),
    Picture("operations", "operations", "/operations/", "en"),
    Picture("policy-trial", "policy", "/admin/policy/try", "en", then=("/policy/try/R-",)),
    Picture("admin-people", "admin", "/admin/people", "zh-Hans"),
    Picture("audit", "auditor", "/admin/audit", "en", "dark"),
)


def take(browser: Any, club: RunningClub, wanted: Picture, folder: Path) -> None:
    """One picture as a visitor sees it, without scrolling."""
    screen = PHONE if wanted.phone else DESK
    options = {"color_scheme": wanted.scheme, "reduced_motion": "reduce"}
    if wanted.phone:
        options["device_scale_factor"] = 2
    with visitor(browser, club, screen, **options) as who:
        who.sign_in(wanted.role)
        mark = "&" if "?" in wanted.path else "?"
        who.page.goto(f"{club.address}{wanted.path}{mark}lang={wanted.language}")
        for part in wanted.then:
            if part == "proposed":
                who.page.locator("main a:has(.badge-ask), main a[href*='/appointments/A-']").nth(
                    1
                ).click()
            else:
                who.page.locator(f"main a[href*='{part}']").first.click()
            who.page.wait_for_load_state()
        who.page.evaluate("document.activeElement && document.activeElement.blur()")
        who.page.screenshot(path=folder / f"{wanted.name}.jpg", type="jpeg", quality=QUALITY)


def main() -> int:
    path = chromium()
    if path is None:
        click.echo("Chromium is needed to take pictures.", err=True)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        with running_club(Path(folder), people=1200) as club:
            for wanted in PICTURES:
                take(browser, club, wanted, FOLDER)
                click.echo(f"{wanted.name}.jpg")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
