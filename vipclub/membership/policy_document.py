"""A tier policy as a TOML document: read, and told in clear sentences what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

from vipclub.core import toml_text
from vipclub.core.i18n import N_, Language, gettext, present
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


@dataclass(frozen=True)
class Problem:
    """What is wrong at one place of a document: a message id with its data, and the keys that lead
    there (a tier's by its code).
    """

    sentence: str
    data: Mapping[str, Any] = field(default_factory=dict)
    place: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.said_in(Language.EN)

    def said_in(self, language: str) -> str:
        """The sentence in a language, with lists as it writes them."""
        told = {name: present(language, value) for name, value in self.data.items()}
        return gettext(language, self.sentence, **told)


class PolicyProblems(ValueError):
    """A document that can't become a policy; `found` has them, `problems` an English sentence
    each.
    """

    def __init__(self, found: Sequence[Problem]) -> None:
        self.found = tuple(found)
        self.problems = [str(problem) for problem in found]
        super().__init__(" ".join(self.problems))


def line_of(text: str, place: tuple[str, ...]) -> int | None:
    """The line at which a place stands, counted from 1; None when it can't be told.

    >>> text = 'version = "1"\\n[term]\\nyears = 0\\n[[tier]]\\ncode = "gold"\\nany_of = []'
    >>> [line_of(text, place) for place in (("term", "years"), ("gold", "any_of"), ("nothing",))]
    [3, 6, None]
    """
    section, best = "", None
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if head := re.fullmatch(r"\[{1,2}\s*([\w.\-]+)\s*\]{1,2}.*", stripped):
            section = head[1]
        key = re.match(r"[\"']?([\w.\-]+)[\"']?\s*=\s*[\"']?([\w.\-]*)", stripped)
        if key and section == "tier" and key[1] == "code":
            section = key[2]
        names = (section, key[1]) if section and key else (key[1],) if key else (section,)
        if names == place:
            return number
        if best is None and place and section == place[0] and len(place) > 1:
            best = number
    return best


def shipped(name: str) -> str:
    """The text of a policy that comes with the product, by year ("2026")."""
    return (SHIPPED / f"{name}.toml").read_text(encoding="utf-8")


def read_policy(text: str) -> TierPolicy:
    """A policy from its TOML text. Raises PolicyProblems with every problem found, not only the
    first.
    """
    try:
        document = toml_text.parsed(text)
    except toml_text.NotToml as error:
        raise PolicyProblems([Problem(toml_text.NOT_TOML, error.data)]) from None
    return policy_of(document)


def _short(value: object) -> str:
    """What was written instead, cut where nobody would read on."""
    written = repr(value)
    return written if len(written) <= 60 else f"{written[:60]}…"


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
        self.problems: list[Problem] = []

    def says(self, sentence: str, *place: str, **data: object) -> None:
        self.problems.append(Problem(sentence, data, place))

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
            self.says(N_("“%(name)s” is not part of a tier policy."), name, name=name)
        version = document.get("version")
        if not isinstance(version, str) or not re.fullmatch(r"[\w.\-]{1,40}", version):
            self.says(N_("“version” must be a short name such as “2026.1”."), "version")
            version = "?"
        start = document.get("in_force_from")
        if not isinstance(start, date) or isinstance(start, datetime):
            self.says(N_("“in_force_from” must be a date such as 2026-01-01."), "in_force_from")
            start = date.min
        currency = document.get("currency", "CNY")
        if not isinstance(currency, str) or not re.fullmatch(r"[A-Z]{3}", currency):
            self.says(N_("“currency” must be an ISO 4217 code such as “CNY”."), "currency")
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

    def factors(self, table: object, name: str) -> dict[str, Fraction]:
        if not isinstance(table, Mapping):
            self.says(N_("“%(name)s” must be a table."), name, name=name)
            return {}
        result: dict[str, Fraction] = {}
        for key, value in table.items():
            try:
                factor = Decimal(str(value)) if not isinstance(value, bool) else Decimal("nan")
            except InvalidOperation:
                factor = Decimal("nan")
            if not factor.is_finite() or factor < 0 or (factor == 0 and name == "exchange_rates"):
                self.says(
                    N_("“%(name)s” must be a number above zero, not %(value)s."),
                    name,
                    key,
                    name=f"{name}.{key}",
                    value=_short(value),
                )
            else:
                result[key] = Fraction(factor)
        return result

    def term(self, table: object) -> TermRule:
        if not isinstance(table, Mapping):
            self.says(N_("“%(name)s” must be a table."), "term", name="term")
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
            self.says(
                N_("“%(name)s” is not part of a tier policy."), "term", name, name=f"term.{name}"
            )
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
            self.says(
                N_("“term.last_day” must be a month and a day such as “12-31”."),
                "term",
                "last_day",
            )
            return None
        return day.month, day.day

    def _one_of(self, table: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str:
        value = table.get(name, choices[0])
        if value not in choices:
            self.says(
                N_("“%(name)s” must be one of %(choices)s, not %(value)s."),
                "term",
                name,
                name=f"term.{name}",
                choices=choices,
                value=_short(value),
            )
            return choices[0]
        return str(value)

    def _whole(self, table: Mapping[str, Any], name: str, default: int, low: int, high: int) -> int:
        value = table.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.says(
                N_("“%(name)s” must be a whole number from %(low)s to %(high)s, not %(value)s."),
                "term",
                name,
                name=f"term.{name}",
                low=low,
                high=high,
                value=_short(value),
            )
            return default
        return value

    def tiers(self, rows: object, currency: str) -> tuple[TierRule, ...]:
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            self.says(N_("A policy needs a [[tier]] section for each tier."), "tier")
            return ()
        found = [str(row.get("code")) for row in rows]
        if not found or found != [tier for tier in TIERS if tier in found]:
            self.says(
                N_(
                    "The tiers must be out of %(tiers)s, from the lowest to the highest, "
                    "each once; here they are %(found)s."
                ),
                "tier",
                tiers=TIERS,
                found=found or "–",
            )
        return tuple(self.tier(row, currency) for row in rows)

    def tier(self, row: Mapping[str, Any], currency: str) -> TierRule:
        code = str(row.get("code"))
        for name in sorted(set(row) - {"code", "any_of"}):
            self.says(
                N_("Tier %(tier)s: “%(name)s” is not part of a tier."),
                code,
                name,
                tier=code,
                name=name,
            )
        rules = row.get("any_of")
        if (
            not isinstance(rules, list)
            or not rules
            or not all(isinstance(r, list) and r for r in rules)
        ):
            self.says(
                N_(
                    "Tier %(tier)s: “any_of” must be a list of rules, each a list of conditions; "
                    "an empty rule would let everybody in."
                ),
                code,
                "any_of",
                tier=code,
            )
            return TierRule(code, ())
        return TierRule(code, tuple(self.rule(code, rule, currency) for rule in rules))

    def rule(self, code: str, conditions: list[Any], currency: str) -> Rule:
        found = (self.condition(code, condition, currency) for condition in conditions)
        return tuple(condition for condition in found if condition is not None)

    def condition(self, code: str, row: object, currency: str) -> Condition | None:
        if not isinstance(row, Mapping) or row.get("measure") not in MEASURES:
            names = sorted(MEASURES)
            self.says(
                N_("Tier %(tier)s: each condition needs a “measure” out of %(names)s."),
                code,
                "any_of",
                tier=code,
                names=names,
            )
            return None
        measure = str(row["measure"])
        subsidiary = row.get("subsidiary")
        bound = "one_of" if measure == "vip_grade" else "at_least"
        for name in sorted(set(row) - {"measure", "subsidiary", bound}):
            self.says(
                N_("Tier %(tier)s: a condition on %(measure)s has no “%(name)s”."),
                code,
                "any_of",
                tier=code,
                measure=measure,
                name=name,
            )
        if subsidiary is not None and not isinstance(subsidiary, str):
            self.says(
                N_("Tier %(tier)s: “subsidiary” must be a subsidiary's code."),
                code,
                "any_of",
                tier=code,
            )
            return None
        if measure == "vip_grade":
            grades = row.get("one_of")
            if not isinstance(grades, list) or not grades:
                self.says(
                    N_("Tier %(tier)s: a condition on vip_grade needs “one_of”, a list of grades."),
                    code,
                    "any_of",
                    tier=code,
                )
                return None
            return Condition(measure, one_of=tuple(map(str, grades)), subsidiary=subsidiary)
        least = row.get("at_least")
        if not isinstance(least, int) or isinstance(least, bool) or not 0 < least < 10**13:
            self.says(
                N_(
                    "Tier %(tier)s: a condition on %(measure)s needs “at_least”, "
                    "a whole number above zero."
                ),
                code,
                "any_of",
                tier=code,
                measure=measure,
            )
            return None
        assert measure in AMOUNTS | COUNTS
        scale = 10 ** minor_digits(currency) if measure in AMOUNTS else 1
        return Condition(measure, at_least=least * scale, subsidiary=subsidiary)
