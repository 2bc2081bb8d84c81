"""A list in a dense table: sorted by its headings, narrowed by filters, page by page, all by its
address (`templates/components/dense_table.html`).

    listed = asked_of_list(sorts=portfolio.SORTS, filters={"tier": TIERS, "city": None})
    with read() as session:
        found = portfolio.own_members(session, actor, sort=listed.sort, ...)
    listing(listed, COLUMNS, filters, following=found.next)

`sort=name` is a list by that column, `sort=-name` its reverse. What an address has beside sorts and
filters that are named here is a stranger's, and ignored.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request, url_for

from vipclub.core.i18n import N_, gettext, labelled
from vipclub.web.frame.request_context import current_language

LONGEST = 60
"""Characters of a filter that may be any text."""


@dataclass(frozen=True, slots=True)
class AskedOfList:
    """What the address of a list asks for. `filters` has those alone that narrow it; `first` is
    how a list is sorted that says nothing."""

    sort: str
    backwards: bool
    filters: Mapping[str, str]
    after: str | None
    first: str

    @property
    def order(self) -> str:
        """The order as an address says it: name, -name."""
        return f"-{self.sort}" if self.backwards else self.sort

    def address(self, **changed: str | None) -> str:
        """This list with something changed: `sort`, `after` or a filter; None takes it away. A list
        that is sorted or narrowed otherwise begins anew."""
        kept = {**self.filters, "sort": self.order, **changed}
        if kept["sort"] == self.first:
            del kept["sort"]
        query = urlencode({name: value for name, value in kept.items() if value})
        return url_for(str(request.endpoint), **(request.view_args or {})) + (query and f"?{query}")


def asked_of_list(
    *, sorts: Collection[str], filters: Mapping[str, Collection[str] | None], first: str
) -> AskedOfList:
    """What this request asks for. `sorts` are columns, `first` the order where none is named
    ("-day"), `filters` the values that each knows, None where it may be any text."""
    sort = request.args.get("sort", "")
    order = sort if sort.removeprefix("-") in sorts else first
    narrowed = {}
    for name, known in filters.items():
        value = request.args.get(name, "")[:LONGEST].strip()
        if value and (known is None or value in known):
            narrowed[name] = value
    after = request.args.get("after") or None
    return AskedOfList(order.removeprefix("-"), order.startswith("-"), narrowed, after, first)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `heading` to translate, and whether one may sort by it; `falls` where the first
    click sorts from the largest. Figures stand at the end."""

    key: str
    heading: str
    sorts: bool = False
    falls: bool = False
    figures: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter as a list of choices: (value, text); `any` is the text of no choice."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    any: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A column as it is drawn: the way to sort by it where there is one, and how it sorts now
    ("ascending", "descending" or nothing)."""

    key: str
    text: str
    href: str
    sorted: str
    figures: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that narrows the list, and the list without it."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Listing:
    """All that the table shows beside its rows. `orders` are what one may sort by where there are
    no headings; `next_href` and `start_href` are other pages, "" where there is none."""

    headings: list[Heading]
    filters: list[Filter]
    chosen: Mapping[str, str]
    chips: list[Chip]
    orders: list[tuple[str, str]]
    order: str
    action: str
    all_href: str
    next_href: str
    start_href: str

    def label(self, key: str) -> str:
        """The heading of a column, for a cell that stands without it."""
        return next(heading.text for heading in self.headings if heading.key == key)


def listing(
    asked: AskedOfList,
    columns: Sequence[Column],
    filters: Sequence[Filter] = (),
    *,
    following: str | None,
) -> Listing:
    """The table's links and words; `following` is the cursor to the next page."""
    language = current_language()
    path = url_for(str(request.endpoint), **(request.view_args or {}))
    sortable = [column for column in columns if column.sorts]
    return Listing(
        headings=[_heading(language, asked, column) for column in columns],
        filters=list(filters),
        chosen=asked.filters,
        chips=_chips(language, asked, filters),
        orders=[order for column in sortable for order in _orders(language, column)],
        order=asked.order,
        action=path,
        all_href=asked.address(**dict.fromkeys(asked.filters)),
        next_href=asked.address(after=following) if following else "",
        start_href=asked.address() if asked.after else "",
    )


def _heading(language: str, asked: AskedOfList, column: Column) -> Heading:
    """A click on the column that sorts already turns it round."""
    now, text = asked.sort == column.key, gettext(language, column.heading)
    falls = not asked.backwards if now else column.falls
    return Heading(
        key=column.key,
        text=text,
        href=asked.address(sort=f"-{column.key}" if falls else column.key) if column.sorts else "",
        sorted=("descending" if asked.backwards else "ascending") if now else "",
        figures=column.figures,
    )


def _orders(language: str, column: Column) -> list[tuple[str, str]]:
    text = gettext(language, column.heading)
    rises = (column.key, gettext(language, N_("%(column)s, ascending"), column=text))
    falls = (f"-{column.key}", gettext(language, N_("%(column)s, descending"), column=text))
    return [falls, rises] if column.falls else [rises, falls]


def _chips(language: str, asked: AskedOfList, filters: Sequence[Filter]) -> list[Chip]:
    found = []
    for each in filters:
        if each.name in asked.filters:
            value = asked.filters[each.name]
            text = dict(each.options).get(value, value)
            href = asked.address(**{each.name: None})
            found.append(Chip(labelled(language, each.label, text), href))
    return found
