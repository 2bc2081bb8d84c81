"""`vipclub serve`: the production server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click
import structlog

from vipclub import logs
from vipclub.production import refuse_unsafe_start
from vipclub.telemetry.shared_folder import SharedFolder
from vipclub.version import __version__

if TYPE_CHECKING:
    from flask import Flask

    from vipclub.cli import LazyDatabase

log = structlog.get_logger("vipclub.server")
THREADS = 2


def options(host: str, port: int, workers: int, threads: int) -> dict[str, Any]:
    """Gunicorn's settings: a worker a core, a few threads each. It binds nothing itself: each
    worker has a listening socket of its own (`web_processes`), since kept-alive clients pile up on
    one worker where all share one. A request's line in the log is the application's."""
    bracketed = f"[{host}]" if ":" in host else host
    return {
        "bind": f"{bracketed}:{port}",
        "workers": workers,
        "worker_class": "vipclub.web_processes.WebWorker",
        "threads": threads,
        "keepalive": 15,
        "timeout": 60,
        "graceful_timeout": 20,
        "max_requests": 0,
        "accesslog": None,
        "logger_class": "vipclub.server_log.ServerLog",
        "errorlog": "-",
        "loglevel": "warning",
        "proc_name": "vipclub",
        "limit_request_line": 4094,
        "limit_request_fields": 60,
        "limit_request_field_size": 8190,
        "control_socket_disable": True,
    }


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", type=click.IntRange(1, 64), help="Processes; as many as cores.")
@click.option("--threads", default=THREADS, show_default=True, type=click.IntRange(1, 8))
@click.pass_obj
def serve(database: LazyDatabase, host: str, port: int, workers: int | None, threads: int) -> None:
    """Serve the club's pages and its API. The timed jobs run in `vipclub worker`."""
    from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

    settings = database.settings  # a wrong setting stops here, with its sentence
    refuse_unsafe_start(settings)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    chosen = options(host, port, workers or cores or 1, threads) | SharedFolder().hooks()
    from vipclub import app  # counts go to the shared folder where that is there before
    from vipclub.core.key_holders import KeyWatch
    from vipclub.database import open_database
    from vipclub.keys.rotating import checks_held

    level = "info" if settings.production else "warning"
    logs.configure(level)
    log.info(
        "serve_started",
        version=__version__,
        host=host,
        port=port,
        processes=chosen["workers"],
        threads=threads,
    )

    class Server(BaseApplication):  # type: ignore[misc]
        """Gunicorn around `create_app`, made in each worker: no connection outlives a fork."""

        watch: KeyWatch | None = None

        def load_config(self) -> None:
            for name, value in chosen.items():
                self.cfg.set(name, value)
            self.cfg.set("worker_exit", self.end)

        def load(self) -> Flask:
            logs.configure(level)
            club_database = open_database(settings, pool_size=threads)
            self.watch = KeyWatch(club_database, checks_held(settings))
            self.watch.start()
            return app.create_app(settings, database=club_database)

        def end(self, _server: Any, _worker: Any) -> None:  # noqa: ANN401 - gunicorn's own
            """In the worker, when it has answered all."""
            if self.watch is not None:
                self.watch.stop()

    from vipclub.web_processes import WebProcesses

    app.load_doors()  # once, before the fork: a worker that comes later has no code of a later day
    WebProcesses(Server(), host=host, port=port).run()
