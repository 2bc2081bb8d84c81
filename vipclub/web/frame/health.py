"""Is it alive, is it ready, how is it doing: for balancers and Prometheus, whatever host they
ask for (`any_host`). Who may read details and figures is said in `vipclub/telemetry/access.py`."""

from __future__ import annotations

from typing import cast

from flask import Response, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from vipclub.telemetry.access import bears_token, may_read
from vipclub.telemetry.exposition import CONTENT_TYPE
from vipclub.web.frame.doors import Door, public

health = Door("health", url_prefix="/", audience=())


@health.get("/healthz")
@public
def alive() -> Response:
    """The process answers."""
    return jsonify(status="alive")


@health.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """200 when the database answers and stands at the newest migration, 503 otherwise, within two
    seconds or a little more. Why is for development and for whoever has the token."""
    club = current_app.extensions["vipclub"]
    found = club.readiness.now()
    report = {"status": "ready" if found.ready else "not ready"}
    if not club.settings.production or bears_token(club.settings, request.headers.get):
        report |= {"database": found.database, "migrations": found.migrations}
    return jsonify(report), 200 if found.ready else 503


@health.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """Prometheus' text format: of all processes of this `serve`, and what the database tells."""
    club = current_app.extensions["vipclub"]
    if not may_read(club.settings, request.headers.get, cast(str, request.remote_addr)):
        abort(404)
    answer = Response(club.telemetry.exposed(), content_type=CONTENT_TYPE)
    answer.headers["Cache-Control"] = "no-store"
    return answer
