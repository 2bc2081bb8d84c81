"""A file of partners as an operator writes one, for tests to bend."""

from __future__ import annotations

GOOD = """\
[[partner]]
key = "yunlan"
name = { zh-Hans = "云岚", zh-Hant = "雲嵐", en = "Yunlan" }

[[partner.site]]
key = "yunlan-jingan"
name = { zh-Hans = "静安", zh-Hant = "靜安", en = "Jing’an" }
address = { zh-Hans = "云岚路 88 号", zh-Hant = "雲嵐路 88 號", en = "88 Yunlan Road" }
city_code = "310000"
time_zone = "Asia/Shanghai"
region = "CN"

[[partner.site.offering]]
key = "jingan-check"
service = "health-check"
name = { zh-Hans = "体检", zh-Hant = "體檢", en = "Check" }
minutes = 60
on_holidays = true
department = "checks"
policy = "jingcheng-hospital"
price = { amount = 168000, currency = "CNY", missed = 50, late = 30 }
hours = [
  { days = [1, 2, 3, 4, 5, 6, 7], from = "08:00", to = "12:00", every = 60, capacity = 2 },
  { days = [1, 2], from = "14:00", to = "16:00", every = 30, capacity = 1 },
]

[[staff]]
partner = "yunlan"
name = "何敏"
login = "he@yunlan.example"
language = "zh-Hans"
"""


def bent(old: str, new: str) -> bytes:
    """The good file with one passage replaced."""
    assert GOOD.count(old) >= 1, old
    return GOOD.replace(old, new, 1).encode()
