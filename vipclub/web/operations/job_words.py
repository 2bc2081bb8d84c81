"""The timed jobs in words: what each is called, and what its counts count."""

from __future__ import annotations

from collections.abc import Mapping

from vipclub.core.i18n import N_, gettext, join_words, labelled, pgettext
from vipclub.operations import JobRow

JOB_TITLES = {
    "check_allowances": N_("Check of all allowances"),
    "count_trials": N_("Trials of tier policies"),
    "deliver_messages": N_("Letters"),
    "deliver_webhooks": N_("Webhook calls to partners"),
    "end_delegations": N_("End of delegations"),
    "end_events": N_("End of events"),
    "end_holds": N_("End of held times"),
    "end_referrals": N_("End of referrals without an answer"),
    "end_registrations": N_("End of what waits at events"),
    "end_tickets": N_("End of booking tickets"),
    "expire_benefits": N_("End of last year's allowances"),
    "forget_drafts": N_("Removal of old drafts in cases"),
    "forget_old": N_("Removal of old records"),
    "forget_searches": N_("Removal of kept searches"),
    "renew_search_keys": N_("Spellings of names to find"),
    "grant_benefits": N_("Next year's allowances"),
    "invite_members": N_("Invitations"),
    "offer_seats": N_("Free seats at events"),
    "offer_other_times": N_("Other times after a closing"),
    "open_slots": N_("Opening of new times"),
    "rate_members": N_("Rating of members"),
    "remind_members": N_("Reminders of appointments"),
    "seal_anew": N_("Encryption with a new key"),
    "seal_audit": N_("Seals of the audit trail"),
    "tell_of_ends": N_("Notices of ending memberships"),
    "watch_callbacks": N_("Clocks and owners of callbacks"),
    "watch_cases": N_("Promises and owners of cases"),
    "write_case_sheet": N_("Sheet of open cases"),
    "watch_emergency_access": N_("Emergency access without a review"),
}
"""By the job's name; the page shows both, since commands take the name."""

COUNTS: Mapping[str, str] = {
    "alarms": N_("alarms", "what a timed job did"),
    "allowances": N_("allowances", "what a timed job did"),
    "answers": N_("stored answers", "what a timed job did"),
    "attempts": N_("sign-in attempts", "what a timed job did"),
    "cases": N_("cases", "what a timed job did"),
    "closed": N_("closed", "what a timed job did"),
    "counted": N_("counted", "what a timed job did"),
    "damaged": N_("damaged", "what a timed job did"),
    "days": N_("days", "what a timed job did"),
    "dead": N_("given up", "what a timed job did"),
    "desk": N_("left to the service desk", "what a timed job did"),
    "differ": N_("differ", "what a timed job did"),
    "done": N_("sent", "what a timed job did"),
    "drafts": N_("drafts", "what a timed job did"),
    "ended": N_("ended", "what a timed job did"),
    "events": N_("events", "what a timed job did"),
    "failed": N_("failed", "what a timed job did"),
    "filled": N_("filled in", "what a timed job did"),
    "finished": N_("finished", "what a timed job did"),
    "handovers": N_("handovers that nobody accepted", "what a timed job did"),
    "invited": N_("invited", "what a timed job did"),
    "items": N_("delivered items", "what a timed job did"),
    "left": N_("left", "what a timed job did"),
    "movements": N_("changes of tier", "what a timed job did"),
    "opened": N_("opened", "what a timed job did"),
    "owners": N_("new owners", "what a timed job did"),
    "passed_on": N_("passed on to the service desk", "what a timed job did"),
    "persons": N_("persons", "what a timed job did"),
    "postponed": N_("postponed", "what a timed job did"),
    "proposed": N_("offered", "what a timed job did"),
    "reminded": N_("reminded", "what a timed job did"),
    "resumed": N_("continued", "what a timed job did"),
    "rows": N_("rows", "what a timed job did"),
    "sealed": N_("sealed", "what a timed job did"),
    "searches": N_("searches", "what a timed job did"),
    "silent": N_("silent partners", "what a timed job did"),
    "taken": N_("removed", "what a timed job did"),
    "tasks": N_("tasks that are due", "what a timed job did"),
    "texts": N_("drafts of texts", "what a timed job did"),
    "told": N_("told", "what a timed job did"),
    "trials": N_("trials", "what a timed job did"),
    "unreadable": N_("unreadable", "what a timed job did"),
    "waiting": N_("waiting", "what a timed job did"),
}
"""What a run's counts are called in `Job.run`: the same in all jobs."""
_CONTEXT = "what a timed job did"


def title_of(language: str, job: JobRow) -> str:
    """What the job is called; one that is no more by its own name."""
    title = JOB_TITLES.get(job.name)
    return gettext(language, title) if title else job.name


def did(language: str, job: JobRow) -> str:
    """What its last run counted, without what it had none of; of one that failed what was wrong, as
    the log has it."""
    if not job.counts:
        return job.detail or ""
    told = [
        labelled(language, pgettext(language, _CONTEXT, COUNTS.get(name, name)), str(count))
        for name, count in job.counts.items()
        if count
    ]
    return join_words(language, told) or gettext(language, N_("nothing to do"))
