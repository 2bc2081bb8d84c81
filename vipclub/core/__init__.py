"""The ground all parts stand on: database, types, clock, refusals, facts, outbox, audit. No club
words in here.

Decisions (2026-11): plain SQLAlchemy without a Flask layer, so that commands and timed jobs run
without a web server; SQLite and PostgreSQL differ in `db.py` and `beginnings.py` only.
"""
