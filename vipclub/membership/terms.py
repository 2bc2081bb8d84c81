"""When a membership runs, and what a rating does to it. Pure: dates and frozen values, no session,
no clock.

Source: the club's public questions and answers (a membership is valid for one year from its
effective day; the effective day is the day after the rating; a higher tier comes at once, a lower
one when the membership year ends).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vipclub.membership.policy import TermRule, TierPolicy, one_below
from vipclub.membership.steps import CLOSE, DECLINE, INVITE, LAPSE, LIVE

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """A membership as the rating sees it. `in_grace` says that its last day was moved once
    already.
    """

    id: int
    tier: str
    state: str
    effective_day: date
    last_day: date
    tier_since: date
    in_grace: bool = False


@dataclass(frozen=True, slots=True)
class NewTerm:
    """A term that the rating opens: its tier, days and state."""

    tier: str
    state: str
    effective_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rating does: one word for the report, and the changes.

    `retier` are terms that get another tier inside their term, `extend` a term that gets grace,
    `close` pairs of a term and its last state (`closed`, `lapsed`), with the reason (`ended`,
    `merged`).
    """

    movement: str
    tier: str | None
    opens: NewTerm | None = None
    retier: tuple[tuple[int, str], ...] = ()
    extend: tuple[int, date] | None = None
    close: tuple[tuple[int, str, str], ...] = ()

    @property
    def changes(self) -> bool:
        return bool(self.opens or self.retier or self.extend or self.close)


def effective_day(rated_on: date) -> date:
    """The day after the rating.

    >>> effective_day(date(2009, 7, 1))
    datetime.date(2009, 7, 2)
    """
    return rated_on + DAY


def last_day(effective: date, rule: TermRule | None = None) -> date:
    """The last day of a term: its years minus a day; under fixed dates the next such day.

    A year from 29 February ends on 28 February, as the next one would begin on 1 March.

    >>> last_day(date(2008, 2, 8)), last_day(date(2009, 7, 2))
    (datetime.date(2009, 2, 7), datetime.date(2010, 7, 1))
    >>> last_day(date(2024, 2, 29)), last_day(date(2023, 3, 1))
    (datetime.date(2025, 2, 28), datetime.date(2024, 2, 29))
    >>> last_day(date(2026, 5, 1), TermRule(fixed_last_day=(12, 31)))
    datetime.date(2026, 12, 31)
    """
    rule = rule or TermRule()
    if rule.fixed_last_day is not None:
        month, day = rule.fixed_last_day
        ends = date(effective.year, month, day)
        year = effective.year + (ends < effective) + rule.years - 1
        return date(year, month, day)
    return _years_on(effective, rule.years) - DAY


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)


def decide(terms: Sequence[Term], met: str | None, policy: TierPolicy, as_of: date) -> Decision:
    """What the rating of a day does to a person's memberships.

    `terms` are all that the person ever had, `met` is the tier that the figures meet now.
    Movements: `first`, `return` (after a lapse), `same`, `kept` (the standard is not met, the term
    protects), `upgrade`, `downgrade`, `renewal`, `grace`, `lapse`, `declined` (asked not to be a
    member: until that term's end), `below`, `merged` (two memberships of one person became one, and
    nothing else changed).

    >>> gold = Term(1, "gold", "active", date(2009, 7, 2), date(2010, 7, 1), date(2009, 7, 2))
    >>> from vipclub.membership.policy import TierRule
    >>> tiers = (TierRule("gold", ()), TierRule("black", ()))
    >>> policy = TierPolicy("v", date(2009, 1, 1), "CNY", tiers)
    >>> opened = decide([], "gold", policy, date(2009, 7, 1)).opens
    >>> opened.state, opened.effective_day, opened.last_day
    ('invited', datetime.date(2009, 7, 2), datetime.date(2010, 7, 1))
    >>> decide([gold], "black", policy, date(2009, 12, 1)).retier
    ((1, 'black'),)
    >>> decide([gold], None, policy, date(2009, 12, 1)).movement
    'kept'
    >>> decide([gold], "gold", policy, date(2010, 7, 1)).opens.effective_day
    datetime.date(2010, 7, 2)
    """
    live = sorted((t for t in terms if t.state in LIVE), key=lambda t: (t.effective_day, t.id))
    running, merged = _one_at_a_time([t for t in live if t.last_day >= as_of])
    ended = [t for t in live if t.last_day < as_of]
    closing = tuple((t.id, CLOSE.target, "merged") for t in merged)
    if running and running[-1].effective_day > effective_day(as_of):
        decision = Decision("same", running[-1].tier)  # a later day has decided already
    elif running:
        closing += tuple((t.id, CLOSE.target, "ended") for t in ended)
        decision = _while_running(running, met, policy, as_of)
    elif ended:
        decision = _after_the_end(ended[-1], met, policy, as_of)
        last = CLOSE if decision.opens else LAPSE
        closing += tuple((t.id, CLOSE.target, "ended") for t in ended[:-1])
        closing += ((ended[-1].id, last.target, "ended"),)
    else:
        decision = _without_membership(terms, met, policy, as_of)
    movement = decision.movement
    if merged and movement in {"same", "kept"}:
        movement = "merged"
    return Decision(
        movement,
        decision.tier,
        decision.opens,
        decision.retier,
        decision.extend,
        closing + decision.close,
    )


