"""What kinds, severities, clocks, states and entries are called, to be said in the reader's
language."""

from __future__ import annotations

from vipclub.core.i18n import N_

KIND_WORDS = {
    "emergency_domestic": N_("Emergency assistance in China"),
    "emergency_overseas": N_("Emergency assistance abroad"),
    "green_channel": N_("Priority medical appointment"),
    "complaint": N_("Complaint"),
    "enquiry": N_("Enquiry"),
}
SEVERITY_WORDS = {
    "critical": N_("Critical"),
    "high": N_("High"),
    "normal": N_("Normal"),
    "low": N_("Low"),
}
STATE_WORDS = {
    "new": N_("New case"),
    "triaged": N_("Severity set"),
    "in_progress": N_("In progress"),
    "waiting": N_("Waiting for the member"),
    "resolved": N_("Case resolved"),
    "closed": N_("Case closed"),
    "reopened": N_("Case reopened"),
}
CLOCK_WORDS = {
    "first_answer": N_("First answer"),
    "reply": N_("Reply"),
    "triage": N_("Severity"),
    "partner_found": N_("Partner"),
    "member_told": N_("News for the member"),
    "resolution": N_("Resolution"),
}
CHANNEL_WORDS = {
    "phone": N_("by phone"),
    "web": N_("on the portal"),
    "counter": N_("at a counter"),
    "agent": N_("through an agent"),
    "partner": N_("through a partner"),
    "api": N_("by a system of the group"),
    "club": N_("by the club"),
}
ENTRY_WORDS = {
    "opened": N_("Case opened"),
    "owner": N_("New owner"),
    "triaged": N_("Severity set"),
    "severity": N_("Severity changed"),
    "kind": N_("Kind changed"),
    "started": N_("Work started"),
    "answered": N_("Answer"),
    "wrote": N_("Message from the member"),
    "noted": N_("Internal note"),
    "waited": N_("Work paused"),
    "resumed": N_("Work continued"),
    "partner_asked": N_("Partner asked"),
    "partner_found": N_("Partner found"),
    "partner_lost": N_("Partner no longer available"),
    "no_partner": N_("No partner needed"),
    "partner_declined": N_("Partner declined"),
    "partner_silent": N_("Partner did not answer"),
    "partner_withdrawn": N_("Request to the partner withdrawn"),
    "partners_all_asked": N_("No partner is left to ask"),
    "extended": N_("Deadline extended"),
    "resolved": N_("Case resolved"),
    "closed": N_("Case closed"),
    "reopened": N_("Case reopened"),
    "merged": N_("Merged into another case"),
    "merged_in": N_("Another case merged into this one"),
    "about": N_("Person complained of"),
    "owed": N_("Promise of the other case"),
    "caller_asked": N_("Question about a caller"),
    "caller_answered": N_("Answer about the caller"),
    "caller_verified": N_("Caller verified"),
    "alarm": N_("Alarm"),
    "handed": N_("Handed over"),
    "facts": N_("Answers to the questions"),
    "step_done": N_("Step done"),
    "step_undone": N_("Step open again"),
    "task_added": N_("Task added"),
    "task_done": N_("Task done"),
    "task_cancelled": N_("Task cancelled"),
    "task_ended": N_("Task ended with the case"),
    "linked": N_("Related case"),
    "unlinked": N_("No longer related"),
    "rated": N_("Rating by the member"),
}
