"""What one may do: one table. Which rows one may do it to is each part's `visible_to(actor)`."""

from __future__ import annotations

from enum import StrEnum

ROLES = ("member", "manager", "partner", "desk", "operations", "policy", "admin", "auditor")
"""The eight roles of people (docs/decisions.md 19)."""

STAFF = tuple(role for role in ROLES if role != "member")
"""The roles of those who serve: an administrator opens their accounts."""

TOKEN_SCOPES = ("member", "channel", "partner")
"""The scopes of API tokens. A member's and a partner's token may do what their sign-in may."""


HOLDERS = tuple(dict.fromkeys((*ROLES, *TOKEN_SCOPES)))
"""All who may hold a permission: the roles, then the scopes that are no role."""


class Permission(StrEnum):
    """What one may do, as subject:verb."""

    APPOINTMENT_BOOK = "appointment:book"
    APPOINTMENT_VIEW = "appointment:view"
    APPOINTMENT_CANCEL = "appointment:cancel"
    APPOINTMENT_ANSWER = "appointment:answer"
    APPOINTMENT_ATTEND = "appointment:attend"
    APPOINTMENT_ACCEPT = "appointment:accept"
    APPOINTMENT_RESCHEDULE = "appointment:reschedule"
    APPOINTMENT_CORRECT = "appointment:correct"
    APPOINTMENT_OVERRIDE = "appointment:override"
    FAMILY_CHANGE = "family:change"
    CATALOGUE_VIEW = "catalogue:view"
    CAPACITY_VIEW = "capacity:view"
    CAPACITY_CHANGE = "capacity:change"
    WEBHOOK_CHANGE = "webhook:change"
    SLOT_VIEW = "slot:view"
    MEMBER_VIEW = "member:view"
    MEMBER_FIND = "member:find"
    ENTITLEMENT_VIEW = "entitlement:view"
    ENTITLEMENT_ADJUST = "entitlement:adjust"
    MESSAGE_READ = "message:read"
    MESSAGE_VIEW = "message:view"
    PERSONAL_REVEAL = "personal:reveal"
    DETAILS_STATE = "details:state"
    NOTE_VIEW = "note:view"
    NOTE_WRITE = "note:write"
    NOTE_CARE = "note:care"
    DELIVERY_VIEW = "delivery:view"
    DELIVERY_LOAD = "delivery:load"
    POLICY_VIEW = "policy:view"
    POLICY_CHANGE = "policy:change"
    TIER_RATE = "tier:rate"
    AUDIT_VIEW = "audit:view"
    OPERATIONS_VIEW = "operations:view"
    OUTBOX_RETRY = "outbox:retry"
    ACCOUNT_VIEW = "account:view"
    ACCOUNT_CHANGE = "account:change"
    ACCOUNT_STAFF = "account:staff"
    TOKEN_CREATE = "token:create"
    SETTLEMENT_VIEW = "settlement:view"
    SETTLEMENT_PRICE = "settlement:price"
    SETTLEMENT_ISSUE = "settlement:issue"
    SETUP_VIEW = "setup:view"
    CALLBACK_ASK = "callback:ask"
    CALLBACK_WORK = "callback:work"
    REFERRAL_MAKE = "referral:make"
    REFERRAL_ANSWER = "referral:answer"
    CASE_OPEN = "case:open"
    CASE_VIEW = "case:view"
    CASE_WRITE = "case:write"
    CASE_WORK = "case:work"
    CASE_REOPEN = "case:reopen"
    DISPATCH_ANSWER = "dispatch:answer"
    CASE_RATE = "case:rate"
    DUTY_VIEW = "duty:view"
    DUTY_CHANGE = "duty:change"
    DUTY_SET = "duty:set"
    THREAD_WRITE = "thread:write"
    THREAD_ANSWER = "thread:answer"
    CONTACT_VIEW = "contact:view"
    CONTACT_CHANGE = "contact:change"
    CALLER_VERIFY = "caller:verify"
    ACCESS_VIEW = "access:view"
    EVENT_VIEW = "event:view"
    EVENT_REGISTER = "event:register"
    EVENT_CURATE = "event:curate"
    EVENT_REVIEW = "event:review"
    EVENT_CHECK_IN = "event:check-in"


P = Permission

