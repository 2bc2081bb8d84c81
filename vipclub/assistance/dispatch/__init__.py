"""Partners who are asked to help in a case: an assistance company, a hospital, an interpreter, a
transport. `covers` says who offers what and where, `asking` asks them one after another with a
clock, `answering` takes their answers by whichever way, `ending` ends what nobody needs
any more."""

from vipclub.assistance.dispatch.answering import (
    DispatchResult,
    accept,
    accept_by_link,
    accept_for,
    decline,
    decline_by_link,
    decline_for,
    lose,
)
from vipclub.assistance.dispatch.asking import (
    MOST_PARTNERS,
    ask_after_silent,
    ask_partners,
    withdraw_partners,
)
from vipclub.assistance.dispatch.covers import (
    CoverView,
    add_cover,
    candidates,
    covers_of,
    end_cover,
)
from vipclub.assistance.dispatch.models import AssistanceCover, Dispatch
from vipclub.assistance.dispatch.queries import (
    SHOWN_STATES,
    Contact,
    DispatchView,
    RequestView,
    dispatches_of,
    record_request_view,
    request_by_link,
    request_to_partner,
    requests_of_partner,
)
from vipclub.assistance.dispatch.refusals import (
    AnsweredAlready,
    AnswerTooLate,
    ArrivalNotAccepted,
    AskedNow,
    ChainNotAccepted,
    CoverNotAccepted,
    CoverThereAlready,
    PartnerFoundAlready,
    ReasonNotAccepted,
)
from vipclub.assistance.dispatch.steps import DECLINE_REASONS, DISPATCH_STEPS, SERVICES
from vipclub.assistance.dispatch.words import (
    ASKING_WORDS,
    DISPATCH_WORDS,
    SERVICE_WORDS,
    WAY_WORDS,
    country_name,
)

__all__ = [
    "ASKING_WORDS",
    "AnswerTooLate",
    "AnsweredAlready",
    "ArrivalNotAccepted",
    "AssistanceCover",
    "AskedNow",
    "ChainNotAccepted",
    "Contact",
    "CoverNotAccepted",
    "CoverThereAlready",
    "CoverView",
    "DECLINE_REASONS",
    "DISPATCH_STEPS",
    "DISPATCH_WORDS",
    "Dispatch",
    "DispatchResult",
    "DispatchView",
    "MOST_PARTNERS",
    "PartnerFoundAlready",
    "ReasonNotAccepted",
    "RequestView",
    "SERVICES",
    "SERVICE_WORDS",
    "SHOWN_STATES",
    "WAY_WORDS",
    "accept",
    "accept_by_link",
    "accept_for",
    "add_cover",
    "ask_after_silent",
    "ask_partners",
    "candidates",
    "country_name",
    "covers_of",
    "decline",
    "decline_by_link",
    "decline_for",
    "dispatches_of",
    "end_cover",
    "lose",
    "record_request_view",
    "request_by_link",
    "request_to_partner",
    "requests_of_partner",
    "withdraw_partners",
]
