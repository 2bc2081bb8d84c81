"""Capacity: which hours an offering has, which slots follow from them, how many seats each has.

- `hours_in_force`: which hours hold on a day: the week of that day, and the days that differ.
- `slot_generator`: the one place where slots are made out of hours, as values.
- `opening_slots`: opening an offering: its slots of the days ahead are written, each night anew.
- `weekly_hours`: a partner's hours by weekday, from a day on.
- `changing_days_and_slots`: closing, opening and other seats, for a day, a slot, a site's day.
- `change_plan`, `changed_slots`: what a change hits, worked out once, and the slots it writes.
- `overbooking`: one seat more in a full slot: who may, for which reason.
- `seats`: one seat taken, one given back, as a booking needs it.
- `queries`: days and slots with their seats, as pages and the API show them.

A slot is called a time where people read of it: a change's `TimeHit`, the refusal `TimeIsFull`.
"""
