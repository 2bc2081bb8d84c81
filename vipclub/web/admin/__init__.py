"""The door of those who keep the house: the administrator's accounts and tokens, the policy owner's
rules and trial runs, the auditor's trail, and the components that all pages are made of.
"""

from vipclub.web.admin import audit, components, home, people, policy, tokens, trying
from vipclub.web.admin.door import admin

__all__ = ["admin", "audit", "components", "home", "people", "policy", "tokens", "trying"]