def _one_at_a_time(terms: list[Term]) -> tuple[list[Term], list[Term]]:
    """Terms that follow one another, and those that overlap an older one (a person who was two)."""
    kept: list[Term] = []
    extra: list[Term] = []
    for term in terms:
        (extra if kept and term.effective_day <= kept[-1].last_day else kept).append(term)
    return kept, extra


def _opened(tier: str, state: str, policy: TierPolicy, as_of: date) -> NewTerm:
    start = effective_day(as_of)
    return NewTerm(tier, state, start, last_day(start, policy.term))


def _while_running(
    running: list[Term], met: str | None, policy: TierPolicy, as_of: date
) -> Decision:
    last = running[-1]
    if last.last_day == as_of:
        return _on_the_last_day(last, met, policy, as_of)
    rank = policy.rank(met)
    raised = tuple((t.id, met) for t in running if met and rank > policy.rank(t.tier))
    if raised:
        return Decision("upgrade", met, retier=raised)
    if rank >= policy.rank(last.tier):
        return Decision("same", last.tier)
    if not _may_fall_inside_the_term(last, policy, as_of):
        return Decision("kept", last.tier)
    target = landing(last.tier, met, policy)
    if target is None:
        return Decision("lapse", None, close=((last.id, LAPSE.target, "below"),))
    if target == last.tier:
        return Decision("kept", last.tier)
    return Decision("downgrade", target, retier=((last.id, target),))


def _may_fall_inside_the_term(term: Term, policy: TierPolicy, as_of: date) -> bool:
    grace = timedelta(days=policy.term.grace_days)
    if policy.term.downgrade == "real_time":
        return as_of >= term.tier_since + grace
    if policy.term.downgrade == "tier_anniversary":
        return as_of >= last_day(term.tier_since) + grace
    return False


def landing(tier: str, met: str | None, policy: TierPolicy) -> str | None:
    """The tier of the next term: what is met, or, with a soft landing, at worst one below the
    present one.

    >>> from vipclub.membership.policy import TierRule
    >>> three = tuple(TierRule(code, ()) for code in ("gold", "platinum", "diamond"))
    >>> soft = TierPolicy("v", date(2026, 1, 1), "CNY", three, TermRule(downgrade_to="one_down"))
    >>> landing("diamond", None, soft), landing("gold", "diamond", soft)
    ('platinum', 'diamond')
    >>> landing("gold", None, soft) is None
    True
    """
    if policy.rank(met) >= policy.rank(tier) or policy.term.downgrade_to == "balance_based":
        return met
    below = one_below(tier, policy)
    return met if policy.rank(met) > policy.rank(below) else below


def _on_the_last_day(term: Term, met: str | None, policy: TierPolicy, as_of: date) -> Decision:
    """The next term is decided on the last day of this one, so that no day is without a
    membership.
    """
    higher = policy.rank(met) - policy.rank(term.tier)
    if higher < 0 and policy.term.grace_days and not term.in_grace:
        until = as_of + timedelta(days=policy.term.grace_days)
        return Decision("grace", term.tier, extend=(term.id, until))
    target = landing(term.tier, met, policy)
    if target is None:
        return Decision(
            "kept", term.tier
        )  # this day is still the member's; tomorrow's rating ends it
    opens = _opened(target, term.state, policy, as_of)
    if higher > 0:
        return Decision("upgrade", target, opens, retier=((term.id, target),))
    return Decision("renewal" if target == term.tier else "downgrade", target, opens)


def _after_the_end(term: Term, met: str | None, policy: TierPolicy, as_of: date) -> Decision:
    """The term is over and no rating was run on its last day, or nothing was met then."""
    target = landing(term.tier, met, policy)
    if target is None:
        return Decision("lapse", None)
    step = policy.rank(target) - policy.rank(term.tier)
    movement = "renewal" if step == 0 else "upgrade" if step > 0 else "downgrade"
    return Decision(movement, target, _opened(target, term.state, policy, as_of))


def _without_membership(
    terms: Sequence[Term], met: str | None, policy: TierPolicy, as_of: date
) -> Decision:
    if any(t.state == DECLINE.target and t.last_day >= as_of for t in terms):
        return Decision("declined", None)
    if met is None:
        return Decision("below", None)
    return Decision("return" if terms else "first", met, _opened(met, INVITE.target, policy, as_of))
