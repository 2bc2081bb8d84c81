"""A gateway as data: what is sent by it, how its answers and receipts are read, and what is wrong
with a description."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.messages.composed_letters import LANGUAGES, an_appointment_letter
from tests.messages.sms_gateway import DESCRIPTION, KEY, SECRET, SmsGateway, sms_gateway
from vipclub import wiring
from vipclub.core.dialling import CallFailed, Dialer
from vipclub.messages.channels import sms
from vipclub.messages.channels.sms.gateway import gateway_from
from vipclub.messages.channels.sms.posting import NotTaken, ViaGateway
from vipclub.messages.composing import compose_sms

__all__ = ["sms_gateway"]
NUMBER, TEXT = "+8613800138000", "【VIP】您好 & 再见"


def sent(path: Path) -> sms.Taken:
    post = sms.post_for(path, folder=None)
    assert post is not None
    return post.send(NUMBER, TEXT, "E-1")


def test_json_goes_out_as_described_with_its_key(sms_gateway: SmsGateway, tmp_path: Path) -> None:
    taken = sent(sms_gateway.description(tmp_path))
    ((path, headers, fields),) = sms_gateway.asked
    assert path == "/v1/send?account=club"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert fields == {"to": NUMBER, "content": TEXT, "reference": "E-1"}
    assert taken.id == "g1"
    assert taken.within is not None


FORM = """
url = "http://127.0.0.1:{port}/send"
format = "form"
[fields]
mobile = "{{digits}}"
message = "{{text}}"
"""
QUERY = """
url = "http://127.0.0.1:{port}/send?account=club"
method = "GET"
[fields]
mobile = "{{digits}}"
message = "{{text}}"
"""


@pytest.mark.parametrize("text", [FORM, QUERY])
def test_a_form_and_a_query_say_the_same(
    sms_gateway: SmsGateway, tmp_path: Path, text: str
) -> None:
    taken = sent(sms_gateway.description(tmp_path, text))
    ((_, _, fields),) = sms_gateway.asked
    assert (fields["mobile"], fields["message"]) == (NUMBER[1:], TEXT)
    assert (taken.id, taken.within) == ("", None)


@pytest.mark.parametrize(
    ("status", "code", "says", "error"),
    [
        (200, "blocked", None, sms.Refusal),
        (422, 0, None, sms.Refusal),
        (200, 17, None, NotTaken),
        (200, 0, b"<html>", NotTaken),
        (401, 0, None, NotTaken),
        (302, 0, None, NotTaken),
        (503, 0, None, NotTaken),
        (200, 0, b"x" * 100_000, NotTaken),
    ],
)
def test_what_the_gateway_answers_decides_whether_it_is_tried_again(
    sms_gateway: SmsGateway,
    tmp_path: Path,
    status: int,
    code: object,
    says: bytes | None,
    error: type[Exception],
) -> None:
    sms_gateway.status, sms_gateway.code, sms_gateway.says = status, code, says
    with pytest.raises(error) as raised:
        sent(sms_gateway.description(tmp_path))
    assert KEY not in str(raised.value)
    assert NUMBER not in str(raised.value)


def test_a_gateway_inside_is_called_only_when_its_keeper_says_so() -> None:
    document = {"url": "https://gateway.example/send", "fields": {"a": "{text}{number}"}}
    asked: list[str] = []

    def inside(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    dialer = Dialer(resolve=inside, seconds=2)
    gateway = replace(gateway_from(document).address, port=9)
    with pytest.raises(CallFailed, match="address"):
        dialer.ask(gateway, b"", {})
    with pytest.raises(CallFailed, match="refused"):
        replace(dialer, anywhere=True).ask(gateway, b"", {})
    assert asked == ["gateway.example"] * 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("http://127.0.0.1", "http://gateway.example"), "'url' must begin with https://"),
        (("http://127.0.0.1", "ftp://127.0.0.1"), "'url' must begin with https://"),
        (("[fields]", "[field]"), "it has 'field', which means nothing"),
        (("{{text}}", "{{said}}"), "'fields' has {said}, which means nothing"),
        (("{{number}}", "13800138000"), "'fields' must hold {text}, and {number} or {digits}"),
        (("seconds = 3", "seconds = 600"), "'seconds' must be a number from 1 to 15"),
        (("seconds = 3", 'method = "PATCH"'), "'method' must be one of POST, PUT, GET"),
        (("seconds = 3", 'format = "xml"'), "'format' must be json or form"),
        (("seconds = 3", "seconds = "), "is not TOML: line 3 can't be read"),
        (("Authorization", '"Bad Header"'), "'headers' has 'Bad Header', which is no header"),
        (("{secret}", "short"), "'receipt' needs a 'secret' of 24 characters or more"),
        (('success = "code"', ""), "'answer' must have both 'success' and 'taken'"),
        (("within_minutes = 5", "within_minutes = 0"), "'within_minutes' must be a number from 1"),
        (('delivered = ["DELIVRD"]', ""), "'receipt' must say by which words"),
    ],
)
def test_what_is_wrong_with_a_description_is_one_sentence_without_its_values(
    sms_gateway: SmsGateway, tmp_path: Path, change: tuple[str, str], sentence: str
) -> None:
    path = sms_gateway.description(tmp_path, DESCRIPTION.replace(*change))
    with pytest.raises(sms.GatewayUnreadable) as raised:
        sms.gateway_of(path)
    assert sentence in str(raised.value)
    assert KEY not in str(raised.value)
    assert SECRET not in str(raised.value)


def test_a_description_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(sms.GatewayUnreadable, match="No such file"):
        sms.gateway_of(tmp_path / "none.toml")


def test_a_description_that_breaks_later_lets_sms_wait(tmp_path: Path) -> None:
    """The worker looks each time: mails go out all the same."""
    post = sms.post_for(tmp_path / "none.toml", folder=None)
    assert post is not None
    with pytest.raises(NotTaken, match="can't be used"):
        post.send(NUMBER, TEXT, "E-1")


def test_no_secret_is_in_a_gateways_repr(sms_gateway: SmsGateway, tmp_path: Path) -> None:
    post = sms.post_for(sms_gateway.description(tmp_path), folder=None)
    assert isinstance(post, ViaGateway)
    assert KEY not in repr(post)
    assert SECRET not in repr(post)


REPORTS = {"reports": [{"id": "g1", "state": "DELIVRD"}, {"id": 2, "state": "EXPIRED"}]}


def test_receipts_are_read_where_the_secret_is_right(
    sms_gateway: SmsGateway, tmp_path: Path
) -> None:
    rule = sms.gateway_of(sms_gateway.description(tmp_path)).receipt
    assert rule is not None
    body = json.dumps(REPORTS).encode()
    found = sms.read_receipts(rule, body, {"X-Token": SECRET}, "")
    assert [(one.id, one.state) for one in found] == [("g1", "delivered"), ("2", "failed")]
    on_its_way = json.dumps({"reports": [{"id": "g1", "state": "ACCEPTD"}]}).encode()
    assert sms.read_receipts(rule, on_its_way, {"X-Token": SECRET}, "") == []
    for headers, token in (({}, ""), ({"X-Token": "wrong"}, ""), ({}, SECRET)):
        with pytest.raises(sms.ReceiptRefused, match="forged"):
            sms.read_receipts(rule, body, headers, token)
    for wrong in (b"{", b"\xff", b"[1]", b'{"reports": [{"id": "g1"}]}'):
        with pytest.raises(sms.ReceiptRefused, match="unreadable"):
            sms.read_receipts(rule, wrong, {"X-Token": SECRET}, "")


def test_receipts_may_be_signed_or_come_with_a_token_as_a_form(
    sms_gateway: SmsGateway, tmp_path: Path
) -> None:
    rule = sms.gateway_of(sms_gateway.description(tmp_path)).receipt
    assert rule is not None
    signed = replace(rule, signed=True, header="X-Signature")
    body = json.dumps(REPORTS).encode()
    right = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert len(sms.read_receipts(signed, body, {"X-Signature": f"sha256={right}"}, "")) == 2
    with pytest.raises(sms.ReceiptRefused, match="forged"):
        sms.read_receipts(signed, body + b" ", {"X-Signature": right}, "")
    plain = replace(rule, header="", many="")
    (one,) = sms.read_receipts(plain, b"id=g7&state=DELIVRD", {}, SECRET)
    assert (one.id, one.state) == ("g7", "delivered")


SALON = {
    "ref": "R-7K2Q9-XM4TR-C",
    "version": 1,
    "event": "E-7K2Q9-XM4TR-C",
    "title": {"en": "On long life", "zh-Hans": "谈长寿", "zh-Hant": "談長壽"},
    "venue": {"en": "The Bund house", "zh-Hans": "外滩会所", "zh-Hant": "外灘會所"},
    "address": {"en": "1 The Bund", "zh-Hans": "外滩 1 号", "zh-Hant": "外灘 1 號"},
    "zone": "Asia/Shanghai",
    "doors": "2026-12-12T05:30:00+00:00",
    "start": "2026-12-12T06:00:00+00:00",
    "end": "2026-12-12T08:00:00+00:00",
    "cancel_until": "2026-12-10T06:00:00+00:00",
    "until": "2026-12-04T02:00:00+00:00",
    "size": 2,
    "line": 3,
    "reason": None,
    "used": False,
}
SPECIMENS = {
    "case-received": {"ref": "H-1", "kind": "emergency_overseas", "by": None},
    "case-answered": {"ref": "H-1", "kind": "complaint", "by": None},
    "case-resolved": {"ref": "H-1", "kind": "green_channel", "by": None},
    "case-reopened": {"ref": "H-1", "kind": "enquiry", "by": None},
    "case-alarm": {
        "ref": "H-7K2Q9-XM4TR-C",
        "kind": "emergency_domestic",
        "severity": "critical",
        "clock": "first_answer",
        "due": None,
    },
    "case-assigned": {
        "ref": "H-7K2Q9-XM4TR-C",
        "kind": "emergency_domestic",
        "severity": "critical",
        "clock": None,
        "due": None,
    },
    "case-caller": {"ref": "H-1", "kind": "emergency_overseas", "by": None},
    "case-task": {
        "ref": "H-7K2Q9-XM4TR-C",
        "kind": "emergency_domestic",
        "severity": "critical",
        "clock": None,
        "due": "2026-12-03T00:30:00+00:00",
    },
    "thread-answered": {"member": ""},
    "contact-code": {"expires_at": "2026-12-03T00:30:00+00:00"},
    "contact-details-changed": {"at": "2026-12-03T00:30:00+00:00", "what": ["mobile"]},
    "membership-ends-soon": {
        "tier": {"en": "Gold", "zh-Hans": "金卡", "zh-Hant": "金卡"},
        "last_day": "2026-12-31",
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_short_and_tells_nothing_of_what_was_said(language: str) -> None:
    visit = an_appointment_letter()
    told = SPECIMENS | {
        letter.template: visit.to_json()
        for letter in wiring.LETTERS
        if letter.face == "appointment"
    }
    told |= {letter.template: SALON for letter in wiring.LETTERS if letter.face == "event"}
    later = [letter for letter in wiring.LETTERS if letter.wakes or letter.about]
    assert {letter.template for letter in later} - {"welcome"} <= told.keys()
    for template, data in told.items():
        text = compose_sms(
            template,
            data,
            language=language,
            at=visit.start,
            base_url="https://club.example",
            secret="012345",
        )
        assert sms.segments(text) <= 2, text
        assert "\n" not in text
        assert not any(word in text for word in ("Chan", *visit.site.to_json().values()))
        assert visit.service.to(language) not in text
        assert ("https://club.example" in text) == (template not in NO_ADDRESS), text
        assert text.startswith("VIP Club: " if language == "en" else "【")


NO_ADDRESS = {"contact-code", "contact-details-changed"}
"""Whoever asked has the page open; whoever is warned types the address, or calls."""
