"""The partner's capacity on pages: how many may come at a time, and how many are taken.

- `month`: each day taken, free or closed; `day`: the chosen day with its times.
- `changes`: what is changed there, asked about first where it hits people; `forms`.
- `week`: an offering's hours, and new ones from a day on.
"""

from vipclub.web.partner.capacity import changes, month, week

__all__ = ["month", "changes", "week"]
