"""What production refuses of the settings: pure rules, a line each, with what to write instead."""

from __future__ import annotations

import base64
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from urllib.parse import parse_qs, urlsplit

from sqlalchemy.engine import make_url

from vipclub.core.crypto import KINDS
from vipclub.production.finding import Finding
from vipclub.production.key_strength import SECRET_BITS, bits_of_secret, weakness_of_key
from vipclub.production.sms_gateway import sms_amiss, sms_told
from vipclub.settings import PREFIX, Settings

LEAST_MEMORY_KIB = 19 * 1024
LEAST_PASSES = 2
GUESSED = (
    "can be guessed: it repeats itself, follows a pattern, is made of words, or is such a text in "
    "base 64 or hexadecimal digits"
)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Rule:
    """`wrong` gives what is unsafe about `setting`, to follow its name; `instead` is what to write,
    and `well` what may be said when nothing is wrong."""

    code: str
    setting: str
    wrong: Callable[[Settings], Iterator[str]]
    instead: str
    well: Callable[[Settings], str]

    def findings(self, settings: Settings) -> list[Finding]:
        """Each thing that is wrong as one sentence, or one that all is well."""
        found = [
            Finding(self.code, "refused", f"{PREFIX}{self.setting} {wrong}: {self.instead}.")
            for wrong in self.wrong(settings)
        ]
        return found or [Finding(self.code, "well", self.well(settings))]


def _database(settings: Settings) -> Iterator[str]:
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        return
    if url.database in {None, "", ":memory:"}:
        yield "keeps the club in memory"
    elif not settings.allow_sqlite:
        yield "names SQLite, which is its default"


def _base_address(settings: Settings) -> Iterator[str]:
    if settings.base_url == Settings.model_fields["base_url"].default:
        yield "is missing"
        return
    parts = urlsplit(settings.base_url)
    host = parts.hostname or ""
    if parts.scheme != "https":
        yield "begins with http://, so that sign-ins would go in the clear"
    if parts.username or parts.password or parts.query or parts.fragment:
        yield "holds more than a host"
    if parts.path:
        yield f"ends in the path {parts.path}, below which the club can't be served"
    if _this_machine(host):
        yield f"names this machine ({host}), which a link in a letter doesn't find"
    elif ":" in host:
        yield "names its host by an IPv6 address, at which no request is answered"


def _this_machine(host: str) -> bool:
    named = host in LOOPBACK or host.endswith(".localhost") or host.startswith("127.")
    return named or host in {"0.0.0.0", "::"}


def _mail_server(settings: Settings) -> Iterator[str]:
    if not settings.mail_url.get_secret_value() and not settings.allow_mail_files:
        yield "is missing, so that letters would only be written to files"


def _mail_in_clear(settings: Settings) -> Iterator[str]:
    parts = urlsplit(settings.mail_url.get_secret_value())
    if parts.scheme != "smtp" or settings.allow_mail_in_clear or parts.hostname in LOOPBACK:
        return
    asked = parse_qs(parts.query).get("starttls", [""])[-1]
    if asked in {"0", "no", "false"}:
        yield "forbids STARTTLS, so that letters would go in the clear"
    elif not asked:
        yield (
            "doesn't insist on STARTTLS, so that letters would go in the clear "
            "whenever it isn't offered"
        )


def _hotline(settings: Settings) -> Iterator[str]:
    yield from _made_up(settings.hotline, "hotline")


def _hotline_abroad(settings: Settings) -> Iterator[str]:
    yield from _made_up(settings.hotline_abroad, "hotline_abroad")


def _made_up(number: str, name: str) -> Iterator[str]:
    digits = "".join(c for c in number if c.isdigit())
    default = "".join(c for c in str(Settings.model_fields[name].default) if c.isdigit())
    if digits.endswith(default):
        yield "is the default, at which nobody answers"
    elif len(set(digits)) == 1:
        yield "is one digit over and over, at which nobody answers"


def _secret_key(settings: Settings) -> Iterator[str]:
    if any(bits_of_secret(secret) < SECRET_BITS for secret in settings.secrets):
        yield GUESSED


