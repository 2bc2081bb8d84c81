"""What administrators, policy owners and auditors fill in. No form asks the database."""

from __future__ import annotations

from datetime import date
from typing import Self

from flask import request
from wtforms import Field, FileField, IntegerField, StringField, TextAreaField, ValidationError
from wtforms.validators import NumberRange, Optional

from vipclub.accounts import (
    LANGUAGES,
    PORTFOLIO,
    ROLES,
    STAFF,
    STATES,
    TOKEN_SCOPES,
    PortfolioUnreadable,
)
from vipclub.core.errors import Malformed
from vipclub.core.i18n import N_
from vipclub.web.frame.forms import Form, at_most, day_asked, one_line, said

LARGEST_DOCUMENT = 64_000
"""Characters of a policy: the shipped one has two thousand."""


def needed(field: Field, sentence: str) -> None:
    """Says `sentence` when nothing was filled in."""
    if not field.data:
        raise ValidationError(said(sentence))


class SearchForm(Form):
    """Which accounts: from the address."""

    text = StringField(name="find", filters=[one_line, at_most(120)])
    role = StringField()
    state = StringField()
    after = StringField(filters=[at_most(40)])

    @classmethod
    def asked(cls) -> Self:
        """The filter of this request. Raises Malformed for a role or state that isn't one."""
        form = cls(request.args)
        if form.role.data and form.role.data not in ROLES:
            raise Malformed("role")
        if form.state.data and form.state.data not in STATES:
            raise Malformed("state")
        return form


class RoleForm(Form):
    """Another role."""

    role = StringField()

    def validate_role(self, field: StringField) -> None:
        if field.data not in STAFF:
            raise ValidationError(said(N_("Please choose a role.")))


class ScopeForm(Form):
    """Whose affairs: a partner's reference, or a portfolio such as LIFE/0042."""

    kind = StringField()
    ref = StringField(filters=[one_line, at_most(64)])

    def validate_ref(self, field: StringField) -> None:
        if self.kind.data == "portfolio" and not PORTFOLIO.fullmatch(field.data or ""):
            raise ValidationError(said(PortfolioUnreadable.sentence))
        needed(field, N_("Please choose one."))


class StateForm(Form):
    """Shut an account or open it again, and why."""

    reason = StringField(filters=[one_line, at_most(300)])

    def validate_reason(self, field: StringField) -> None:
        needed(field, N_("Please say why in a few words."))


class RecruitForm(Form):
    """A new colleague."""

    name = StringField(filters=[one_line, at_most(120)])
    login = StringField(filters=[one_line, at_most(300)])
    role = StringField()
    language = StringField()
    partner = StringField(filters=[at_most(40)])
    portfolio = StringField(filters=[one_line, at_most(41)])

    def validate_name(self, field: StringField) -> None:
        needed(field, N_("Please give the name."))

    def validate_login(self, field: StringField) -> None:
        needed(field, N_("Please give an e-mail address or a phone number."))

    def validate_role(self, field: StringField) -> None:
        if field.data not in STAFF:
            raise ValidationError(said(N_("Please choose a role.")))

    def validate_language(self, field: StringField) -> None:
        if field.data not in LANGUAGES:
            raise Malformed("language")

    def validate_partner(self, field: StringField) -> None:
        if self.role.data == "partner":
            needed(field, N_("Please choose the partner this clerk works for."))

    def validate_portfolio(self, field: StringField) -> None:
        if self.role.data == "manager" and field.data and not PORTFOLIO.fullmatch(field.data):
            raise ValidationError(said(PortfolioUnreadable.sentence))

    @property
    def scope(self) -> str | None:
        """Whose affairs the role is for."""
        by_role = {"partner": self.partner.data, "manager": self.portfolio.data}
        return by_role.get(self.role.data) or None


class InviteForm(Form):
    """A member to be invited."""

    member = StringField(filters=[one_line, at_most(40)])

    def validate_member(self, field: StringField) -> None:
        needed(field, N_("Please give the member's reference."))


class TokenForm(Form):
    """A new token of the API."""

    scope = StringField()
    member = StringField(filters=[one_line, at_most(40)])
    partner = StringField(filters=[at_most(40)])
    days = IntegerField(validators=[NumberRange(1, 3660)], default=365)

    def validate_scope(self, field: StringField) -> None:
        if field.data not in TOKEN_SCOPES:
            raise ValidationError(said(N_("Please choose a scope.")))

    def validate_member(self, field: StringField) -> None:
        if self.scope.data == "member":
            needed(field, N_("Please give the member's reference."))

    def validate_partner(self, field: StringField) -> None:
        if self.scope.data == "partner":
            needed(field, N_("Please choose the partner."))


class RevokeForm(Form):
    """A token of the list."""

    token = StringField(filters=[at_most(40)])


class DocumentForm(Form):
    """A tier policy as its document, pasted or as a file."""

    text = TextAreaField()
    file = FileField()

    @classmethod
    def sent(cls) -> Self:
        form = cls(request.form)
        form.file.data = request.files.get("file")
        return form

    def document(self) -> str:
        """What came: the file when there is one. Raises Malformed beyond all measure."""
        given = self.file.data
        text = str(self.text.data or "")
        if given is not None and given.filename:
            raw = given.stream.read(4 * LARGEST_DOCUMENT + 1)
            try:
                text = raw.decode("utf-8-sig")
            except UnicodeDecodeError:
                raise Malformed(given.filename[:60]) from None
        if len(text) > LARGEST_DOCUMENT:
            raise Malformed(N_("document"))
        return text.replace("\r\n", "\n")


class AuditForm(Form):
    """Which records: from the address. References, names of acts and days only."""

    subject = StringField(filters=[one_line, at_most(64)])
    actor = StringField(filters=[one_line, at_most(64)])
    action = StringField(filters=[one_line, at_most(60)])
    day = StringField(filters=[at_most(10)])
    before = IntegerField(validators=[Optional(), NumberRange(1, 2**62)])

    @classmethod
    def asked(cls) -> Self:
        """The filter of this request. Raises Malformed."""
        form = cls(request.args)
        if not form.validate():
            raise Malformed("before")
        return form

    def on_day(self) -> date | None:
        """Raises Malformed."""
        return day_asked(self.day.data)


class VerifyForm(Form):
    """From which seal on; none is the newest records."""

    seal = IntegerField(validators=[Optional(), NumberRange(1, 2**62)])

    def chosen(self) -> int | None:
        """Raises Malformed."""
        if not self.validate():
            raise Malformed("seal")
        return self.seal.data if self.seal.data is None else int(self.seal.data)
