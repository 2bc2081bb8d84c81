"""Figures as Prometheus reads them."""

from __future__ import annotations

import math
import urllib.error
import urllib.request
from collections.abc import Mapping

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

Labels = Mapping[str, str]


class Figures:
    """A page of figures, read by prometheus_client's own parser; none of them may be NaN."""

    def __init__(self, text: str) -> None:
        self.families: dict[str, Metric] = {}
        for family in text_string_to_metric_families(text):
            assert family.name not in self.families, f"{family.name} is told twice"
            self.families[family.name] = family
        self.samples = [s for family in self.families.values() for s in family.samples]
        assert [s for s in self.samples if math.isnan(s.value)] == []

    def of(self, name: str, **labels: str) -> list[float]:
        """The values of a name, with these labels."""
        return [
            s.value
            for s in self.samples
            if s.name == name and labels.items() <= dict(s.labels).items()
        ]

    def one(self, name: str, **labels: str) -> float:
        """The only value."""
        found = self.of(name, **labels)
        assert len(found) == 1, (name, labels, found)
        return found[0]

    def labels(self, name: str, label: str) -> set[str]:
        """What a label says, over all samples of a name."""
        return {s.labels[label] for s in self.samples if s.name == name}


def answer_of(address: str, **headers: str) -> tuple[int, str]:
    """Status and text of an address, over a connection of its own."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(address, headers=named), timeout=10
        ) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
