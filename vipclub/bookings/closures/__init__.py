"""Times that close: a change of capacity with the people whom it hits (`capacity_changes`), the
closure that lists them (`closing`), another time offered to each (`offering_others`), and where
each of them stands (`queries`, by the table of `steps`)."""
