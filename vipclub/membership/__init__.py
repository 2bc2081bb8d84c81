"""Who is a member, of which tier, and until when.

Every night everybody is rated under the tier policy in force: who reaches a standard is invited,
who reaches a higher one is upgraded at once, a lower tier can come only when the membership year
ends.

The night's run is `rating`, over `rating_chunks`; what a policy asks for is `policy`, read and
written by `policy_document` and `policy_writing`, loaded in `policies_in_force`; what becomes of a
membership is `terms`, which of them counts on a day `running_term`. A new policy is tried in
`drafts`, by the `simulation`, which `counting_trials` goes on with. `sending_invitations` and
`answering_invitations` bring members in, `end_notices` tells that a year ends. `card` is the card,
`finding` the member behind one, `queries` what others read. The commands (`vipclub membership`)
stand in `cli`.

Decisions:
- 2026-11: A next term is decided on the last day of the present one and is a row of its own; both
  are live for that day, so a visit finds the term that covers it. Who meets nothing on the last day
  keeps that day and lapses the next.
- 2026-11: Which term counts on a day is said in `running_term` alone, for rules, pages and counts:
  the one that runs; else one that begins later, so that who was just rated is listed already.
- 2026-11: First invitations go before second ones, at the pace of a setting, so that the days until
  the last is invited can be told (`sending_invitations`).
- 2026-11: Who declined is not invited again before the declined term would have ended.
- 2026-11: A rating row is written only when a person's result or figures differ from the row
  before: the rating of a day is the newest row up to that day. Others than members are counted, not
  kept.
- 2026-11: The card's number belongs to the person and stays through all terms (`membership_card`).
- 2026-11: Weights count for the group's `value` only; a contribution is what was paid, whoever got
  it.
- 2026-11: Before the first policy's day the first policy applies, so that history can be rated.
- 2026-11: Two people put a policy in force: who submits a trial doesn't approve it (a CHECK too),
  and it begins tomorrow at the earliest. The command loads without a second person: whoever may run
  it has the database anyway.
- 2026-11: A trial keeps what it counted in its own row; a job counts on, some seconds each in turn,
  so that a policy can be tried on a club of any size and nobody has to look on. Who began it may
  discard it, and one that nobody submits is forgotten after 90 days: the trail says that it was.
- 2026-11: A rating as of an earlier day than a term's own rating leaves that term alone.
"""

from vipclub.membership.answering_invitations import (
    accept_invitation,
    accept_with_account,
    decline_invitation,
)
from vipclub.membership.card import (
    CardCode,
    card_code,
    card_public_keys,
    check_card_code,
    verify_card,
)
from vipclub.membership.card import grouped as grouped_card_no
from vipclub.membership.counting_trials import continue_trial, continue_trials
from vipclub.membership.drafts import (
    Draft,
    Trial,
    approve_policy,
    discard_trial,
    draft_policy,
    forget_trials,
    policy_drafts,
    return_policy,
    submit_policy,
    trial,
    withdraw_policy,
)
from vipclub.membership.end_notices import tell_of_ends
from vipclub.membership.facts import MembershipAccepted, TiersChanged
from vipclub.membership.finding import (
    Member,
    find_by_card,
    find_member,
    is_whole_number,
    meant_by,
    meant_by_end,
    show_member,
)
from vipclub.membership.first_rows import any_rating_done, any_tier_policy
from vipclub.membership.in_sight import InSight, MemberInSight, all_in_sight
from vipclub.membership.invariants import INVARIANTS
from vipclub.membership.letters import LETTERS, WelcomeLetter
from vipclub.membership.models import Membership, Rating
from vipclub.membership.policies_in_force import (
    PolicyInForce,
    PolicyVersion,
    load_policy,
    policy_in_force,
    policy_version,
    policy_versions,
)
from vipclub.membership.policy import AMOUNTS, TIERS, Condition, TermRule, TierPolicy, TierRule
from vipclub.membership.policy_document import PolicyProblems, Problem, line_of, read_policy
from vipclub.membership.policy_writing import policy_text, whole_units, with_figures
from vipclub.membership.queries import (
    MemberSummary,
    TierExplanation,
    member_summaries,
    member_summary,
    members_in_sight,
    person_with_membership,
    term_and_explanation,
    tier_explanation,
)
from vipclub.membership.rating import RatingReport, rate_everyone
from vipclub.membership.refusals import (
    CardOutdated,
    CardUnreadable,
    NoTierPolicy,
    PolicyNotAccepted,
    RatingUnderWay,
)
from vipclub.membership.running_term import ends_on, running_on, running_within
from vipclub.membership.sending_invitations import (
    InvitationsWaiting,
    Unreached,
    invitations_waiting,
    invite_waiting,
    unreached,
)
from vipclub.membership.simulation import NOBODY, Cell, Simulation, simulate
from vipclub.membership.steps import DRAFT_STEPS, MEMBERSHIP_STEPS
from vipclub.membership.tier_names import TIER_NAMES

__all__ = [
    "any_rating_done",
    "any_tier_policy",
    "INVARIANTS",
    "MEMBERSHIP_STEPS",
    "DRAFT_STEPS",
    "TIERS",
    "TIER_NAMES",
    "AMOUNTS",
    "Condition",
    "TierRule",
    "TermRule",
    "TierPolicy",
    "Problem",
    "PolicyProblems",
    "line_of",
    "policy_text",
    "whole_units",
    "with_figures",
    "PolicyVersion",
    "policy_versions",
    "policy_version",
    "PolicyNotAccepted",
    "NoTierPolicy",
    "RatingUnderWay",
    "read_policy",
    "load_policy",
    "PolicyInForce",
    "policy_in_force",
    "RatingReport",
    "rate_everyone",
    "NOBODY",
    "Cell",
    "Simulation",
    "simulate",
    "Draft",
    "Trial",
    "draft_policy",
    "continue_trial",
    "continue_trials",
    "discard_trial",
    "forget_trials",
    "submit_policy",
    "withdraw_policy",
    "approve_policy",
    "return_policy",
    "policy_drafts",
    "trial",
    "Membership",
    "Rating",
    "TiersChanged",
    "MembershipAccepted",
    "InvitationsWaiting",
    "invitations_waiting",
    "invite_waiting",
    "tell_of_ends",
    "Unreached",
    "unreached",
    "accept_with_account",
    "LETTERS",
    "WelcomeLetter",
    "accept_invitation",
    "decline_invitation",
    "MemberSummary",
    "member_summary",
    "term_and_explanation",
    "person_with_membership",
    "member_summaries",
    "members_in_sight",
    "all_in_sight",
    "InSight",
    "MemberInSight",
    "running_on",
    "running_within",
    "ends_on",
    "find_by_card",
    "Member",
    "find_member",
    "show_member",
    "is_whole_number",
    "meant_by",
    "meant_by_end",
    "TierExplanation",
    "tier_explanation",
    "grouped_card_no",
    "CardCode",
    "card_code",
    "card_public_keys",
    "verify_card",
    "check_card_code",
    "CardUnreadable",
    "CardOutdated",
]
