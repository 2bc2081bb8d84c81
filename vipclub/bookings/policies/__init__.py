"""Booking policies: the rules themselves (`rules`), the documents that say them (`document`, the
TOML files beside it), and which of them hold for a service or an offering (`in_force`)."""
