"""`vipclub serve`: the production server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from vipclub.production import refuse_unsafe_start

if TYPE_CHECKING:
    from flask import Flask

    from vipclub.cli import LazyDatabase

THREADS = 4
ACCESS_LOG = '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'
"""Method and path; never the query string, never the Referer: both may hold personal data."""


def options(
    host: str, port: int, workers: int, threads: int, *, access_log: bool = True
) -> dict[str, Any]:
    """Gunicorn's settings: a worker a core, a few threads each. It binds nothing itself: each
    worker has a listening socket of its own (`web_processes`), since kept-alive clients pile up on
    one worker where all share one."""
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
        "accesslog": "-" if access_log else None,
        "logger_class": "vipclub.access_log.AccessLog",
        "access_log_format": ACCESS_LOG,
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
    chosen = options(host, port, workers or cores or 1, threads, access_log=settings.production)

    class Server(BaseApplication):  # type: ignore[misc]
        """Gunicorn around `create_app`, made in each worker: no connection outlives a fork."""

        def load_config(self) -> None:
            for name, value in chosen.items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            from vipclub import logs
            from vipclub.app import create_app

            logs.configure("info" if settings.production else "warning")
            return create_app(settings)

    from vipclub.web_processes import WebProcesses

    WebProcesses(Server(), host=host, port=port).run()
