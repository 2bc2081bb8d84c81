"""The group's companies that send files: who they are, and what their headers and words mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import people
from vipclub.core.i18n import N_, gettext, join_clauses, join_words, labelled
from vipclub.people import SubsidiaryView
from vipclub.web.frame import current_actor, current_language, read, run, shown
from vipclub.web.frame.idempotent_form import run_once, sent_again
from vipclub.web.frame.open_form import changed_meanwhile, seen_on_page, seen_sent
from vipclub.web.frame.refusal_on_page import Shown
from vipclub.web.operations.company_forms import (
    FREE,
    GROUPS,
    HEADERS,
    MANY_SPARE,
    OTHERS,
    SPARE,
    CompanyForm,
    MapRow,
    MapsWished,
    NewCompanyForm,
)
from vipclub.web.operations.delivery_forms import COLUMN_WORDS, VALUE_WORDS
from vipclub.web.operations.door import operations

Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows of one kind on the page; a field without options is written, and one that the group
    doesn't have is None."""

    key: str
    title: str
    rows: list[MapRow]
    columns: list[Option] | None = None
    words: list[Option] | None = None
    writes_word: bool = False


@operations.get("/companies")
def companies() -> str:
    """Every company that sends files. One statement."""
    with read() as session:
        found = people.all_subsidiaries(session, current_actor())
    return render_template("operations/companies.html", companies=found)


@operations.get("/companies/new")
def new_company() -> str:
    """One more."""
    return _new(NewCompanyForm())


@operations.post("/companies/new")
def add_company() -> ResponseReturnValue:
    """Made known; its headers and words come next."""
    form = NewCompanyForm.sent()
    if not form.validate():
        return _new(form), 422
    with shown() as refusal:
        code = form.code.data
        answer = run_once(
            lambda _made: url_for("operations.company", code=code),
            people.add_subsidiary,
            code=code,
            **form.values(),
        )
        again = N_("You already sent this form. %(company)s was added once.")
        said = again if sent_again() else N_("%(company)s is added.")
        flash(gettext(current_language(), said, company=code), "done")
        return answer
    refused = form.refused(refusal, {people.SubsidiaryExists: "code"})
    return _new(form, refused), refusal.status


def _new(form: CompanyForm, refused: str = "") -> str:
    return render_template("operations/new_company.html", form=form, refused=refused)


@operations.get("/companies/<code>")
def company(code: str) -> str:
    """One company with its maps. One statement."""
    found = _found(code)
    form = CompanyForm(
        name=found.name,
        default_consent="Y" if found.default_consent else "N",
        trust_rank=found.trust_rank,
    )
    return _page(found, form, MapsWished.kept(found))


@operations.post("/companies/<code>")
def change_company(code: str) -> ResponseReturnValue:
    """Changed as a whole; its next file is read by it. `more` asks for empty rows and keeps all
    that was typed."""
    found, form, wished = _found(code), CompanyForm.sent(), MapsWished.sent(request.form)
    if "more" in request.form:
        return _page(found, form, wished, spare=MANY_SPARE)
    if not form.validate() or not wished.good:
        return _page(found, form, wished), 422
    with shown() as refusal:
        run(
            people.change_subsidiary,
            code=found.code,
            header_map=wished.header_map,
            value_map=wished.value_map,
            seen=seen_sent(),
            **form.values(),
        )
        said = N_("Saved. The next file of %(company)s is read by it.")
        flash(gettext(current_language(), said, company=found.code), "done")
        return redirect(url_for("operations.company", code=found.code), code=303)
    return _page(_found(code), form, wished, refusal=refusal), refusal.status


def _found(code: str) -> SubsidiaryView:
    with read() as session:
        return people.subsidiary_view(session, current_actor(), code)


def _page(
    found: SubsidiaryView,
    form: CompanyForm,
    wished: MapsWished,
    *,
    refusal: Shown | None = None,
    spare: int = SPARE,
) -> str:
    groups = [_group(key, wished, spare) for key in GROUPS]
    problems = [
        (form.problem(name), f"#{name}")
        for name in ("name", "default_consent", "trust_rank")
        if form.problem(name)
    ]
    problems += [
        (row.error, f"#own-{group.key}-{number}")
        for group in groups
        for number, row in enumerate(group.rows)
        if row.error
    ]
    return render_template(
        "operations/company.html",
        company=found,
        form=form,
        headers=groups[0],
        values=groups[1:],
        days=people.DAYS,
        problems=problems,
        refused=refusal.said if refusal else "",
        changed=changed_meanwhile(refusal, _words(found)),
        seen=seen_on_page(people.company_seen(found), refusal),
        known=[(column, word, _values(column)) for column, word in _columns(people.COLUMNS)],
    )


def _words(found: SubsidiaryView) -> dict[str, tuple[str, Callable[[], str]]]:
    """What is said of a field that somebody else changed."""
    language = current_language()
    yes_no = N_("yes") if found.default_consent else N_("no")
    return {
        "name": (
            N_("Name", context="name of a company, site or service"),
            lambda: found.name,
        ),
        "default_consent": (
            N_("Consent to share in the group, when the file says nothing"),
            lambda: gettext(language, yes_no),
        ),
        "trust_rank": (N_("Rank of trust"), lambda: str(found.trust_rank)),
        "header_map": (N_("Headers"), lambda: _headers_said(found.header_map)),
        "value_map": (N_("Values"), lambda: _values_said(found.value_map)),
    }


def _headers_said(headers: Mapping[str, str]) -> str:
    language = current_language()
    return _pairs_said(
        {own: gettext(language, COLUMN_WORDS[column]) for own, column in headers.items()}
    )


def _pairs_said(pairs: Mapping[str, str]) -> str:
    return join_words(current_language(), (f"{own} → {meant}" for own, meant in pairs.items()))


def _values_said(values: Mapping[str, Any]) -> str:
    language = current_language()

    def said(column: str, words: Any) -> str:  # noqa: ANN401 - a list of words, or pairs
        listed = join_words(language, words) if isinstance(words, list) else _pairs_said(words)
        return labelled(language, gettext(language, COLUMN_WORDS[column]), listed)

    return join_clauses(language, (said(column, words) for column, words in values.items()))


def _group(key: str, wished: MapsWished, spare: int) -> RowGroup:
    language = current_language()
    rows = wished.of(key) + [MapRow(key)] * spare
    if key == HEADERS:
        return RowGroup(key, "", rows, columns=_columns(people.COLUMNS))
    if key == OTHERS:
        title = gettext(language, N_("Other fields"))
        return RowGroup(key, title, rows, columns=_columns(FREE), writes_word=True)
    title = gettext(language, COLUMN_WORDS[key])
    return RowGroup(key, title, rows, words=_values(key) or None)


def _columns(columns: tuple[str, ...]) -> list[Option]:
    language = current_language()
    return [(column, gettext(language, COLUMN_WORDS[column])) for column in columns]


def _values(column: str) -> list[Option]:
    """The values that a column may have, each with what it means; none where any may be."""
    language = current_language()
    return [
        (code, f"{code} · {gettext(language, VALUE_WORDS[code])}" if code in VALUE_WORDS else code)
        for code in people.POSSIBLE.get(column, ())
    ]
