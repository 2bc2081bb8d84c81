"""The keys of a club: whether those of the settings are its own, and how they are changed.

`fitting` compares the settings with the register (`core/key_register.py`) and, before there is one,
with the data; `recording` writes the register. `rotating` puts a new key in force and gives an old
one up, `progress` says how many rows still need an old one, `cli` is `vipclub keys`.

Decisions:
- 2026-11: a key changes in two steps, known to all first and written with after
  (docs/decisions.md 72).
"""

from __future__ import annotations

from vipclub.keys.fitting import WrongKeys, has_register, keys_amiss, refuse_wrong_keys
from vipclub.keys.recording import record_keys

__all__ = ["WrongKeys", "has_register", "keys_amiss", "record_keys", "refuse_wrong_keys"]
