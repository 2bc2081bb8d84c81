"""A tier policy as a TOML document: read, and told in clear sentences what is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

from vipclub.membership.policy import (
    AMOUNTS,
    COUNTS,
    MEASURES,
    TIERS,
    Condition,
    Rule,
    TermRule,
    TierPolicy,
    TierRule,
    minor_digits,
)

SHIPPED = Path(__file__).parent / "policies"
DOWNGRADES = ("membership_anniversary", "tier_anniversary", "real_time")
LANDINGS = ("balance_based", "one_down")


class PolicyProblems(ValueError):
    """A document that can't become a policy; `problems` has a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def shipped(name: str) -> str:
    """The text of a policy that comes with the product, by year ("2026")."""
    return (SHIPPED / f"{name}.toml").read_text(encoding="utf-8")


def read_policy(text: str) -> TierPolicy:
    """A policy from its TOML text. Raises PolicyProblems with every problem found, not only the
    first.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyProblems([f"This is not TOML: {error}."]) from None
    return policy_of(document)


def policy_of(document: Mapping[str, Any]) -> TierPolicy:
    """A policy from a parsed document. Raises PolicyProblems."""
    reader = _Reader()
    policy = reader.policy(document)
    if reader.problems:
        raise PolicyProblems(reader.problems)
    return policy


class _Reader:
    """Reads on after a mistake, so that an author sees all of them at once."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def says(self, sentence: str) -> None:
        self.problems.append(sentence)

    def policy(self, document: Mapping[str, Any]) -> TierPolicy:
        known = {
            "version",
            "in_force_from",
            "currency",
            "term",
            "exchange_rates",
            "weights",
            "tier",
        }
        for name in sorted(set(document) - known):
            self.says(f"“{name}” is not part of a tier policy.")
        version = document.get("version")
        if not isinstance(version, str) or not re.fullmatch(r"[\w.\-]{1,40}", version):
            self.says("“version” must be a short name such as “2026.1”.")
            version = "?"
        start = document.get("in_force_from")
        if not isinstance(start, date) or isinstance(start, datetime):
            self.says("“in_force_from” must be a date such as 2026-01-01.")
            start = date.min
        currency = document.get("currency", "CNY")
        if not isinstance(currency, str) or not re.fullmatch(r"[A-Z]{3}", currency):
            self.says("“currency” must be an ISO 4217 code such as “CNY”.")
            currency = "CNY"
        return TierPolicy(
            version=version,
            in_force_from=start,
            currency=currency,
            tiers=self.tiers(document.get("tier"), currency),
            term=self.term(document.get("term", {})),
            rates=self.factors(document.get("exchange_rates", {}), "exchange_rates"),
            weights=self.factors(document.get("weights", {}), "weights"),
        )

    def factors(self, table: Any, name: str) -> dict[str, Fraction]:
        if not isinstance(table, Mapping):
            self.says(f"“{name}” must be a table.")
            return {}
        result: dict[str, Fraction] = {}
        for key, value in table.items():
            try:
                factor = Decimal(str(value)) if not isinstance(value, bool) else Decimal("nan")
            except InvalidOperation:
                factor = Decimal("nan")
            if not factor.is_finite() or factor < 0 or (factor == 0 and name == "exchange_rates"):
                self.says(f"“{name}.{key}” must be a number above zero, not {value!r}.")
            else:
                result[key] = Fraction(factor)
        return result

    def term(self, table: Any) -> TermRule:
        if not isinstance(table, Mapping):
            self.says("“term” must be a table.")
            return TermRule()
        known = {
            "model",
            "years",
            "last_day",
            "upgrade",
            "downgrade",
            "downgrade_to",
            "grace_days",
        }
        for name in sorted(set(table) - known):
            self.says(f"“term.{name}” is not part of a tier policy.")
        self._one_of(table, "upgrade", ("real_time",))
        return TermRule(
            years=self._whole(table, "years", 1, 1, 10),
            fixed_last_day=self._fixed_day(table),
            downgrade=self._one_of(table, "downgrade", DOWNGRADES),
            downgrade_to=self._one_of(table, "downgrade_to", LANDINGS),
            grace_days=self._whole(table, "grace_days", 0, 0, 366),
        )

    def _fixed_day(self, table: Mapping[str, Any]) -> tuple[int, int] | None:
        if self._one_of(table, "model", ("anniversary", "fixed")) == "anniversary":
            return None
        match = re.fullmatch(r"(\d\d)-(\d\d)", str(table.get("last_day", "")))
        try:
            day = date(2025, int(match[1]), int(match[2])) if match else None
        except ValueError:
            day = None
        if day is None:
            self.says("“term.last_day” must be a month and a day such as “12-31”.")
            return None
        return day.month, day.day

    def _one_of(self, table: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str:
        value = table.get(name, choices[0])
        if value not in choices:
            self.says(f"“term.{name}” must be {' or '.join(choices)}, not {value!r}.")
            return choices[0]
        return str(value)

    def _whole(self, table: Mapping[str, Any], name: str, default: int, low: int, high: int) -> int:
        value = table.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.says(f"“term.{name}” must be a whole number from {low} to {high}, not {value!r}.")
            return default
        return value

    def tiers(self, rows: Any, currency: str) -> tuple[TierRule, ...]:
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            self.says("A policy needs a [[tier]] section for each tier.")
            return ()
        found = [str(row.get("code")) for row in rows]
        if not found or found != [tier for tier in TIERS if tier in found]:
            self.says(
                f"The tiers must be out of {', '.join(TIERS)}, from the lowest to the highest, "
                f"each once; here they are {', '.join(found) or 'none'}."
            )
        return tuple(self.tier(row, currency) for row in rows)

    def tier(self, row: Mapping[str, Any], currency: str) -> TierRule:
        code = str(row.get("code"))
        for name in sorted(set(row) - {"code", "any_of"}):
            self.says(f"Tier {code}: “{name}” is not part of a tier.")
        rules = row.get("any_of")
        if (
            not isinstance(rules, list)
            or not rules
            or not all(isinstance(r, list) and r for r in rules)
        ):
            self.says(
                f"Tier {code}: “any_of” must be a list of rules, each a list of conditions; "
                "an empty rule would let everybody in."
            )
            return TierRule(code, ())
        return TierRule(code, tuple(self.rule(code, rule, currency) for rule in rules))

    def rule(self, code: str, conditions: list[Any], currency: str) -> Rule:
        found = (self.condition(code, condition, currency) for condition in conditions)
        return tuple(condition for condition in found if condition is not None)

    def condition(self, code: str, row: Any, currency: str) -> Condition | None:
        if not isinstance(row, Mapping) or row.get("measure") not in MEASURES:
            names = ", ".join(sorted(MEASURES))
            self.says(f"Tier {code}: each condition needs a “measure” out of {names}.")
            return None
        measure = str(row["measure"])
        subsidiary = row.get("subsidiary")
        bound = "one_of" if measure == "vip_grade" else "at_least"
        for name in sorted(set(row) - {"measure", "subsidiary", bound}):
            self.says(f"Tier {code}: a condition on {measure} has no “{name}”.")
        if subsidiary is not None and not isinstance(subsidiary, str):
            self.says(f"Tier {code}: “subsidiary” must be a subsidiary's code.")
            return None
        if measure == "vip_grade":
            grades = row.get("one_of")
            if not isinstance(grades, list) or not grades:
                self.says(
                    f"Tier {code}: a condition on vip_grade needs “one_of”, a list of grades."
                )
                return None
            return Condition(measure, one_of=tuple(map(str, grades)), subsidiary=subsidiary)
        least = row.get("at_least")
        if not isinstance(least, int) or isinstance(least, bool) or not 0 < least < 10**13:
            self.says(
                f"Tier {code}: a condition on {measure} needs “at_least”, "
                "a whole number above zero."
            )
            return None
        assert measure in AMOUNTS | COUNTS
        scale = 10 ** minor_digits(currency) if measure in AMOUNTS else 1
        return Condition(measure, at_least=least * scale, subsidiary=subsidiary)
