"""How the club is doing, for machines that watch it: whether it is ready, and its figures.

- `club_figures`: what the database tells: jobs, letters, files, the audit trail, workers.
- `process_figures`: what one process tells: memory, open files, its connections to the database.
- `shared_folder`: where the processes of one `vipclub serve` put their counts together.
- `exposition`: all of it as Prometheus reads it.
- `readiness`: whether requests should come here, asked within a bounded time (`bounded`).
- `access`: who may read. `worker_address`: where a worker tells its own figures.

Those of requests are counted around each request (`web/frame/telemetry.py`).

Decisions:
- 2026-11: what a process counts is added up over all workers of one `serve`, in a folder that
  `serve` makes and removes; a worker that has ended keeps its counts there, so that they never
  fall, and its gauges go with it.
- 2026-11: `vipclub worker` tells its own figures at an address of its own, and only when asked to
  (`--metrics`): workers run on other hosts than `serve`, where no folder is shared. What jobs did
  lies in the database and is told by `serve`, whichever process ran them.
- 2026-11: no figure is ever NaN, which no alarm's comparison is true for. What never happened
  (no worker, no file, no success) has the age NEVER, which is beyond every threshold.
- 2026-11: a channel's token opens no figures any more: they are for whoever keeps the club, not for
  those who book over its API (docs/decisions.md 70).
"""
