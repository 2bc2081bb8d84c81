"""The steps of a referral, in one table: the company accepts it and says how it ended, or it ends
without an answer, or with the person's consent. `people` stands before the roles, so permissions
are named here as they are written there."""

from __future__ import annotations

from vipclub.core.i18n import N_
from vipclub.core.steps import CLUB_ITSELF, End, Machine, Step

MAKE_REFERRALS, ANSWER_REFERRALS = "referral:make", "referral:answer"
OPEN = frozenset({"made", "accepted"})

REFERRAL_STEPS: Machine[object] = Machine(
    "referral",
    (
        Step(
            name="make",
            permission=MAKE_REFERRALS,
            begins=True,
            sources=frozenset(),
            targets=("made",),
        ),
        Step(
            name="accept",
            permission=ANSWER_REFERRALS,
            sources=frozenset({"made"}),
            targets=("accepted",),
            words=N_("Accept the referral"),
        ),
        Step(
            name="finish",
            permission=ANSWER_REFERRALS,
            sources=OPEN,
            targets=("won", "lost"),
            narrowed={"made": ("lost",)},
            words=N_("Record the outcome"),
        ),
        Step(
            name="withdraw",
            permission=MAKE_REFERRALS,
            sources=OPEN,
            targets=("withdrawn",),
            words=N_("Withdraw the referral"),
        ),
        Step(name="stop", permission=CLUB_ITSELF, sources=OPEN, targets=("withdrawn",)),
        Step(name="expire", permission=CLUB_ITSELF, sources=OPEN, targets=("unanswered",)),
    ),
    ends=tuple(
        End(state=state, due="answer_by", step="expire", job="end_referrals")
        for state in sorted(OPEN)
    ),
    rests=frozenset({"won", "lost", "unanswered", "withdrawn"}),
)
MAKE, ACCEPT, FINISH = REFERRAL_STEPS["make"], REFERRAL_STEPS["accept"], REFERRAL_STEPS["finish"]
WITHDRAW, STOP, EXPIRE = (REFERRAL_STEPS[name] for name in ("withdraw", "stop", "expire"))
