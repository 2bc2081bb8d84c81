"""The staff's pages of events, which the manager's door and operations' share. Not a door itself:
`routes.install` puts the views on each, under its own audience; what each role may see and do is
asked in `events`.

- `event_list`: what is to come and what was. `event_page`: one event, who has a seat or waits, what
  was done with it; `steps` are its buttons, `preview` is what members see, `check_in` is the door.
- `editing` opens and sends the one form of an event, `event_form`; `agenda_lines` reads its agenda,
  `form_choices` says what it offers.
"""

from vipclub.web.event_pages.routes import install

__all__ = ["install"]
