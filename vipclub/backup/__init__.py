"""A backup of the whole club as one file, and the proof that it can be restored.

`taking` writes it: a tar of the database as it was at one moment (`databases`), the instance's own
files, and a manifest (`archive`) with their sizes and SHA-256, the rows of each table, the schema's
migration, the version, and the check values of the keys (`core/key_checks.py`). `restoring` brings
it back. `cli` has `vipclub backup` and `vipclub restore`.

Decisions:
- 2026-11: the keys are not in it, since whoever has both has everything; which ones it needs is.
- 2026-11: letters and the demo's files are not in it: the outbox and the inbox are in the database.
- 2026-11: SQLite is copied by VACUUM INTO, whose copy holds no byte of what was deleted; PostgreSQL
  by its own pg_dump. Neither stops whoever writes.
- 2026-11: nothing is ever restored over a database that has tables, or over a file that is there.
"""