def _named_keys(settings: Settings) -> list[tuple[str, bytes]]:
    keys = settings.keys
    return [
        (f"{kind} key {number}" if kind == "encryption" or number > 1 else f"{kind} key", key)
        for kind in KINDS
        for number, key in sorted(keys.of(kind).items())
    ]


def _field_keys(settings: Settings) -> Iterator[str]:
    for name, key in _named_keys(settings):
        weakness = weakness_of_key(key)
        if weakness:
            yield f"is weak, its {name} {weakness}"


def _equal_keys(settings: Settings) -> Iterator[str]:
    for (one, key), (other, same) in combinations(_named_keys(settings), 2):
        if key == same:
            yield f"uses the same key twice, as its {one} and its {other}"


def _forms(key: bytes) -> set[str]:
    """How a key may be written."""
    forms = {base64.b64encode(key).decode(), base64.urlsafe_b64encode(key).decode(), key.hex()}
    return forms | {form.rstrip("=") for form in forms}


def _secrets_told(settings: Settings) -> str:
    count = len(settings.secrets)
    if count == 1:
        return "The secret key is random enough."
    return (
        f"{PREFIX}SECRET_KEY holds {count} secrets, with a comma between: each is random enough, "
        "and a cookie that one of them signed is good."
    )


def _key_as_secret(settings: Settings) -> Iterator[str]:
    for name, key in _named_keys(settings):
        forms = _forms(key)
        if any(secret in forms or key == secret.encode() for secret in settings.secrets):
            yield f"is the {name} of {PREFIX}FIELD_KEYS"
    if settings.secret_key.get_secret_value() == settings.field_keys.get_secret_value():
        yield f"is {PREFIX}FIELD_KEYS itself"


def _metrics_token(settings: Settings) -> Iterator[str]:
    token = settings.metrics_token.get_secret_value()
    if not token:
        return
    if bits_of_secret(token) < SECRET_BITS:
        yield GUESSED
    whole = (settings.secret_key.get_secret_value(), settings.field_keys.get_secret_value())
    held = {*whole, *settings.secrets}.union(*(_forms(key) for _, key in _named_keys(settings)))
    if token in held:
        yield "is one of the club's keys, which nobody else may hold"


def _any_host(settings: Settings) -> Iterator[str]:
    for host in settings.hosts:
        if "*" in host or host.startswith("."):
            yield f"answers any host that fits {host!r}"
        elif not host.strip("[]") or not host.isascii() or any(c in host for c in "/@ ;"):
            yield f"names {host!r}, which is no host"


def _own_host(settings: Settings) -> Iterator[str]:
    own = (urlsplit(settings.base_url).hostname or "").lower()
    odd = next(_any_host(settings), None) or next(_base_address(settings), None)
    named = {} if odd else {urlsplit(f"//{host}").hostname for host in settings.hosts}
    if named and own not in named:
        yield f"doesn't hold {own}, the host of {PREFIX}BASE_URL"


def _argon2_memory(settings: Settings) -> Iterator[str]:
    if settings.argon2_memory_kib < LEAST_MEMORY_KIB:
        yield f"is {settings.argon2_memory_kib}, too little for passwords"


def _argon2_passes(settings: Settings) -> Iterator[str]:
    if settings.argon2_passes < LEAST_PASSES:
        yield f"is {settings.argon2_passes}, too few for passwords"


def _instance(settings: Settings) -> Iterator[str]:
    folder = settings.instance
    if folder.is_dir() and folder.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        yield f"names {folder}, in which others may write"


def _mail_place(settings: Settings) -> str:
    server = urlsplit(settings.mail_url.get_secret_value())
    if not server.hostname:
        return f"Letters are written to files, as {PREFIX}ALLOW_MAIL_FILES says."
    return f"Letters go out by {server.scheme}://{server.hostname}."


def _wire(settings: Settings) -> str:
    allowed = settings.allow_mail_in_clear and settings.mail_url.get_secret_value()
    return (
        f"Letters may go in the clear, as {PREFIX}ALLOW_MAIL_IN_CLEAR says."
        if allowed
        else "No letter leaves this machine in the clear."
    )


