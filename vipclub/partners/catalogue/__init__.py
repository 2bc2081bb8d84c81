"""The catalogue: who provides what and where, a file a thing.

- `partners`: companies that serve members; making them, listing them, and who sees which.
- `sites`: their addresses, each with its own clock and its own calendar of working days.
- `offerings`: a service at a site; making it, finding it, listing those of a partner.
- `changing_offerings`: an offering that changes, closes and opens again, and what becomes of its
  slots.
- `keys`: the club's own short names of all three, by which files mean them.
- `sent_again`: what is there already is not made a second time by a form.
- `changes`: how a change is written, with what was before.

An offering can be booked once it has hours and its slots are opened: `vipclub/partners/capacity`.
"""
