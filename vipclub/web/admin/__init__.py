"""The door of those who keep the house.

- The administrator: `first_steps` (their words in `first_step_words`), `accounts`, `invitations`
  (their links by `secret_page`), `tokens`, `partners`.
- The policy owner: `policy` in words (`tier_policy_words`, `booking_policy_words`), and
  `policy_trial`, where another one is tried and put in force.
- The auditor: the trail (`audit`), and as a CSV file (`audit_export`).
- Everybody who makes pages: `components`.
"""

from vipclub.web.admin import (
    accounts,
    audit,
    audit_export,
    components,
    first_steps,
    home,
    invitations,
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
    "policy",
    "policy_trial",
    "audit",
    "audit_export",
    "components",
    "first_steps",
]
