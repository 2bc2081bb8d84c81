"""The pictures that ship for events, each drawn by the page itself."""

from __future__ import annotations

PICTURES = ("salon", "seminar", "tea", "harbour", "garden", "concert")
"""Names of pictures, as `static/events/NAME.svg`."""