GRANTS: dict[Permission, frozenset[str]] = {
    P.APPOINTMENT_BOOK: frozenset({"member", "manager", "desk", "channel"}),
    P.APPOINTMENT_VIEW: frozenset(
        {"member", "manager", "desk", "channel", "partner", "operations"}
    ),
    P.APPOINTMENT_CANCEL: frozenset({"member", "manager", "desk", "channel"}),
    P.APPOINTMENT_ANSWER: frozenset({"partner"}),
    P.APPOINTMENT_ATTEND: frozenset({"partner"}),
    P.APPOINTMENT_ACCEPT: frozenset({"member", "desk", "channel"}),
    P.APPOINTMENT_RESCHEDULE: frozenset({"member", "manager", "desk", "channel"}),
    P.APPOINTMENT_CORRECT: frozenset({"operations"}),
    P.APPOINTMENT_OVERRIDE: frozenset({"manager", "desk"}),
    P.FAMILY_CHANGE: frozenset({"member", "manager", "desk"}),
    P.CATALOGUE_VIEW: frozenset({"admin", "operations", "policy"}),
    P.CAPACITY_VIEW: frozenset({"partner", "operations", "desk"}),
    P.CAPACITY_CHANGE: frozenset({"partner", "operations"}),
    P.WEBHOOK_CHANGE: frozenset({"partner"}),
    P.SLOT_VIEW: frozenset({"member", "manager", "desk", "channel", "operations"}),
    P.MEMBER_VIEW: frozenset({"member", "manager", "desk", "channel"}),
    P.MEMBER_FIND: frozenset({"desk", "channel"}),
    P.ENTITLEMENT_VIEW: frozenset({"member", "manager", "desk", "channel", "operations"}),
    P.ENTITLEMENT_ADJUST: frozenset({"operations"}),
    P.MESSAGE_READ: frozenset({"member"}),
    P.MESSAGE_VIEW: frozenset({"manager", "desk"}),
    P.PERSONAL_REVEAL: frozenset({"manager", "desk"}),
    P.DETAILS_STATE: frozenset({"member", "desk"}),
    P.NOTE_VIEW: frozenset({"manager", "desk"}),
    P.NOTE_WRITE: frozenset({"manager", "desk"}),
    P.NOTE_CARE: frozenset({"desk"}),
    P.DELIVERY_VIEW: frozenset({"operations"}),
    P.DELIVERY_LOAD: frozenset({"operations"}),
    P.POLICY_VIEW: frozenset({"policy", "operations", "admin"}),
    P.POLICY_CHANGE: frozenset({"policy"}),
    P.TIER_RATE: frozenset({"operations"}),
    P.AUDIT_VIEW: frozenset({"auditor"}),
    P.OPERATIONS_VIEW: frozenset({"operations"}),
    P.OUTBOX_RETRY: frozenset({"operations"}),
    P.ACCOUNT_VIEW: frozenset({"admin"}),
    P.ACCOUNT_CHANGE: frozenset({"admin"}),
    P.ACCOUNT_STAFF: frozenset({"partner"}),
    P.TOKEN_CREATE: frozenset({"admin"}),
    P.SETTLEMENT_VIEW: frozenset({"partner", "operations"}),
    P.SETTLEMENT_PRICE: frozenset({"operations"}),
    P.SETTLEMENT_ISSUE: frozenset({"operations"}),
    P.SETUP_VIEW: frozenset({"admin"}),
    P.CALLBACK_ASK: frozenset({"member", "manager", "desk"}),
    P.CALLBACK_WORK: frozenset({"desk"}),
    P.REFERRAL_MAKE: frozenset({"manager", "desk"}),
    P.REFERRAL_ANSWER: frozenset({"manager"}),
    P.CASE_OPEN: frozenset({"member", "desk", "channel"}),
    P.CASE_VIEW: frozenset({"member", "desk", "channel"}),
    P.CASE_WRITE: frozenset({"member", "desk", "channel"}),
    P.CASE_WORK: frozenset({"desk", "channel"}),
    P.CASE_REOPEN: frozenset({"member", "desk", "channel"}),
    P.DISPATCH_ANSWER: frozenset({"partner"}),
    P.CASE_RATE: frozenset({"member"}),
    P.DUTY_VIEW: frozenset({"desk", "operations"}),
    P.DUTY_CHANGE: frozenset({"desk", "operations"}),
    P.DUTY_SET: frozenset({"operations"}),
    P.THREAD_WRITE: frozenset({"member"}),
    P.THREAD_ANSWER: frozenset({"manager", "desk"}),
    P.CONTACT_VIEW: frozenset({"member", "desk"}),
    P.CONTACT_CHANGE: frozenset({"member", "desk"}),
    P.CALLER_VERIFY: frozenset({"desk"}),
    P.ACCESS_VIEW: frozenset({"desk"}),
    P.EVENT_VIEW: frozenset({"member", "manager", "desk", "channel", "operations"}),
    P.EVENT_REGISTER: frozenset({"member", "manager", "desk", "channel"}),
    P.EVENT_CURATE: frozenset({"manager", "operations"}),
    P.EVENT_REVIEW: frozenset({"manager", "operations"}),
    P.EVENT_CHECK_IN: frozenset({"manager", "operations"}),
}
"""permission -> the roles and token scopes that have it. Who grants rights reads no audit trail,
and the reverse."""

SEES_ALL = frozenset({"desk", "operations", "channel", "auditor"})
"""Roles and scopes whose work is with everybody: they get the scope ("all", "*")."""

_BY_ROLE: dict[str, frozenset[str]] = {
    role: frozenset(str(p) for p, holders in GRANTS.items() if role in holders) for role in HOLDERS
}


def permissions_of(role: str) -> frozenset[str]:
    """What a role or a token's scope may do; nothing for a name that is neither.

    >>> "audit:view" in permissions_of("admin"), "audit:view" in permissions_of("auditor")
    (False, True)
    """
    return _BY_ROLE.get(role, frozenset())
