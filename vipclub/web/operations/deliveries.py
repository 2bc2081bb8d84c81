"""Deliveries: what came, how much of it was wrong, and putting it right row by row.

Lists show masked values only. Real values are on one page, the row's own, and looking at it is on
record.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import people
from vipclub.core.i18n import N_, gettext, say
from vipclub.people import DeliveryReport, DeliveryView, ProblemView, RowView
from vipclub.web.frame import current_actor, current_language, db, read, run, shown
from vipclub.web.operations.delivery_forms import (
    COLUMN_WORDS,
    PICKED,
    VALUE_WORDS,
    CorrectForm,
    DropForm,
    FileForm,
)
from vipclub.web.operations.door import operations

AT_ONCE = 50
ROWS_AT_ONCE = 200
LARGEST_FILE = 5_000_000
ROW = "/deliveries/<ref>/rows/<int(max=2000000000):line>"
DELIVERY_STATES = {
    "staging": (N_("being read"), "soon"),
    "applied": (N_("loaded"), "calm"),
    "refused": (N_("refused"), "late"),
    "abandoned": (N_("broken off"), "late"),
}
ROW_STATES = {
    "open": (N_("waits"), "soon"),
    "corrected": (N_("put right"), "calm"),
    "dropped": (N_("dropped"), ""),
    "gone": (N_("not kept"), ""),
}
KINDS = {"delta": N_("Changes only"), "full": N_("All customers")}
OUTCOMES = {
    "loaded": N_("Line %(line)s is put right and loaded."),
    "unchanged": N_("Line %(line)s is put right; the club knew it already."),
    "older": N_("Line %(line)s is put right; what a newer delivery said stays."),
}


@dataclass(frozen=True, slots=True)
class FieldShown:
    """A field of the correction form. `options` is empty for free text."""

    column: str
    label: str
    value: str
    error: str
    options: list[tuple[str, str]]


@operations.url_value_preprocessor
def allow_a_file(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A file may be larger than a form; said before anything reads the request."""
    if endpoint == "operations.send":
        request.max_content_length = LARGEST_FILE + 100_000


@operations.context_processor
def delivery_words() -> dict[str, Any]:
    """What things about deliveries are called."""
    return {
        "delivery_states": DELIVERY_STATES,
        "row_states": ROW_STATES,
        "kinds": KINDS,
        "reasons": people.REASONS,
        "column_words": COLUMN_WORDS,
        "promised_rate": 1.0,
    }


@operations.get("/deliveries")
def deliveries() -> str:
    """All deliveries, the latest first. One statement."""
    before = request.args.get("before") or None
    with read() as session:
        found = people.deliveries(session, current_actor(), limit=AT_ONCE + 1, before=before)
    more = len(found) > AT_ONCE
    return render_template(
        "operations/deliveries.html",
        items=found[:AT_ONCE],
        newer=url_for("operations.deliveries") if before else "",
        older=url_for("operations.deliveries", before=found[AT_ONCE - 1].ref) if more else "",
    )


@operations.get("/deliveries/<ref>")
def delivery(ref: str) -> str:
    """One delivery: its figures, and what was set aside by reason. Three statements."""
    actor = current_actor()
    reason = request.args.get("reason") or None
    after = request.args.get("after", 0, type=int)
    with read() as session:
        found = people.delivery(session, actor, ref)
        groups = people.problems_by_reason(session, actor, ref)
        rows = people.problems(
            session,
            actor,
            ref,
            reason=reason,
            after=max(0, min(after, 2_000_000_000)),
            limit=ROWS_AT_ONCE + 1,
        )
    shown, further = _whole_rows(rows)
    return render_template(
        "operations/delivery.html",
        found=found,
        figures=_figures(found),
        groups=groups,
        rows=shown,
        reason=reason if reason in people.REASONS else None,
        start=url_for("operations.delivery", ref=found.ref, reason=reason) if after else "",
        further=url_for("operations.delivery", ref=found.ref, reason=reason, after=further)
        if further
        else "",
    )


def _whole_rows(rows: list[ProblemView]) -> tuple[list[ProblemView], int]:
    """What fits on a page without cutting a row in two, and the last line when there is more."""
    if len(rows) <= ROWS_AT_ONCE:
        return rows, 0
    whole = [row for row in rows if row.line != rows[-1].line] or rows
    return whole, whole[-1].line


def _figures(found: DeliveryView) -> list[tuple[str, int, str]]:
    language = current_language()
    figures = [
        (N_("Rows"), found.rows, ""),
        (N_("Loaded"), found.loaded, ""),
        (N_("Unchanged"), found.unchanged, ""),
        (N_("Set aside"), found.came_wrong, ""),
        (N_("Corrected since"), found.corrected, ""),
        (N_("Still open"), found.waiting, ""),
    ]
    return [(gettext(language, name), number, text) for name, number, text in figures]


@operations.post("/deliveries/<ref>/retry")
def retry(ref: str) -> ResponseReturnValue:
    """Try all waiting rows again as they are: the company's words may be known by now."""
    settled, still = people.retry_rows(db(), current_actor(), delivery=ref)
    said = N_("%(settled)s rows are put right, %(still)s still wait.")
    kind = "done" if settled else "info"
    flash(gettext(current_language(), said, settled=settled, still=still), kind)
    return redirect(url_for("operations.delivery", ref=ref), code=303)


@operations.get(ROW)
def row(ref: str, line: int) -> str:
    """A row with what the file said. That it is looked at is on record before it is shown."""
    return _row_page(ref, line)


