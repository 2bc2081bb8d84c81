"""What the web server itself says, in the form of all other lines; a request's line is the club's
own (`web/frame/telemetry.py`)."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from vipclub.logs import JsonLine


class ServerLog(Logger):  # type: ignore[misc]
    """Gunicorn's own, as JSON, and without a second line a request."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401 - gunicorn's own
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLine())
