"""The ways in which a message reaches a person: a package each, one line in `sending.py`."""
