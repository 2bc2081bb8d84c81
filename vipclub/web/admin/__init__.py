"""The administrator's door: accounts and tokens, the policy in force, the auditor's trail, and the
components that all pages are made of, each with an example.
"""

from vipclub.web.admin import components, first_pages
from vipclub.web.admin.door import admin

__all__ = ["admin", "components", "first_pages"]
