"""One JSON line an event, on stderr: never on stdout, where reports go (docs/operating/logs.md).

Whatever was typed can't begin a line of its own: JSON writes a line's end as two letters, and all
that is not ASCII as its number.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import Any

import structlog

NOT_IN_LOGS = re.compile(r"^(Error handling request|Invalid request from)\b.*", re.DOTALL)
"""What the web server says of an address or of who sent it: the beginning is enough."""


def configure(level: str = "info") -> None:
    """Set up structlog for this process, and Python's own logging for what libraries say."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine())
    root = logging.getLogger()
    root.handlers[:] = [
        handler,
        *(kept for kept in root.handlers if not isinstance(kept.formatter, JsonLine)),
    ]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)


class JsonLine(logging.Formatter):
    """A record of Python's own logging in the form of the others: `library` is who speaks."""

    def format(self, record: logging.LogRecord) -> str:
        said = NOT_IN_LOGS.sub(r"\1", record.getMessage())
        line: dict[str, Any] = {
            "event": said,
            "library": record.name,
            "level": record.levelname.lower(),
            "timestamp": _iso(record.created),
        }
        if record.exc_info and record.exc_info[0]:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True)


def _iso(seconds: float) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
