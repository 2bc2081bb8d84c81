"""What the letters about accounts and persons say: those parts stand before this one and know none.
They are queued in `account_letters`."""

from __future__ import annotations

from typing import Any

from vipclub import accounts, people
from vipclub.core import i18n
from vipclub.core.i18n import N_
from vipclub.messages.contact_letters import LETTERS as CONTACT_LETTERS
from vipclub.messages.letter import Letter, Reading, always
from vipclub.messages.threads.reading import still_waiting
from vipclub.messages.trial_letter import LETTER as TRIAL

_DETAILS = {"mobile": N_("mobile number"), "email": N_("e-mail address")}


def _of_reset(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    if not reading.secret:
        raise ValueError("a reset without its secret")
    return {
        "until": reading.moment(data["expires_at"]),
        "url": f"{reading.base_url}/reset/{reading.secret}",
    }


def _of_staff_invitation(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    if not reading.secret:
        raise ValueError("an invitation without its secret")
    return {
        "until": reading.moment(data["expires_at"]),
        "url": f"{reading.base_url}/join/{reading.secret}",
    }


def _of_code(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """No link: whoever asked has the page open."""
    if not reading.secret:
        raise ValueError("a code without its secret")
    return {"code": reading.secret, "until": reading.moment(data["expires_at"]), "url": ""}


def _of_account(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """No link in the mail: who is warned types the address, or calls. The inbox leads to the page
    of one's own details."""
    language = reading.language
    names = [i18n.gettext(language, _DETAILS[name]) for name in data.get("what", ())]
    return {
        "moment": reading.moment(data["at"]),
        "what": i18n.present(language, names),
        "url": "" if reading.base_url else "/me",
    }


def _of_thread(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    return {"url": f"{reading.base_url}/conversation"}


def _of_members_thread(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    page = f"/manager/members/{data['member']}/conversation"
    return {"member": data["member"], "url": f"{reading.base_url}{page}"}


LETTERS = (
    TRIAL,
    Letter(
        "thread-answered",
        N_("Message from the relationship manager"),
        _of_thread,
        always,
        about="cases",
    ),
    Letter(
        "thread-written",
        N_("Message from a member"),
        _of_members_thread,
        still_waiting,
        waits=True,
        kept=False,
    ),
    Letter(
        "password-reset",
        N_("New password asked for"),
        _of_reset,
        accounts.reset_still_open,
        purpose="security",
        until="expires_at",
        kept=False,
    ),
    Letter(
        "staff-invitation",
        N_("Invitation of a colleague"),
        _of_staff_invitation,
        accounts.staff_invitation_still_open,
        purpose="security",
        until="expires_at",
        kept=False,
    ),
    Letter(
        "contact-code",
        N_("Code to verify a number or address"),
        _of_code,
        people.code_still_open,
        purpose="security",
        until="expires_at",
        kept=False,
    ),
    Letter("password-changed", N_("Password changed"), _of_account, always, purpose="security"),
    Letter(
        "contact-details-changed",
        N_("Contact details changed"),
        _of_account,
        always,
        purpose="security",
    ),
    *CONTACT_LETTERS,
)
"""Nothing about the safety of an account waits for the morning. What opens a door is kept in no
inbox."""
