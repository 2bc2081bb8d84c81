"""A page that shows a secret once, in the answer to the form that made it, and nowhere else."""

from __future__ import annotations

from flask import make_response, render_template
from werkzeug import Response


def secret_page(template: str, **values: object) -> Response:
    """A page with a secret: kept by no browser and no proxy."""
    answer = make_response(render_template(template, **values))
    answer.headers["Cache-Control"] = "no-store"
    return answer
