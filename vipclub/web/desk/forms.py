"""What the desk types."""

from __future__ import annotations

from wtforms import StringField

from vipclub.web.frame.forms import Form, at_most, one_line


class FindForm(Form):
    """Whatever the caller says: a reference, a card number, a phone number."""

    who = StringField(filters=[one_line, at_most(60)])
