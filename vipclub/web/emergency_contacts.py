"""Emergency contacts on pages: the form that asks for one, and a contact in the reader's words. The
member's door and the desk's share them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wtforms import DateField, StringField
from wtforms.validators import Optional

from vipclub import people
from vipclub.core import clock
from vipclub.core.i18n import N_, format_date, gettext
from vipclub.people.emergency_contacts import ContactGiven, ContactView
from vipclub.web.frame.forms import Form, at_most, one_line
from vipclub.web.frame.refusal_on_page import Shown

LANGUAGES = (("zh-Hans", "简体中文"), ("zh-Hant", "繁體中文"), ("en", "English"))


class ContactForm(Form):
    """Somebody whom the club may call and tell about the member."""

    name = StringField(filters=[one_line, at_most(120)])
    relation = StringField(filters=[at_most(20)])
    phone = StringField(filters=[one_line, at_most(40)])
    language = StringField(filters=[at_most(10)])
    may_be_told = StringField(filters=[at_most(10)])
    delegate_until = DateField(validators=[Optional()])

    def given(self) -> ContactGiven:
        """What was said, for the use case."""
        return ContactGiven(
            name=self.name.data,
            relation=self.relation.data,
            phone=self.phone.data,
            language=self.language.data,
            may_be_told=self.may_be_told.data or "nothing",
            delegate_until=self.delegate_until.data,
        )

    def tell(self, refusal: Shown) -> str:
        """A rule's no at its field; gives the sentence where it is about none."""
        rule = refusal.refused.data.get("rule", "")
        if rule not in self:
            return refusal.said
        self[rule].errors = [refusal.said]
        return ""

    @classmethod
    def of(cls, found: ContactView, *, phone: str) -> ContactForm:
        """As a contact stands."""
        return cls(
            name=found.name,
            relation=found.relation,
            phone=phone,
            language=found.language,
            may_be_told=found.may_be_told,
            delegate_until=found.delegate_until,
        )


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact in a list."""

    ref: str
    name: str
    relation: str
    phone: str
    told: str
    delegate: str


def contact_line(language: str, found: ContactView) -> ContactLine:
    """A contact in words; `delegate` is empty for one who may not act."""
    relation = people.emergency_contacts.CONTACT_RELATIONS[found.relation]
    until = ""
    if found.delegate and found.delegate_until is not None:
        day = format_date(language, found.delegate_until)
        until = gettext(language, N_("delegate until %(day)s"), day=day)
    return ContactLine(
        ref=found.ref,
        name=found.name,
        relation=gettext(language, relation),
        phone=found.phone,
        told=level_word(language, found.level),
        delegate=until,
    )


def level_word(language: str, level: str) -> str:
    """How much may be told."""
    word = people.emergency_contacts.LEVELS[level]
    return gettext(language, word)


def level_buttons(language: str) -> list[tuple[str, str]]:
    """How much may be told, as somebody answers it."""
    words = {
        "nothing": N_("Tell nothing"),
        "state": N_("Tell the status only"),
        "all": N_("Tell everything"),
    }
    return [(code, gettext(language, word)) for code, word in words.items()]


def contact_choices(language: str) -> dict[str, Any]:
    """What the form offers, for `contact_fields.html`."""
    relations = people.emergency_contacts.CONTACT_RELATIONS
    return {
        "relations": [(code, gettext(language, word)) for code, word in relations.items()],
        "levels": [(code, level_word(language, code)) for code in people.emergency_contacts.LEVELS],
        "languages": LANGUAGES,
        "earliest": clock.club_today().isoformat(),
    }
