"""What staff write about the own account."""

from __future__ import annotations

from wtforms import StringField

from vipclub.web.frame.forms import Form, at_most, one_line


class MobileForm(Form):
    """A number to be woken by, and the password once more."""

    mobile = StringField(filters=[one_line, at_most(40)])
    password = StringField(filters=[at_most(256)])


class MobileCodeForm(Form):
    """The six digits that were sent there."""

    code = StringField(filters=[one_line, at_most(40)])
