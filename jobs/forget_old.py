"""Forget what has served its time: stored answers, delivered items, logs, sign-ins, trials, drafts
of mail files."""

from __future__ import annotations

from datetime import time, timedelta

from jobs.deliver_messages import MAIL_FOLDER, SMS_FOLDER
from jobs.job import Daily, Job, Told
from vipclub import accounts, membership, messages, partners, people
from vipclub.core import idempotency, outbox, stopping
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    answers = database.run(idempotency.forget_old)
    items = 0
    while gone := database.run(outbox.forget_done):
        items += gone
        stopping.here()
    events = 0
    while gone := database.run(partners.webhooks.forget_delivered):
        events += gone
        stopping.here()
    attempts = database.run(accounts.forget_old_attempts)
    attempts += database.run(accounts.forget_old_resets)
    attempts += database.run(people.forget_old_codes)
    drafts = messages.forget_drafts(settings.instance / MAIL_FOLDER)
    drafts += messages.forget_sms_drafts(settings.instance / SMS_FOLDER)
    return {
        "answers": answers,
        "items": items,
        "events": events,
        "attempts": attempts,
        "trials": database.run(membership.forget_trials),
        "drafts": drafts,
    }


JOB = Job(
    "forget_old",
    Daily(time(3, 0)),
    run,
    longest=timedelta(minutes=30),
    at_first=False,
    about="Removes stored answers after 400 days, delivered items after 90, partners' logs of "
    "events after 30, old sign-in attempts and codes, trials of policies that nobody submitted "
    "after 90.",
)
