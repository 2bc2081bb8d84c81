"""What is amiss with the description of the SMS gateway. A club without one sends no SMS, which
stops nothing and is told."""

from __future__ import annotations

import stat
from collections.abc import Iterator

from vipclub import messages
from vipclub.production.finding import Finding
from vipclub.settings import PREFIX, Settings


def sms_amiss(settings: Settings) -> Iterator[str]:
    """What is wrong with it, to follow the setting's name; nothing of what it says."""
    path = settings.sms_description
    if path is None:
        return
    try:
        messages.gateway_of(path)
    except messages.GatewayUnreadable as error:
        yield f"names {path.name}, which can't be used ({error})"
        return
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield f"names {path.name}, which others on this machine may read, with its key"


def sms_told(settings: Settings) -> str:
    """How SMS go out, when nothing is wrong."""
    path = settings.sms_description
    if path is None:
        return "No SMS gateway is described."
    gateway = messages.gateway_of(path)
    return f"SMS go out by {gateway.address.scheme}://{gateway.address.host}."


def sms_missing(settings: Settings) -> Finding:
    """What the club lacks without a gateway, or with one that tells no receipts."""
    path = settings.sms_description
    if path is None:
        return Finding(
            "sms",
            "notice",
            f"{PREFIX}SMS_GATEWAY names no gateway: what must wake somebody goes by mail alone, "
            "and no mobile number can be verified.",
        )
    try:
        receipt = messages.gateway_of(path).receipt
    except messages.GatewayUnreadable:
        return Finding("sms", "notice", "The SMS gateway's description can't be used.")
    if receipt is None:
        return Finding(
            "sms",
            "notice",
            f"{path.name} has no [receipt]: nobody notices that an SMS was not delivered.",
        )
    return Finding(
        "sms",
        "well",
        f"Receipts of SMS are taken at {settings.base_url}/sms/receipts.",
    )
