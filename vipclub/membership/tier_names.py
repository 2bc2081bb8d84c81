"""What the tiers are called."""

from __future__ import annotations

from vipclub.core.types import Localized

TIER_NAMES: dict[str, Localized] = {
    "gold": Localized("金卡", "金卡", "Gold"),
    "platinum": Localized("白金卡", "白金卡", "Platinum"),
    "diamond": Localized("钻石卡", "鑽石卡", "Diamond"),
    "black": Localized("黑卡", "黑卡", "Black"),
}
