"""The settings of a club that production starts."""

from __future__ import annotations

import base64
import random
from pathlib import Path

from vipclub.core.crypto import KINDS, FieldKeys

Environment = dict[str, str]
_DRAWN = random.Random(2026)  # the same in each process of a run
FIELD_KEYS = FieldKeys(*({1: _DRAWN.randbytes(32)} for _ in KINDS))
SECRET = base64.b64encode(_DRAWN.randbytes(48)).decode()


def safe_settings(instance: Path) -> Environment:
    """All of them; nothing answers at the addresses that they name."""
    return {
        "VIPCLUB_ENV": "production",
        "VIPCLUB_DATABASE_URL": "postgresql+psycopg://vip:far-from-here@127.0.0.1:1/club",
        "VIPCLUB_SECRET_KEY": SECRET,
        "VIPCLUB_FIELD_KEYS": FIELD_KEYS.dump(),
        "VIPCLUB_BASE_URL": "https://club.example",
        "VIPCLUB_TRUSTED_HOSTS": "club.example,www.club.example",
        "VIPCLUB_PROXIES": "1",
        "VIPCLUB_MAIL_URL": "smtps://club:pass-word@mail.example",
        "VIPCLUB_HOTLINE": "400-820-8820",
        "VIPCLUB_HOTLINE_ABROAD": "+852 2890 1234",
        "VIPCLUB_ARGON2_MEMORY_KIB": "65536",
        "VIPCLUB_ARGON2_PASSES": "3",
        "VIPCLUB_INSTANCE": str(instance),
    }
