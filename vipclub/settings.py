"""Every setting, read once from the environment (and a `.env`), validated, and named in errors.

The keys of development are generated once and kept in the instance folder (0600); production
needs its own. What else production refuses to start with is said in `vipclub/production/`.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from vipclub.core.crypto import FieldKeys
from vipclub.core.database_address import known_options
from vipclub.core.shipped import CHECKOUT
from vipclub.core.types import Localized
from vipclub.development_keys import kept_keys
from vipclub.unknown_settings import unknown_names

PREFIX = "VIPCLUB_"
ENV_FILE = ".env"
A_DATABASE = "postgresql+psycopg://USER:PASSWORD@HOST/NAME"
DRIVERS = frozenset({"postgresql", "postgresql+psycopg", "sqlite", "sqlite+pysqlite"})
COSTS = {"argon2_memory_kib": (8, 4 * 1024 * 1024), "argon2_passes": (1, 100)}
"""More would be a club into which nobody can sign in."""
LABEL = r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)"
"""What stands between the dots of a host's name."""
TESTS_ONLY = frozenset({"VIPCLUB_TEST_PG_DSN"})


class SettingsError(Exception):
    """A setting is missing or wrong; the message is one sentence that names it."""


class Settings(BaseSettings):
    """What the environment decides. `Settings.load()` reads, validates and completes it."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, extra="ignore", frozen=True
    )

    env: Literal["development", "production"] = Field(
        default="production",
        description="`production`, or `development`: there keys are made when they are missing, and"
        " nothing is refused for being unsafe",
    )
    database_url: str = Field(
        default="",
        description="`postgresql+psycopg://USER:PASSWORD@HOST/NAME` of a role that is no"
        " superuser; SQLite in the instance folder when it is left out",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="signs cookies; 32 random characters or more, as `openssl rand -base64 48`"
        " prints; words, patterns and repetitions are refused",
    )
    field_keys: SecretStr = Field(
        default=SecretStr(""),
        description="encrypts personal data; `vipclub keys` prints a value; weak or equal keys are"
        " refused",
    )
    mail_url: SecretStr = Field(
        default=SecretStr(""),
        description="`smtps://USER:PASSWORD@HOST` or `smtp://USER:PASSWORD@HOST:587?starttls=1`;"
        " letters are written to files in the instance folder when it is left out",
    )
    sms_gateway: str = Field(
        default="",
        description="the file of the instance folder that describes the SMS gateway; without it"
        " production sends no SMS, and development writes them to files in the instance folder",
    )
    time_zone: str = Field(
        default="Asia/Shanghai",
        description="the club's own zone, by which its days are counted: terms, benefit years,"
        " nightly jobs",
    )
    base_url: str = Field(
        default="http://127.0.0.1:8000",
        description="the club's address, as links in letters begin; https in production",
    )
    trusted_hosts: str = Field(
        default="",
        description="host names that are answered, by commas, without `*`, that of"
        " `VIPCLUB_BASE_URL` among them; it alone when left out",
    )
    proxies: int = Field(
        default=0, ge=0, le=5, description="how many proxies stand in front, 0 to 5"
    )
    name: str = Field(
        default="",
        description="what the club is called on pages, cards and in letters; VIP Club when it is"
        " left out",
    )
    name_zh_hans: str = Field(
        default="", description="the same in Simplified Chinese, where it differs"
    )
    name_zh_hant: str = Field(
        default="", description="the same in Traditional Chinese, where it differs"
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description="opens `/metrics` and the details of `/readyz` from elsewhere, sent as"
        " `Authorization: Bearer`; as `openssl rand -hex 32` prints; for this machine alone when it"
        " is left out",
    )
    hotline: str = Field(
        default="400-000-0000",
        description="the number behind every help button; production needs its own",
    )
    hotline_abroad: str = Field(
        default="+852 0000 0000",
        description="the same for who calls from abroad; production needs its own",
    )
    instance: Path = Field(
        default_factory=lambda: (CHECKOUT or Path.cwd()) / "instance",
        description="the folder of the club's own files, in which nobody else may write; when left"
        " out `instance` in the working directory (of a checkout, in the checkout)",
    )
    invitations_per_quarter_hour: int = Field(
        default=20,
        ge=1,
        le=2000,
        description="how many members are invited by mail in a quarter of an hour; 20 is some"
        " 1,900 a day, which no mail server takes for a flood",
    )
    argon2_memory_kib: int = Field(
        default=65536,
        description="the memory that trying a password costs; in production 19456 at the least",
    )
    argon2_passes: int = Field(
        default=3,
        description="the passes that trying a password costs; in production 2 at the least",
    )
    allow_sqlite: bool = Field(
        default=False, description="`1` lets production start with a database in a file"
    )
    allow_mail_files: bool = Field(
        default=False, description="`1` lets production start without a mail server"
    )
    allow_mail_in_clear: bool = Field(
        default=False, description="`1` lets production start with a mail server without TLS"
    )

    @field_validator("env", mode="before")
    @classmethod
    def _one_of_two(cls, value: object) -> object:
        if value not in {"development", "production"}:
            raise ValueError("is neither production nor development")
        return value

    @field_validator("instance", mode="before")
    @classmethod
    def _a_folder(cls, value: object) -> object:
        """Nothing is left out, and not the working directory itself."""
        return value or cls.model_fields["instance"].get_default(call_default_factory=True)

    @field_validator("proxies", mode="before")
    @classmethod
    def _so_many_proxies(cls, value: object) -> object:
        if not re.fullmatch(r"[0-5]", str(value)):
            raise ValueError("is no number from 0 to 5: write how many proxies stand in front")
        return value

    @field_validator("invitations_per_quarter_hour", mode="before")
    @classmethod
    def _a_pace(cls, value: object) -> object:
        if not re.fullmatch(r"[1-9][0-9]{0,3}", str(value)) or int(str(value)) > 2000:
            raise ValueError("is no number from 1 to 2000")
        return value

    @field_validator("argon2_memory_kib", "argon2_passes", mode="before")
    @classmethod
    def _a_cost(cls, value: object, info: ValidationInfo) -> object:
        least, most = COSTS[str(info.field_name)]
        if not re.fullmatch(r"[0-9]{1,8}", str(value), re.ASCII) or not (
            least <= int(str(value)) <= most
        ):
            raise ValueError(f"is no number from {least} to {most}: write one, or leave it out")
        return value

    @field_validator("allow_sqlite", "allow_mail_files", "allow_mail_in_clear", mode="before")
    @classmethod
    def _yes_or_no(cls, value: object) -> object:
        if str(value).lower() not in {"0", "1", "true", "false", ""}:
            raise ValueError("is neither 1 nor 0")
        return value or False

    @field_validator("time_zone")
    @classmethod
    def _a_known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is no IANA time zone, such as Asia/Shanghai")
        return value

    @field_validator("database_url")
    @classmethod
    def _a_known_database(cls, value: str) -> str:
        if not value:
            return value
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):
            raise ValueError(f"can't be read as a database URL: write {A_DATABASE}") from None
        if url.drivername not in DRIVERS:
            raise ValueError(
                f"names no SQLite or PostgreSQL database that the club can use: write {A_DATABASE}"
            )
        known = known_options(url)
        for option in url.query:
            if option not in known:
                near = difflib.get_close_matches(option, sorted(known), n=1)
                meant = f"did you mean {near[0]}?" if near else "take it out of the address"
                raise ValueError(f"has the option {option!r}, which its database has not: {meant}")
        return value

    @field_validator("mail_url")
    @classmethod
    def _a_mail_server(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value():
            return value
        parts = urlsplit(value.get_secret_value())
        if parts.scheme not in {"smtp", "smtps"}:
            raise ValueError("must begin with smtp:// or smtps://")
        try:
            known = bool(parts.hostname) and parts.port != 0
        except ValueError:
            known = False
        if not known:
            raise ValueError("names no server: write smtps://USER:PASSWORD@HOST:PORT")
        return value

    @field_validator("base_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        host = ""
        try:
            parts = urlsplit(value)
            host = parts.hostname or ""
            known = parts.scheme in {"http", "https"} and bool(host) and parts.port != 0
        except ValueError:
            known = False
        if not known:
            raise ValueError("must be an address such as https://club.example")
        if not value.isascii():
            raise ValueError(
                "has a host that browsers send in another form: write it with xn--, as "
                "https://xn--fiq228c.example"
            )
        if ":" not in host and not re.fullmatch(rf"{LABEL}(\.{LABEL})*", host):
            raise ValueError(
                f"has a host that can't be one, {host!r}: between dots stand letters, digits and "
                "hyphens, as in https://club.example"
            )
        return value.rstrip("/")

    @field_validator("instance")
    @classmethod
    def _no_file(cls, value: Path) -> Path:
        if value.exists() and not value.is_dir():
            raise ValueError(
                f"names {value}, which is no folder: name a folder of the club's own, in which "
                "nobody else may write"
            )
        return value

    @field_validator("name", "name_zh_hans", "name_zh_hant")
    @classmethod
    def _a_name(cls, value: str) -> str:
        if len(value) > 60 or value != " ".join(value.split()) or not value.isprintable():
            raise ValueError("must be a name of 60 characters at most, on one line")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _fit_for_a_header(cls, value: SecretStr) -> SecretStr:
        if not all("!" <= letter <= "~" for letter in value.get_secret_value()):
            raise ValueError("holds more than letters, digits and signs without spaces")
        return value

    @field_validator("hotline", "hotline_abroad")
    @classmethod
    def _a_number_to_dial(cls, value: str) -> str:
        if not 3 <= sum(c.isdigit() for c in value) <= 15 or value.strip("+0123456789 -()"):
            raise ValueError("is no phone number, such as 400-000-0000")
        return value

    @property
    def production(self) -> bool:
        return self.env == "production"

    @property
    def sms_description(self) -> Path | None:
        """The file that describes the SMS gateway."""
        return self.instance / self.sms_gateway if self.sms_gateway else None

    @property
    def texts(self) -> bool:
        """Whether the club sends SMS: by a gateway, or in development to files."""
        return bool(self.sms_gateway) or not self.production

    @property
    def club_name(self) -> Localized | None:
        """The club's own name; one that lacks a language is said in another. None is VIP Club."""
        en, hans, hant = self.name, self.name_zh_hans, self.name_zh_hant
        known = en or hans or hant
        if not known:
            return None
        return Localized(hans=hans or hant or known, hant=hant or hans or known, en=known)

    @property
    def hosts(self) -> list[str]:
        """Host names that requests may carry."""
        named = [host.strip() for host in self.trusted_hosts.split(",") if host.strip()]
        own = urlsplit(self.base_url).hostname or "127.0.0.1"
        return named or ([own] if self.production else [own, "127.0.0.1", "localhost"])

    @property
    def secrets(self) -> list[str]:
        """The secrets of `VIPCLUB_SECRET_KEY`, each once: one, or while it is changed several."""
        parts = self.secret_key.get_secret_value().split(",")
        return list(dict.fromkeys(part.strip() for part in parts))

    @property
    def keys(self) -> FieldKeys:
        return FieldKeys.parse(self.field_keys.get_secret_value())

    @classmethod
    def load(cls, **given: Any) -> Settings:  # noqa: ANN401 - fields, each of its own type
        """Read, validate, complete. Raises SettingsError with one sentence that names the
        variable."""
        settings, unread = cls.examine(**given)
        for sentence in unread.values():
            raise SettingsError(sentence)
        return settings

    @classmethod
    def examine(cls, **given: Any) -> tuple[Settings, dict[str, str]]:  # noqa: ANN401
        """The same without stopping at the first: what can't be read by its name, a sentence
        each, and the settings with defaults in those places. `_env_file` names another
        file than `.env`."""
        known = {PREFIX + name.upper() for name in cls.model_fields} | TESTS_ONLY
        unread = unknown_names(known, PREFIX, given.get("_env_file", ENV_FILE))
        try:
            settings = cls(**given)
        except ValidationError as error:
            for each in error.errors():
                name = str(each["loc"][0])
                reason = each["msg"].removeprefix("Value error, ")
                unread[PREFIX + name.upper()] = f"{PREFIX}{name.upper()} {reason}."
                given[name] = cls.model_fields[name].get_default(call_default_factory=True)
            settings = cls(**given)
        settings = settings._completed()
        return settings, unread | settings._unfit_keys()

    def _completed(self) -> Settings:
        missing: dict[str, Any] = {}
        if not self.database_url:
            missing["database_url"] = f"sqlite:///{self.instance / 'vipclub.db'}"
        if not self.production:
            kept = kept_keys(self.instance)
            if not self.secret_key.get_secret_value():
                missing["secret_key"] = SecretStr(kept["secret_key"])
            if not self.field_keys.get_secret_value():
                missing["field_keys"] = SecretStr(kept["field_keys"])
        return self.model_copy(update=missing)

    def _unfit_keys(self) -> dict[str, str]:
        """Keys that no club can run with, a sentence each; production asks for more."""
        unfit = {}
        if not self.secret_key.get_secret_value():
            unfit["SECRET_KEY"] = "is needed: 32 random characters or more"
        elif any(len(secret) < 32 or len(set(secret)) < 10 for secret in self.secrets):
            unfit["SECRET_KEY"] = (
                "is too weak: it needs 32 random characters or more"
                if len(self.secrets) == 1
                else "holds commas, which stand between several secrets, and one of these is too "
                "weak: each needs 32 random characters or more, none of them a comma"
            )
        if not self.field_keys.get_secret_value():
            unfit["FIELD_KEYS"] = "is needed: `vipclub keys` prints a new value for it"
        else:
            try:
                FieldKeys.parse(self.field_keys.get_secret_value())
            except ValueError as error:
                unfit["FIELD_KEYS"] = (
                    f"can't be read: {error}; `vipclub keys` prints a new value for it"
                )
        return {PREFIX + name: f"{PREFIX}{name} {wrong}." for name, wrong in unfit.items()}
