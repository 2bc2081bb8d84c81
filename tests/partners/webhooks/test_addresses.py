"""An endpoint's address is a stranger's: what it may name, and what is asked when it is called."""

from __future__ import annotations

import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.partners.webhooks.receiver import Receiver
from vipclub.core import dialling
from vipclub.core.dialling import CallFailed, Dialer
from vipclub.core.internet_addresses import may_be_called
from vipclub.partners.webhooks import AddressNotAccepted, address_of


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("http://partner.example/club", "https"),
        ("ftp://partner.example/club", "shape"),
        ("javascript:alert(1)", "shape"),
        ("//partner.example/", "shape"),
        ("https:///club", "shape"),
        ("https://partner.example/a b", "shape"),
        ("https://partner.example/\r\nHost: x", "shape"),
        ("https://partner.example/俱乐部", "shape"),
        ("https://partner.example/#top", "shape"),
        ("https://partner.example\\@127.0.0.1/", "shape"),
        ("https://partner.example:99999/", "shape"),
        ("https://[::1/", "shape"),
        ("https://" + "a" * 600 + ".example/", "shape"),
        ("https://user:secret@partner.example/", "user"),
        ("https://user@partner.example/", "user"),
        ("https://partner.example:22/", "port"),
        ("https://partner.example:0/", "port"),
        ("https://localhost/", "host"),
        ("https://LOCALHOST./", "host"),
        ("https://db.internal/", "host"),
        ("https://printer.local/", "host"),
        ("https://intranet/", "host"),
        ("https://127.0.0.1/", "host"),
        ("https://127.1/", "host"),
        ("https://2130706433/", "host"),
        ("https://0x7f.0.0.1/", "host"),
        ("https://0177.0.0.1/", "host"),
        ("https://[::1]/", "host"),
        ("https://[::ffff:127.0.0.1]/", "host"),
        ("https://169.254.169.254/latest/meta-data/", "host"),
        ("https://100.100.100.200/latest/meta-data/", "host"),
        ("https://93.184.215.14/", "host"),
        ("https://-partner.example/", "host"),
        ("https://partner..example/", "host"),
    ],
)
def test_an_address_that_could_lead_inside_is_not_accepted(url: str, rule: str) -> None:
    with pytest.raises(AddressNotAccepted) as refused:
        address_of(url)
    assert refused.value.data["rule"] == rule


def test_a_public_address_is_accepted_as_it_was_written() -> None:
    found = address_of(" https://Hooks.Partner.Example:8443/club?key=1 ")
    assert (found.host, found.port, found.target) == (
        "hooks.partner.example",
        8443,
        "/club?key=1",
    )
    assert found.authority == "hooks.partner.example:8443"
    assert address_of("https://partner.example").target == "/"


def test_plain_http_is_for_this_host_in_development_only() -> None:
    assert address_of("http://127.0.0.1:5000/x", loopback=True).port == 5000
    assert address_of("http://[::1]:5000/x", loopback=True).authority == "[::1]:5000"
    for url in ("http://10.0.0.1/", "http://partner.example/", "http://169.254.169.254/"):
        with pytest.raises(AddressNotAccepted):
            address_of(url, loopback=True)
    with pytest.raises(AddressNotAccepted):
        address_of("http://127.0.0.1:5000/x")


INSIDE = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "100.127.255.255",
    "168.63.129.16", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.88.99.1", "::", "::1",
    "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:100.100.100.200",
    "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
    "2001::1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "nonsense", "",
]  # fmt: skip


@pytest.mark.parametrize("number", INSIDE)
def test_no_number_inside_is_called(number: str) -> None:
    assert not may_be_called(number)


@pytest.mark.parametrize("number", ["93.184.215.14", "8.8.8.8", "2606:4700:4700::1111"])
def test_a_public_number_is_called(number: str) -> None:
    assert may_be_called(number)
    assert not may_be_called(number, loopback=True)


