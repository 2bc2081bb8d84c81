"""What a policy owner changes to try a tier policy: figures of the one in force, and its term."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange, Regexp

from vipclub import membership
from vipclub.core.i18n import N_, gettext
from vipclub.membership import (
    TierPolicy,
    whole_units,
    with_figures,
)
from vipclub.web.admin.tier_policy_words import MEASURES, tier_name
from vipclub.web.frame import current_language
from vipclub.web.frame.forms import Form

DOWNGRADES = (
    ("membership_anniversary", N_("when the membership year ends")),
    ("tier_anniversary", N_("a year after the tier was reached")),
    ("real_time", N_("at once")),
)
LANDINGS = (
    ("balance_based", N_("to the tier whose standard is met")),
    ("one_down", N_("one tier at most")),
)


class TryForm(Form):
    """What every trial says; `figures_form` adds the figures of the policy in force."""

    version = StringField(validators=[InputRequired(), Regexp(r"^[\w.\-]{1,40}$")])
    in_force_from = DateField(validators=[InputRequired()])
    years = IntegerField(validators=[InputRequired(), NumberRange(1, 10)])
    downgrade = SelectField(choices=[code for code, _word in DOWNGRADES])
    downgrade_to = SelectField(choices=[code for code, _word in LANDINGS])
    grace_days = IntegerField(validators=[InputRequired(), NumberRange(0, 366)])

    figures: dict[str, tuple[int, int, int]] = {}

    def made(self, policy: TierPolicy) -> TierPolicy:
        """The policy with what was changed here."""
        changed = {position: int(self[name].data) for name, position in self.figures.items()}
        term = replace(
            policy.term,
            years=self.years.data,
            downgrade=self.downgrade.data,
            downgrade_to=self.downgrade_to.data,
            grace_days=self.grace_days.data,
        )
        named = replace(
            policy, version=self.version.data, in_force_from=self.in_force_from.data, term=term
        )
        return with_figures(named, changed)


def figures_form(policy: TierPolicy) -> type[TryForm]:
    """A form with a field for each figure of a policy."""
    fields: dict[str, Any] = {"figures": {}}
    for t, tier in enumerate(policy.tiers):
        for r, rule in enumerate(tier.any_of):
            for c, condition in enumerate(rule):
                if condition.measure != "vip_grade":
                    name = f"figure-{t}-{r}-{c}"
                    fields[name] = IntegerField(
                        validators=[InputRequired(), NumberRange(1, 10**12)],
                        default=whole_units(condition, policy.currency),
                    )
                    fields["figures"][name] = (t, r, c)
    return type("FiguresForm", (TryForm,), fields)


def figure_fields(policy: TierPolicy, form: TryForm) -> list[dict[str, Any]]:
    """The figures by tier and rule, each with its label."""
    language = current_language()
    tiers = []
    for t, tier in enumerate(policy.tiers):
        rules = []
        for r, rule in enumerate(tier.any_of):
            figures = []
            for c, condition in enumerate(rule):
                name = f"figure-{t}-{r}-{c}"
                if name in form.figures:
                    label = gettext(language, MEASURES[condition.measure])
                    unit = policy.currency if condition.measure in membership.AMOUNTS else ""
                    whose = condition.subsidiary or ""
                    figures.append((name, " · ".join(filter(None, (label, whose, unit)))))
            rules.append(figures)
        tiers.append({"name": tier_name(language, tier.code), "rules": [r for r in rules if r]})
    return tiers
