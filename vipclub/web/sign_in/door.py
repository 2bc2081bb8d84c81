"""The door to the club: for everybody, signed in or not."""

from __future__ import annotations

from vipclub import accounts
from vipclub.web.frame.doors import Door

sign_in = Door("sign_in", url_prefix="/", audience=accounts.ROLES)