class Names:
    """A name server that answers in turn, as one that rebinds does; it counts how often it was
    asked."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


PUBLIC = address_of("https://partner.example/club")


@pytest.mark.parametrize(
    "numbers",
    [["127.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["::ffff:10.0.0.1"], ["100.100.100.200"]],
)
def test_a_name_that_points_inside_is_never_dialled(
    numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def dial(*_args: object) -> None:
        raise AssertionError("dialled")

    monkeypatch.setattr(socket.socket, "connect", dial)
    with pytest.raises(CallFailed) as failed:
        Dialer(resolve=Names(numbers)).post(PUBLIC, b"{}", {})
    assert failed.value.problem == "address"


def test_a_name_that_changes_after_the_look_is_of_no_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the number that was looked at is the number that is dialled; the name is asked
    once."""
    dialled: list[object] = []

    def dial(_self: object, place: object) -> None:
        dialled.append(place)
        raise ConnectionRefusedError

    names = Names(["93.184.215.14"], ["127.0.0.1"])
    monkeypatch.setattr(socket.socket, "connect", dial)
    with pytest.raises(CallFailed) as failed:
        Dialer(resolve=names).post(PUBLIC, b"{}", {})
    assert failed.value.problem == "refused"
    assert dialled == [("93.184.215.14", 443)]
    assert names.asked == 1


def test_in_development_a_name_leads_to_this_host_or_nowhere() -> None:
    with Receiver() as receiver:
        here = address_of(f"http://localhost:{receiver.port}/", loopback=True)
        outside = Dialer(loopback=True, resolve=Names(["93.184.215.14"]))
        with pytest.raises(CallFailed) as failed:
            outside.post(here, b"{}", {})
        assert failed.value.problem == "address"
        assert Dialer(loopback=True, resolve=Names(["127.0.0.1"])).post(here, b"{}", {}) == 200
        with pytest.raises(CallFailed):
            Dialer(resolve=Names(["127.0.0.1"])).post(here, b"{}", {})
        assert len(receiver.calls) == 1


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ("slow", "late"),
        ("drip", "late"),
        ("silent", "broken"),
        ("endless head", "broken"),
        (302, "redirect"),
        (307, "redirect"),
        (404, "status"),
        (500, "status"),
    ],
)
def test_no_answer_takes_longer_or_more_than_it_may(answer: int | str, problem: str) -> None:
    with Receiver([answer]) as receiver:
        here = address_of(receiver.url, loopback=True)
        with pytest.raises(CallFailed) as failed:
            Dialer(loopback=True, seconds=0.6).post(here, b"{}", {})
    assert failed.value.problem in {problem, "large"}


def test_a_body_without_an_end_is_not_read() -> None:
    with Receiver(["endless body"]) as receiver:
        here = address_of(receiver.url, loopback=True)
        assert Dialer(loopback=True, seconds=2).post(here, b"{}", {}) == 200


def test_a_redirect_into_the_metadata_service_is_not_followed() -> None:
    with Receiver([302], location="http://169.254.169.254/latest/") as receiver:
        here = address_of(receiver.url, loopback=True)
        with pytest.raises(CallFailed) as failed:
            Dialer(loopback=True).post(here, b"{}", {})
    assert (failed.value.problem, failed.value.answer) == ("redirect", 302)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for partner.example that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "partner.example")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("partner.example")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "partner.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def trusting(path: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(path))


@pytest.mark.parametrize(
    ("host", "trusts", "problem"),
    [
        ("partner.example", True, None),
        ("other.example", True, "tls"),
        ("partner.example", False, "tls"),
    ],
)
def test_a_partner_proves_its_name(
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    trusts: bool,
    problem: str | None,
) -> None:
    monkeypatch.setattr(dialling, "may_be_called", lambda *_a, **_k: True)  # the server is here
    context = trusting(certificate) if trusts else dialling.trust()
    with Receiver(certificate=certificate) as receiver:
        address = replace(address_of(f"https://{host}/club"), port=receiver.port)
        dialer = Dialer(resolve=Names(["127.0.0.1"]), seconds=3, context=lambda: context)
        if problem is None:
            assert dialer.post(address, b"{}", {}) == 200
        else:
            with pytest.raises(CallFailed) as failed:
                dialer.post(address, b"{}", {})
            assert failed.value.problem == problem
        assert len(receiver.calls) == (1 if problem is None else 0)
