"""What axe-core finds on the open page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
RUN = """async ([only, also]) => {
    const found = await axe.run({runOnly: only, rules: also, resultTypes: ["violations"]});
    return found.violations;
}"""
"""Told is what is wrong alone: to tell each place that is well takes longer than to look."""


def violations(
    page: Any, only: object = WCAG, *, also: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """By the rules of WCAG 2.2 AA and by others besides, or by some."""
    page.wait_for_load_state()  # a page without its styles has small targets
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(RUN, [only, also or {}])
    return found
