"""What each first step is called, what is said of its state, and what does it."""

from __future__ import annotations

from dataclasses import dataclass

from vipclub.core.i18n import N_


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences to translate; `command` does the step, `page` leads to where it is
    done, `whose` names those who do it by a page of theirs, and `role` is what they are."""

    title: str
    done: str
    missing: str
    look: str = ""
    command: str = ""
    page: str = ""
    whose: str = ""
    role: str = ""

    def said(self, state: str) -> str:
        return {"done": self.done, "missing": self.missing, "look": self.look}[state]


WORDS = {
    "companies": Words(
        N_("Companies of the group"),
        N_("The companies that send files are known."),
        N_("No company of the group is known."),
        command="vipclub feed subsidiary add CODE --name NAME",
        whose=N_("Operations can also add them, on their page of deliveries."),
        role="operations",
    ),
    "files": Words(
        N_("Customer files"),
        N_("A file of each company was loaded."),
        N_("No file was loaded."),
        N_("A company has not sent a file yet."),
        command="vipclub feed load FILE --subsidiary CODE",
    ),
    "linked": Words(
        N_("One person in several companies"),
        N_("Whoever is a customer of several companies is known as one person."),
        N_("No customers yet. Load the files first."),
        N_(
            "The customers of a file are not linked yet. If it is no longer being loaded, load it "
            "again."
        ),
        command="vipclub feed load FILE --subsidiary CODE",
    ),
    "policy": Words(
        N_("Tier policy"),
        N_("A tier policy is in force."),
        N_("No tier policy is in force."),
        command="vipclub setup --standard-policy",
    ),
    "benefits": Words(
        N_("Benefits"),
        N_("This year's benefits are on record."),
        N_("This year has no benefits."),
        command="vipclub setup --standard-policy",
    ),
    "booking_rules": Words(
        N_("Booking rules"),
        N_("Services have booking rules."),
        N_("No service has booking rules."),
        command="vipclub setup --standard-policy",
    ),
    "members": Words(
        N_("Members"),
        N_("The customers have been rated."),
        N_("The customers have not been rated."),
        command="vipclub membership rate",
    ),
    "partners": Words(
        N_("Partners"),
        N_("Partners offer services at their sites."),
        N_("No partner offers a service."),
        page="admin.partner_list",
    ),
    "times": Words(
        N_("Times to book"),
        N_("Each service has open times ahead."),
        N_("No service has open times ahead."),
        N_("A service has no open times ahead."),
        whose=N_("Operations set the hours, on their page of partners."),
        role="operations",
    ),
    "prices": Words(
        N_("Prices"),
        N_("Each service has a price."),
        "",
        N_("A service has no price: its visits can't be settled."),
        whose=N_("Operations record prices, on their page of partners."),
        role="operations",
    ),
    "mail": Words(
        N_("Mail"),
        N_("The mail server took the test letter on %(moment)s."),
        N_("No test letter was sent."),
        N_("The test letter was written to a file: there is no mail server."),
    ),
    "worker": Words(
        N_("Worker"),
        N_("A worker sends letters and does the timed jobs."),
        N_("No worker was heard of within the last minute."),
        command="vipclub worker",
    ),
    "holidays": Words(
        N_("Public holidays"),
        N_("Public holidays are known through %(year)s."),
        N_("This year's public holidays are not known: they come with a partner's site."),
        N_("Public holidays are known through %(year)s only."),
    ),
    "backup": Words(
        N_("Backup"),
        N_("The last backup was taken on %(moment)s."),
        "",
        N_("No backup was taken within the last two days."),
        command="vipclub backup FOLDER",
    ),
}
"""By the step's name (`operations.first_steps`). Prices and backup are never missing: no booking
waits for them."""
WARNINGS = {
    "uncounted_proxy": N_(
        "Requests come through a proxy while VIPCLUB_PROXIES is 0: all visitors then count as one, "
        "and one attacker slows everybody's sign-in. Write how many proxies stand in front."
    ),
    "development": N_("The club runs in development mode, which refuses nothing that is unsafe."),
    "allow_sqlite": N_("The database is a file, as VIPCLUB_ALLOW_SQLITE allows."),
    "allow_mail_files": N_(
        "Letters are only written to files, as VIPCLUB_ALLOW_MAIL_FILES allows."
    ),
    "allow_mail_in_clear": N_(
        "Letters may leave without encryption, as VIPCLUB_ALLOW_MAIL_IN_CLEAR allows."
    ),
}
TRIALS = {
    "waiting": N_("The test letter of %(moment)s waits to be sent."),
    "sent": N_("The test letter was sent on %(moment)s."),
    "skipped": N_("The test letter of %(moment)s was not sent."),
    "failed": N_("The test letter of %(moment)s could not be delivered."),
}
"""By the state of the last test letter."""
