"""The door of those who keep the house.

- The administrator: `first_steps` (their words in `first_step_words`), `accounts`, `invitations`
  (their links by `secret_page`), `tokens`, `partners`, what those do in need (`covers`).
- The policy owner: `policy` in words (`tier_policy_words`, `booking_policy_words`), and
  `policy_trial`, where another one is tried and put in force; `booking_policy`, where a place gets
  rules of its own.
- The auditor: the trail (`audit`), and as a CSV file (`audit_export`).
- Everybody who makes pages: `components`.

A partner's page leads to its sites (`partners`), and those to what is offered there (`offerings`).
"""

from vipclub.web.admin import (
    accounts,
    audit,
    audit_export,
    booking_policy,
    components,
    covers,
    first_steps,
    home,
    invitations,
    offerings,
    partners,
    policy,
    policy_trial,
    tokens,
)
from vipclub.web.admin.door import admin

__all__ = [
    "admin",
    "home",
    "accounts",
    "invitations",
    "tokens",
    "partners",
    "covers",
    "offerings",
    "policy",
    "policy_trial",
    "booking_policy",
    "audit",
    "audit_export",
    "components",
    "first_steps",
]
