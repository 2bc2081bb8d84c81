"""Booking policies: the rules themselves (`rules`), the documents that say them (`document`, the
TOML files beside it), what is wrong with one (`mistakes`), and which of them hold for a service or
an offering (`in_force`)."""
