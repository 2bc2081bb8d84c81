"""The ground all parts stand on: database, types, clock, refusals, facts, outbox, audit. No club
words in here.

Time: `clock` alone reads it and knows the club's zone; `working_days` which days are worked,
`dates` months and full years. The database: `db` (`run()`, one transaction), `types`,
`column_classes`, `rows` (what a statement gives), `paging`, `prefix_search`, `append_only`,
`crypto` (sealed columns), `database_address` (which one it is, in words), `database_errors` (what
an error means), `idle_connections`, `watched_pool`. Which keys are written with: `key_register`,
`key_numbers`, `key_checks`, `key_holders`; with another key: `sealed_columns`, `sealing_anew`. What
a use case leaves behind: `audit` with its chain of seals (`audit_sealing`, `audit_keys`,
`audit_tail`), `facts` (told at once), `outbox` with `outbox_rows`, `outbox_steps` and
`outbox_backlog` (done after the commit). Who may and what next: `actor`, `steps`, `errors`
(refusals). Once and alone: `idempotency`, `lease`, `timetable`, `stopping`. `notices` are of the
processes, `private_files` the machine's, `shipped` the folders that come with the code, `club_name`
what the club is called. `i18n` says it all in three languages.

Decisions (2026-11): plain SQLAlchemy without a Flask layer, so that commands and timed jobs run
without a web server; SQLite and PostgreSQL differ in `db.py` and `prefix_search.py` only.
"""
