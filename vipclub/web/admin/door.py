"""The door of those who keep the house: administrators and policy owners; the audit trail is the
auditor's only.
"""

from __future__ import annotations

from vipclub.web.frame import door

admin = door("admin", url_prefix="/admin", audience={"admin", "policy"})
