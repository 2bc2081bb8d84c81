"""What makes a club safe to open to the public, and the refusal to start one that isn't.

`setting_rules` are pure rules over `Settings` (`key_strength` judges the keys by entropy),
`database_questions` asks the database what no setting tells, `surroundings` the mail server, the
disk and this machine. `starting` refuses `vipclub serve` and `vipclub worker` with the findings,
`check_command` is `vipclub check`, which tells all of them at once, and what is well.

Decisions:
- 2026-11: what is refused for good reasons may still be meant: each such setting has a name of its
  own (`VIPCLUB_ALLOW_...`), so that a club never runs on a file by accident (docs/decisions.md 70).
- 2026-11: development is asked nothing: there `vipclub check` only tells what production would
  refuse.
"""

from __future__ import annotations

from vipclub.production.starting import UnsafeStart, refuse_unsafe_start

__all__ = ["UnsafeStart", "refuse_unsafe_start"]
