"""Is it alive, is it ready, how is it doing. `/metrics` answers this machine and the API's
channel tokens only."""

from __future__ import annotations

from typing import Any, cast

from flask import Response, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from vipclub import accounts, migration
from vipclub.core import lease, outbox
from vipclub.core.errors import Refused
from vipclub.web.frame.doors import Door, public
from vipclub.web.frame.request_context import db, request_id

health = Door("health", url_prefix="/", audience=())
LOOPBACK = frozenset({"127.0.0.1", "::1"})
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


@health.get("/healthz")
@public
def alive() -> Response:
    """The process answers."""
    return jsonify(status="alive")


@health.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """200 when the database answers and stands at the newest migration; how old the worker's
    beat is, is told only: the pages work without it."""
    report: dict[str, Any] = {"database": "away", "migrations": "unknown"}
    try:
        with db().read() as session:
            session.execute(text("SELECT 1"))
            report["database"] = "answers"
            there, wanted = migration.current(session.connection()), migration.heads()
            report["migrations"] = "at the head" if there == wanted else "behind"
            if there == wanted:
                age = lease.heartbeat_age(session)
                lag = outbox.lag(session)
                report["worker_heartbeat_age_seconds"] = None if age is None else round(age, 1)
                report["outbox"] = {
                    "waiting": lag.waiting,
                    "dead": lag.dead,
                    "oldest_seconds": round(lag.oldest_seconds, 1),
                }
    except (SQLAlchemyError, Refused, OSError):
        report.setdefault("status", "not ready")
    fit = report["database"] == "answers" and report["migrations"] == "at the head"
    report["status"] = "ready" if fit else "not ready"
    return jsonify(report), 200 if fit else 503


@health.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """Prometheus' text format: the times of this process by route, and the queue's state."""
    if not _may_measure():
        abort(404)
    lines = generate_latest(current_app.extensions["vipclub"].telemetry.registry).decode()
    try:
        with db().read() as session:
            lag, age = outbox.lag(session), lease.heartbeat_age(session)
    except (SQLAlchemyError, Refused, OSError):
        lines += "# TYPE vipclub_database_up gauge\nvipclub_database_up 0\n"
    else:
        figures = {
            "vipclub_database_up": 1,
            "vipclub_outbox_waiting": lag.waiting,
            "vipclub_outbox_dead": lag.dead,
            "vipclub_outbox_oldest_seconds": lag.oldest_seconds,
            "vipclub_worker_beat_age_seconds": "NaN" if age is None else age,
        }
        lines += "".join(f"# TYPE {n} gauge\n{n} {v}\n" for n, v in figures.items())
    return Response(lines, content_type=CONTENT_TYPE_LATEST)


def _may_measure() -> bool:
    """From this machine itself, not through a proxy on it; or with a channel's token."""
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        actor = accounts.actor_of_bearer(db(), bearer.strip(), request_id=request_id())
        return actor is not None and actor.kind == "channel"
    direct = not any(name in request.headers for name in FORWARDED)
    return direct and cast(str, request.remote_addr) in LOOPBACK
