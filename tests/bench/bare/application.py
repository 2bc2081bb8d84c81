"""Bare Flask: five answers with the work of the club's and nothing else.

`/nine` is a booking's nine statements through SQLAlchemy Core in one transaction: the token, the
request's key, a unit, its entry, the visit, a letter, the trail, the stored answer, and last the
seat. `/two` does the same in two round trips. `/page` is a page of 8 KB with one query,
`/null` JSON without a database, `/nulltoken` the same behind a token.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache

from flask import Flask, Response, jsonify, render_template, request
from psycopg import Rollback
from psycopg_pool import ConnectionPool
from sqlalchemy import Engine, create_engine

from tests.bench.bare import statements as sql

URL = os.environ.get("BARE_DATABASE_URL", "")
CONNECTIONS = int(os.environ.get("BARE_CONNECTIONS", "2"))
SECTIONS = tuple((f"?section={n}", f"Section number {n} of the menu") for n in range(24))


@cache
def engine() -> Engine:
    """Made by the worker, after the fork."""
    return create_engine(URL, pool_size=CONNECTIONS, max_overflow=0)


@cache
def pool() -> ConnectionPool:
    """Bare connections of the driver, for `/two`."""
    made = ConnectionPool(
        URL.replace("+psycopg", "", 1),
        min_size=CONNECTIONS,
        max_size=CONNECTIONS,
        open=True,
        kwargs={"autocommit": True, "prepare_threshold": 1},
    )
    made.wait()
    return made


def _token_hash() -> bytes:
    return hashlib.sha256(request.headers["Authorization"][7:].encode()).digest()


def _asked() -> tuple[int, str, bytes]:
    """The time that is wanted, the request's key, and the hash of its body."""
    body = request.get_json()
    time = body["time"]
    if type(time) is not int or time < 1:
        raise ValueError
    return time, request.headers["Idempotency-Key"], hashlib.sha256(request.get_data()).digest()


def null() -> Response:
    return jsonify(well=True)


def null_behind_a_token() -> Response | tuple[Response, int]:
    with engine().connect() as connection:
        if connection.execute(sql.WHO, {"hash": _token_hash()}).first() is None:
            return jsonify(code="unknown_token"), 401
    return jsonify(well=True)


def nine() -> Response | tuple[Response, int]:
    time, key, body_hash = _asked()
    with engine().connect() as connection:
        known = connection.execute(sql.WHO, {"hash": _token_hash()}).first()
        if known is None:
            return jsonify(code="unknown_token"), 401
        if known.scope != "book":
            return jsonify(code="not_allowed"), 403
        who = known.person_id
        mine = {"who": who, "key": key, "body": body_hash}
        if connection.execute(sql.FIRST_TIME, mine).first() is None:
            return jsonify(code="again"), 409
        if connection.execute(sql.HOLD, {"who": who}).rowcount != 1:
            return jsonify(code="no_unit"), 409
        connection.execute(sql.ENTER, {"who": who})
        visit = connection.execute(sql.BOOK, {"time": time, "who": who}).scalar_one()
        content = {"visit": visit, "time": time}
        connection.execute(sql.TELL, {"content": content})
        connection.execute(sql.RECORD, {"who": who, "content": content})
        said = json.dumps(content)
        connection.execute(sql.ANSWER, {"whose": who, "of": key, "said": said})
        if connection.execute(sql.TAKE_SEAT, {"time": time}).rowcount != 1:
            return jsonify(code="sold_out"), 409
        connection.commit()
    return Response(said, 201, mimetype="application/json")


def two() -> Response | tuple[Response, int]:
    time, key, body_hash = _asked()
    given = {"hash": _token_hash(), "key": key, "body": body_hash, "time": time}
    visit = None
    with pool().connection() as connection, connection.transaction():
        row = connection.execute(sql.ALL_BUT_THE_SEAT, given).fetchone()
        if row is None or connection.execute(sql.SEAT, given).rowcount != 1:
            raise Rollback
        visit = row[0]
    if visit is None:
        return jsonify(code="refused"), 409
    return Response(f'{{"visit":{visit},"time":{time}}}', 201, mimetype="application/json")


def page() -> str:
    who = int(request.args["member"])
    with engine().connect() as connection:
        visits = connection.execute(sql.VISITS, {"who": who}).all()
    return render_template("page.html", who=who, visits=visits, sections=SECTIONS)


def application() -> Flask:
    """For gunicorn, one a worker."""
    app = Flask("bare", template_folder=os.path.join(os.path.dirname(__file__), "templates"))
    app.jinja_env.auto_reload = False
    app.add_url_rule("/null", view_func=null)
    app.add_url_rule("/nulltoken", view_func=null_behind_a_token)
    app.add_url_rule("/page", view_func=page)
    app.add_url_rule("/nine", view_func=nine, methods=["POST"])
    app.add_url_rule("/two", view_func=two, methods=["POST"])
    return app
