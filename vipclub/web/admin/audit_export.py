"""The audit trail as a CSV file."""

from __future__ import annotations

import csv
from io import StringIO

from flask import make_response
from werkzeug import Response

from vipclub import operations
from vipclub.operations import Act
from vipclub.web.admin.audit import acts_asked, filter_on_record
from vipclub.web.admin.door import admin
from vipclub.web.admin.forms import AuditForm
from vipclub.web.frame import audience, current_actor, read, run
from vipclub.web.frame.csv_export import safe_cell

EXPORTED = 10_000


@admin.get("/audit.csv")
@audience("auditor")
def audit_export() -> Response:
    """The records of the filter as a file, the newest 10,000; that too is recorded."""
    actor, form = current_actor(), AuditForm.asked()
    run(operations.record_reading, shown={**filter_on_record(form), "export": True})
    with read() as session:
        found = operations.acts(session, actor, acts_asked(form), limit=EXPORTED)
    answer = make_response(table_of(found))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = "attachment; filename=audit.csv"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def table_of(found: list[Act]) -> str:
    """CSV with a BOM, which spreadsheets ask for; no cell is taken for a formula."""
    out = StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(
        ["record", "at", "actor_kind", "actor", "channel", "action", "subject_kind", "subject"]
        + ["reason", "seal"]
    )
    for act in found:
        row = [act.id, act.at.isoformat(timespec="seconds"), act.actor_kind, act.actor]
        row += [act.channel, act.action, act.subject_kind, act.subject, act.reason, act.seal]
        writer.writerow([cell(value) for value in row])
    return out.getvalue()


def cell(value: object) -> str:
    """A value that a spreadsheet leaves as it is.

    >>> cell("=1+1"), cell("＝1+1"), cell("A-7K2Q9-XM4TR-C"), cell(None), cell(12)
    ("'=1+1", "'＝1+1", 'A-7K2Q9-XM4TR-C', '', '12')
    """
    return safe_cell("" if value is None else str(value))
