"""The day of an event: whose ticket is scanned comes in once. `checking_in` gives the verdict on a
scan."""
