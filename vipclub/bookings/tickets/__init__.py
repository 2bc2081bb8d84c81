"""Booking tickets: one person's right to book exactly this until a moment, given by staff
(docs/decisions.md 63). `giving` gives and withdraws them, `using` lets a booking use one and gives
it back, `ending` lets them expire, `queries` shows them.

A ticket sets aside what staff may set aside with a reason (window, limits, suspension) and the
tier. It is never a seat and never a unit: both are taken as for any booking.
"""
