"""Where one may go at each door: the entries of all bars, and which of them is the present one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request, url_for

from vipclub.core.i18n import N_, gettext
from vipclub.web.frame.request_context import current_language, current_sign_in

AT_THE_THUMB = 4
"""So many entries stand beside the help button in the bar of a phone. Of more, one less does, and
the rest is under "More"."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An icon, a word to translate, a page; `under` are beginnings of other addresses that stand
    under it; `wide` when a phone's bar does without it."""

    icon: str
    word: str
    page: str
    under: tuple[str, ...] = ()
    wide: bool = False


NAVIGATION: dict[str, tuple[Entry, ...]] = {
    "member": (
        Entry("house", N_("Home"), "member.home", ("/card", "/contacts")),
        Entry("calendar-plus", N_("Book"), "member.services", ("/holds", "/events")),
        Entry("calendar-check", N_("Appointments"), "member.appointments", ("/calendar",)),
        Entry("gift", N_("Benefits"), "member.benefits", wide=True),
        Entry("inbox", N_("Messages"), "member.inbox", ("/callbacks", "/cases", "/conversation")),
    ),
    "manager": (
        Entry("sun", N_("This week"), "manager.home"),
        Entry("users", N_("My members"), "manager.members", ("/manager/find",)),
        Entry("calendar-days", N_("Events", context="salons and seminars"), "manager.events"),
        Entry("handshake", N_("Referrals"), "manager.referrals"),
    ),
    "desk": (
        Entry("headset", N_("Service desk"), "desk.home", ("/desk/find", "/desk/members")),
        Entry("life-buoy", N_("Cases"), "desk.cases"),
        Entry("phone-outgoing", N_("Callbacks"), "desk.callbacks"),
        Entry("handshake", N_("Referrals"), "desk.referrals"),
        Entry("users", N_("Duty"), "desk.duty", ("/desk/access", "/desk/handover")),
    ),
    "partner": (
        Entry("inbox", N_("Waiting"), "partner.home", ("/partner/appointments",)),
        Entry("calendar-check", N_("Day sheet"), "partner.day_sheet"),
        Entry("calendar-days", N_("Places"), "partner.capacity", ("/partner/closing",)),
        Entry("life-buoy", N_("Help requests"), "partner.requests"),
        Entry("receipt-text", N_("Settlement"), "partner.settlement_month"),
        Entry("users", N_("Staff"), "partner.staff"),
        Entry("webhook", N_("Webhooks"), "partner.webhooks"),
    ),
    "operations": (
        Entry("activity", N_("Overview"), "operations.home"),
        Entry("calendar-check", N_("Appointments", context="of all members"), "operations.booked"),
        Entry("inbox", N_("Deliveries"), "operations.deliveries", ("/operations/companies",)),
        Entry("calendar-days", N_("Events", context="salons and seminars"), "operations.events"),
        Entry("gift", N_("Allowances"), "operations.adjust"),
        Entry("building-2", N_("Partners"), "operations.offering_list"),
        Entry("receipt-text", N_("Settlement"), "operations.settlements"),
        Entry("users", N_("Duty"), "desk.duty"),
        Entry("cog", N_("Machinery"), "operations.machinery", ("/operations/checks",)),
    ),
    "policy": (
        Entry("scale", N_("Tier policy"), "admin.policy"),
        Entry("flask-conical", N_("Trial run"), "admin.trials"),
        Entry("gift", N_("Benefits"), "admin.benefit_list"),
        Entry("calendar-check", N_("Booking rules"), "admin.booking_rules"),
    ),
    "admin": (
        Entry("layout-dashboard", N_("Overview"), "admin.home", ("/admin/first-steps",)),
        Entry("users", N_("Accounts"), "admin.people"),
        Entry("key-round", N_("Tokens"), "admin.tokens"),
        Entry("building-2", N_("Partners"), "admin.partner_list"),
    ),
    "auditor": (Entry("scroll-text", N_("Audit trail"), "admin.audit"),),
}
"""Role -> the entries of its bar."""


@dataclass(frozen=True, slots=True)
class Tab:
    """An entry as it is drawn."""

    icon: str
    text: str
    href: str
    current: bool
    count: int
    wide: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """What a phone has at the thumb, and what it has under "More"."""

    first: list[Tab]
    rest: list[Tab]

    @property
    def rest_count(self) -> int:
        """What is open at the entries under "More"."""
        return sum(tab.count for tab in self.rest)

    @property
    def rest_current(self) -> Tab | None:
        """The present one, when it is under "More"."""
        return next((tab for tab in self.rest if tab.current), None)


def present(entries: tuple[Entry, ...], addresses: list[str], path: str) -> int | None:
    """Which entry a page stands under: the one with the longest beginning of its address. A door's
    first page, whose address is the beginning of all, stands for itself only."""
    found: dict[int, int] = {}
    for at, (entry, address) in enumerate(zip(entries, addresses, strict=True)):
        if path == address:
            return at
        for start in (address, *entry.under):
            if not start.endswith("/") and f"{path}/".startswith(f"{start}/"):
                found[at] = max(found.get(at, 0), len(start))
    return max(found, key=lambda at: found[at], default=None)


def navigation(counts: Mapping[str, int] | None = None) -> Bar:
    """The bar of who is signed in. `counts` says what is open at a page."""
    sign_in, language = current_sign_in(), current_language()
    entries = NAVIGATION.get(sign_in.role if sign_in else "", ())
    addresses = [url_for(entry.page) for entry in entries]
    here = present(entries, addresses, request.path)
    tabs = [
        Tab(
            entry.icon,
            gettext(language, entry.word),
            address,
            at == here,
            (counts or {}).get(entry.page, 0),
            entry.wide,
        )
        for at, (entry, address) in enumerate(zip(entries, addresses, strict=True))
    ]
    narrow = [tab for tab in tabs if not tab.wide]
    if len(narrow) <= AT_THE_THUMB:
        return Bar(tabs, [])
    last = tabs.index(narrow[AT_THE_THUMB - 1])
    return Bar(tabs[:last], tabs[last:])
