"""What a partner writes about its system's addresses."""

from __future__ import annotations

from wtforms import SelectMultipleField, StringField, ValidationError

from vipclub import partners
from vipclub.core.i18n import N_
from vipclub.web.frame.forms import Form, said

NONE_CHOSEN = N_("Please choose at least one event of the list.")


class EventsForm(Form):
    """The events that an address is told of."""

    events = SelectMultipleField(
        choices=lambda: list(partners.webhooks.all_events()), validate_choice=False
    )

    def validate_events(self, field: SelectMultipleField) -> None:
        if not field.data or not set(field.data) <= set(partners.webhooks.all_events()):
            raise ValidationError(said(NONE_CHOSEN))


class WebhookForm(EventsForm):
    """A new address."""

    url = StringField(filters=[lambda text: (text or "").strip()])

    def validate_url(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(said(N_("Please write the address.")))
