"""First steps: what is missing until the club can book, for the administrator of a new club."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import messages, operations
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.production.warnings import warnings
from vipclub.settings import Settings
from vipclub.web.admin.door import admin
from vipclub.web.admin.first_step_words import TRIALS, WARNINGS, WORDS
from vipclub.web.frame import current_actor, current_language, read, run


def _settings() -> Settings:
    found: Settings = current_app.extensions["vipclub"].settings
    return found


def mail_server() -> bool:
    """Whether letters leave this machine at all."""
    return bool(_settings().mail_url.get_secret_value())


@admin.get("/first-steps")
def first_steps() -> str:
    """Each step, its state, and what does it. Six statements."""
    with read() as session:
        found = operations.first_steps(session, current_actor(), mail_server=mail_server())
    reason = found.trial.reason if found.trial else None
    told = warnings(_settings(), uncounted_proxy=found.uncounted_proxy, now=clock.now())
    return render_template(
        "admin/first_steps.html",
        found=found,
        words=WORDS,
        trials=TRIALS,
        reason=gettext(current_language(), reason) if reason else "",
        warnings=[WARNINGS[name] for name in told],
    )


@admin.post("/first-steps/mail")
def send_trial() -> ResponseReturnValue:
    """A test letter to the administrator's own address."""
    run(messages.send_trial)
    said = N_("The test letter waits for the worker. This page says how it ended.")
    flash(gettext(current_language(), said))
    return redirect(url_for("admin.first_steps"), code=303)
