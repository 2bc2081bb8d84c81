"""The door of everybody who serves, whatever the role."""

from __future__ import annotations

from vipclub import accounts
from vipclub.web.frame import door

account = door("account", url_prefix="/account", audience=set(accounts.STAFF))
