"""What the sign-in pages ask for."""

from __future__ import annotations

from wtforms import DateField, PasswordField, StringField

from vipclub.web.frame.forms import Form, at_most


class SignInForm(Form):
    """Name and password; wrong ones are told apart by nobody."""

    login = StringField(filters=[at_most(300)])
    password = PasswordField(filters=[at_most(1000)])


class InvitationForm(SignInForm):
    """The second factor of an invitation is the date of birth."""

    birth_date = DateField()


class ResetForm(Form):
    """Whose password was forgotten."""

    login = StringField(filters=[at_most(300)])


class NewPasswordForm(Form):
    """Written twice: nobody sees what is typed."""

    password = PasswordField(filters=[at_most(1000)])
    again = PasswordField(filters=[at_most(1000)])
