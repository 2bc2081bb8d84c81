"""A change of capacity that hits people: what it does in words, and the question before it is done.
The partner's and the operations' doors ask it alike (`templates/change_question.html`).
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from vipclub import partners
from vipclub.core.i18n import N_, NN_, format_moment, gettext, ngettext
from vipclub.partners import Plan
from vipclub.web.frame.idempotent_form import NOT_CONTENT

SHOWN = 30
"""So many times are listed one by one before a change is confirmed."""


@dataclass(frozen=True, slots=True)
class HitLine:
    """A time that a change hits, before and after."""

    when: str
    people: int
    before: str
    after: str
    remark: str


@dataclass(frozen=True, slots=True)
class Question:
    """A change that hits people, to be confirmed."""

    title: str
    action: str
    back_href: str
    hidden: list[tuple[str, str]]
    said: list[str]
    lines: list[HitLine]
    more: int
    closes: bool


def question(language: str, plan: Plan, action: str, back_href: str) -> Question:
    """What the change would hit; what was sent goes along, to be sent again with the yes."""
    hits = [hit for hit in plan.times if hit.people and (hit.closes or hit.excess)]
    return Question(
        title=gettext(language, N_("This change affects appointments"))
        if plan.people or plan.excess
        else gettext(language, N_("What this change does")),
        action=action,
        back_href=back_href,
        hidden=[("sure", "1")]
        + [
            (name, value)
            for name, value in request.form.items(multi=True)
            if name not in NOT_CONTENT and name != "sure"
        ],
        said=sentences(language, plan),
        lines=[_hit_line(language, hit) for hit in hits[:SHOWN]],
        more=max(0, len(hits) - SHOWN),
        closes=bool(plan.people),
    )


def sentences(language: str, plan: Plan) -> list[str]:
    """What a plan does, in words."""
    opened = sum(hit.open and not hit.was_open for hit in plan.times)
    counted = (
        (len(plan.closing), NN_("%(num)s time closes.", "%(num)s times close.")),
        (opened + plan.made, NN_("%(num)s time opens.", "%(num)s times open.")),
        (plan.added, NN_("%(num)s place more.", "%(num)s places more.")),
        (plan.removed, NN_("%(num)s place fewer.", "%(num)s places fewer.")),
        (
            plan.people,
            NN_(
                "%(num)s place in them is taken: this person is offered another time.",
                "%(num)s places in them are taken: these people are offered another time.",
            ),
        ),
        (
            plan.excess,
            NN_(
                "%(num)s appointment above the new number of places stays.",
                "%(num)s appointments above the new number of places stay.",
            ),
        ),
    )
    return [ngettext(language, one, many, count) for count, (one, many) in counted if count]


def _hit_line(language: str, hit: partners.TimeHit) -> HitLine:
    after, remark = str(hit.capacity), ""
    if hit.closes:
        after = gettext(language, N_("closed"))
    elif hit.excess:
        remark = ngettext(
            language, "%(num)s person too many", "%(num)s people too many", hit.excess
        )
    return HitLine(
        format_moment(language, hit.start), hit.people, str(hit.was_capacity), after, remark
    )