A_NEW_KEY = "write a new value, as `vipclub keys` prints it"
RULES: tuple[Rule, ...] = (
    Rule(
        "database",
        "DATABASE_URL",
        _database,
        "write postgresql+psycopg://USER:PASSWORD@HOST/NAME, "
        f"or {PREFIX}ALLOW_SQLITE=1 beside it when a file is meant",
        lambda s: f"The database is {make_url(s.database_url).get_backend_name()}.",
    ),
    Rule(
        "base_address",
        "BASE_URL",
        _base_address,
        "write the club's own address, such as https://club.example",
        lambda s: f"The club's address is {s.base_url}.",
    ),
    Rule(
        "mail_server",
        "MAIL_URL",
        _mail_server,
        "write smtps://USER:PASSWORD@HOST, "
        f"or {PREFIX}ALLOW_MAIL_FILES=1 when files in the instance folder are meant",
        _mail_place,
    ),
    Rule(
        "mail_in_clear",
        "MAIL_URL",
        _mail_in_clear,
        "write smtps://... or smtp://...?starttls=1, "
        f"or {PREFIX}ALLOW_MAIL_IN_CLEAR=1 beside it when the way there is safe",
        _wire,
    ),
    Rule(
        "sms_gateway",
        "SMS_GATEWAY",
        sms_amiss,
        "mend the file as docs/operating/sms.md describes it, or write nothing to send no SMS",
        sms_told,
    ),
    Rule(
        "hotline",
        "HOTLINE",
        _hotline,
        "write the number that members in mainland China call",
        lambda s: f"The hotline is {s.hotline}.",
    ),
    Rule(
        "hotline_abroad",
        "HOTLINE_ABROAD",
        _hotline_abroad,
        "write the number that members abroad call",
        lambda s: f"The hotline from abroad is {s.hotline_abroad}.",
    ),
    Rule(
        "secret_key",
        "SECRET_KEY",
        _secret_key,
        "write 32 random characters or more, such as `openssl rand -base64 48` prints",
        _secrets_told,
    ),
    Rule(
        "field_keys",
        "FIELD_KEYS",
        _field_keys,
        A_NEW_KEY,
        lambda s: f"{len(_named_keys(s))} field keys look random.",
    ),
    Rule(
        "equal_keys",
        "FIELD_KEYS",
        _equal_keys,
        A_NEW_KEY,
        lambda s: "No field key is used twice.",
    ),
    Rule(
        "key_as_secret",
        "SECRET_KEY",
        _key_as_secret,
        "write one of its own, such as `openssl rand -base64 48` prints",
        lambda s: "The secret key is none of the field keys.",
    ),
    Rule(
        "metrics_token",
        "METRICS_TOKEN",
        _metrics_token,
        "write 32 random characters or more, such as `openssl rand -hex 32` prints, or nothing",
        lambda s: (
            "Figures are told to this machine"
            + (
                " and to whoever has the token."
                if s.metrics_token.get_secret_value()
                else " alone."
            )
        ),
    ),
    Rule(
        "any_host",
        "TRUSTED_HOSTS",
        _any_host,
        "write each host by its name, such as club.example,www.club.example",
        lambda s: f"Answered hosts: {', '.join(s.hosts)}.",
    ),
    Rule(
        "own_host",
        "TRUSTED_HOSTS",
        _own_host,
        "write that host too, or nothing, which means that host alone",
        lambda s: "The host of the club's address is answered.",
    ),
    Rule(
        "argon2_memory",
        "ARGON2_MEMORY_KIB",
        _argon2_memory,
        f"write {LEAST_MEMORY_KIB} (19 MiB) or more, or nothing, which means 65536",
        lambda s: f"A password takes {s.argon2_memory_kib // 1024} MiB to try.",
    ),
    Rule(
        "argon2_passes",
        "ARGON2_PASSES",
        _argon2_passes,
        f"write {LEAST_PASSES} or more, or nothing, which means 3",
        lambda s: f"A password takes {s.argon2_passes} passes to try.",
    ),
    Rule(
        "instance_folder",
        "INSTANCE",
        _instance,
        "take the right away with chmod 700, or name a folder of the club's own",
        lambda s: f"Nobody else writes in {s.instance}.",
    ),
)
"""A line a rule, in the order in which they are told."""


def judge(settings: Settings) -> list[Finding]:
    """What all rules find."""
    return [finding for rule in RULES for finding in rule.findings(settings)]