@operations.post(ROW)
def correct(ref: str, line: int) -> ResponseReturnValue:
    """Correct and try again; what is still wrong is marked."""
    sent = CorrectForm.sent()
    with shown() as refusal:
        settled = run(people.correct_row, delivery=ref, line=line, values=sent)
        said = gettext(current_language(), OUTCOMES[settled.outcome], line=line)
        return _onwards(ref, line, said)
    if isinstance(refusal.refused, people.RowStillWrong):
        return _row_page(ref, line, sent=sent, refused=refusal.refused), refusal.status
    flash(refusal.said, "refused")
    return redirect(url_for("operations.delivery", ref=ref), code=303)


@operations.post(ROW + "/drop")
def drop(ref: str, line: int) -> ResponseReturnValue:
    """Give a row up, with a reason."""
    form = DropForm.sent()
    if not form.validate():
        return _row_page(ref, line, drop_error=form.problem("reason")), 422
    with shown() as refusal:
        run(people.drop_row, delivery=ref, line=line, reason=form.reason.data)
        said = gettext(current_language(), N_("Line %(line)s is dropped."), line=line)
        return _onwards(ref, line, said)
    flash(refusal.said, "refused")
    return redirect(url_for("operations.delivery", ref=ref), code=303)


def _onwards(ref: str, line: int, said: str) -> ResponseReturnValue:
    """Back to the list, from where the next row is one key away."""
    flash(said, "done")
    return redirect(url_for("operations.delivery", ref=ref, _anchor="rows"), code=303)


def _row_page(
    ref: str,
    line: int,
    *,
    sent: dict[str, str] | None = None,
    refused: people.RowStillWrong | None = None,
    drop_error: str = "",
) -> str:
    actor, language = current_actor(), current_language()
    viewed = run(people.record_row_view, delivery=ref, line=line)
    with read() as session:
        found = people.set_aside_row(session, actor, delivery=ref, line=line, viewed=viewed)
    marks = {p.field: p.reason for p in found.problems}
    if refused is not None:
        marks = {p.field: p.reason for p in refused.data["problems"]}
    errors = {c: gettext(language, people.REASONS.get(why, why)) for c, why in marks.items()}
    fields = _fields(found, sent, errors)
    return render_template(
        "operations/delivery_row.html",
        found=found,
        wrong=[shown for shown in fields if shown.error],
        others=[shown for shown in fields if not shown.error],
        whole=errors.get("row", ""),
        refused=say(language, refused) if refused else "",
        drops=[(code, gettext(language, text)) for code, text in people.DROP_REASONS.items()],
        drop_words=people.DROP_REASONS,
        drop_error=drop_error,
    )


def _fields(
    found: RowView, sent: dict[str, str] | None, errors: dict[str, str]
) -> list[FieldShown]:
    language = current_language()
    values = sent if sent is not None else found.values or {}
    shown = []
    for column in people.COLUMNS:
        value = values.get(column, "")
        options: list[tuple[str, str]] = []
        if column in PICKED:
            codes = list(dict.fromkeys((value, *people.POSSIBLE[column], "")))
            options = [(code, _named(language, code)) for code in codes]
        label = gettext(language, COLUMN_WORDS[column])
        shown.append(FieldShown(column, label, value, errors.get(column, ""), options))
    return shown


def _named(language: str, code: str) -> str:
    """A code of the feed with what it means; what the file said otherwise as it is."""
    word = VALUE_WORDS.get(code)
    return f"{code} · {gettext(language, word)}" if word else code or "–"


@operations.get("/deliveries/new")
def new_delivery() -> str:
    """Send a file from here. One statement."""
    return _file_page(FileForm())


@operations.post("/deliveries/new")
def send() -> ResponseReturnValue:
    """Check a file, or load it: the same reader as the command's."""
    form = FileForm.sent()
    language = current_language()
    if form.file is None:
        return _file_page(form, problem=gettext(language, N_("Please choose a file."))), 422
    if not form.validate():
        return _file_page(form), 422
    with shown() as refusal:
        report = _take(form, loads=request.form.get("do") == "load")
    if refusal.happened:
        return _file_page(form, refusal=refusal.said), refusal.status
    if report.delivery is None:
        return _file_page(form, report=report)
    flash(gettext(language, N_("%(file)s is loaded."), file=_file_name(form)), "done")
    return redirect(url_for("operations.delivery", ref=report.delivery), code=303)


def _take(form: FileForm, *, loads: bool) -> DeliveryReport:
    with tempfile.TemporaryDirectory(prefix="vipclub-") as folder:
        path = Path(folder) / _file_name(form)
        assert form.file is not None
        form.file.save(path)
        about: dict[str, Any] = {
            "path": path,
            "subsidiary": form.subsidiary.data,
        }
        if not loads:
            return people.check_file(db(), current_actor(), **about)
        return people.load_delivery(
            db(), current_actor(), kind=form.kind.data, as_of=form.day, **about
        )


def _file_name(form: FileForm) -> str:
    """The file's own name without any folder or strange sign; its ending stays."""
    assert form.file is not None
    name = re.split(r"[/\\]", form.file.filename or "")[-1]
    return re.sub(r"[^\w.\- ]", "_", name).lstrip(". ")[-80:] or "file"


def _file_page(
    form: FileForm,
    *,
    problem: str = "",
    refusal: str = "",
    report: DeliveryReport | None = None,
) -> str:
    with read() as session:
        known = people.known_subsidiaries(session, current_actor())
    return render_template(
        "operations/new_delivery.html",
        form=form,
        companies=[(code, f"{code} · {name}" if name else code) for code, name in known],
        problem=problem,
        refusal=refusal,
        report=report,
        largest=LARGEST_FILE // 1_000_000,
    )
