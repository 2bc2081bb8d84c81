"""What happens to persons that later parts may care about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeliveryApplied:
    """A delivery's rows are in the records now."""

    delivery: str


@dataclass(frozen=True, slots=True)
class PersonsMerged:
    """A person turned out to be another one; `survivor_id` stands for both from now on."""

    person_id: int
    survivor_id: int


@dataclass(frozen=True, slots=True)
class PersonUnmerged:
    """A person stands for itself again, or belongs to another cluster than before."""

    person_id: int
    left_id: int
