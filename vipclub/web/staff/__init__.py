"""What the manager's door and the desk's share: the member at a glance, notes and calls, booking
for a member. Not a door itself: `routes.install` puts the views on each, under its own audience;
what each role may see and do is asked below, in the parts.
"""

from vipclub.web.staff.routes import install

__all__ = ["install"]
