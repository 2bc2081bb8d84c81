"""A door like the others: a believable club, filled through the use cases that real people would
use.

Generated subsidiary files go through the real pipeline (delivery, link, rating, benefits);
partners, sites, capacity and bookings are made by the same functions as in production. Months of
history are played back day by day with the clock replayed (`clock.replaying`), so that every rule
held when it "happened".

`fill_database` begins all of it: the `cast` (who has a password), `partners` (of `partners.toml`),
`past_appointments`, what is `in_progress`, the `settled_month` and the `salons`. `__main__` serves
it.

Decision (2026-11): only the cast has passwords, since an Argon2 hash takes 0.13 s.
"""
