"""The member's file, which the manager's door and the desk's share. Not a door itself:
`routes.install` puts the views on each, under its own audience; what each role may see and do is
asked below, in the parts.

- `member_page` (the page with notes, calls and the look at a number) of what `overview` gathers:
  `tier_explained`, benefits, appointments, history; `veil` hides health.
- `booking_for_member`, `appointment`, `rescheduling`: what staff do for a member. `decision_page`
  asks before it is done, `overrides` says which rule yields to a reason.
- `callback`, `tickets`, `details`: a callback and a booking ticket for the member, and what the
  member says of the own details; `matters` is what of these stands on the page. `referrals`: to
  companies of the group.
- `events`: salons and seminars for the member, registered by phone or at the counter.
- `viewing_on_record`: nothing of a member is shown before the trail says so. `find_member`.
"""

from vipclub.web.member_file.routes import install, install_answers

__all__ = ["install", "install_answers"]
