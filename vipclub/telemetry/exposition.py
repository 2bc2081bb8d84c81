"""All figures as Prometheus reads them."""

from __future__ import annotations

import os
from collections.abc import Iterable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from vipclub.telemetry.shared_folder import VARIABLE

CONTENT_TYPE = CONTENT_TYPE_LATEST
disable_created_metrics()  # type: ignore[no-untyped-call] # when each count began is of no use to anybody


def exposition(counted: CollectorRegistry, also: Iterable[Collector] = ()) -> bytes:
    """What this process counted, or all processes of its `serve` together, and what the collectors
    find at this moment."""
    folder = os.environ.get(VARIABLE)
    if folder and os.path.isdir(folder):
        counted = CollectorRegistry()
        MultiProcessCollector(counted, folder)  # type: ignore[no-untyped-call]
    looked = CollectorRegistry()
    for collector in also:
        looked.register(collector)
    return bytes(generate_latest(counted) + generate_latest(looked))
