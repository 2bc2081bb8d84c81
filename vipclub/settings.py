"""Every setting, read once from the environment (and a `.env`), validated, and named in errors.

The keys of development are generated once and kept in the instance folder (0600); production
refuses to start without its own.
"""

from __future__ import annotations

import difflib
import json
import os
import secrets
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from vipclub.core.crypto import FieldKeys

PREFIX = "VIPCLUB_"
ENV_FILE = ".env"
ROOT = Path(__file__).resolve().parent.parent
TESTS_ONLY = frozenset({"VIPCLUB_TEST_PG_DSN"})


class SettingsError(Exception):
    """A setting is missing or wrong; the message is one sentence that names it."""


class Settings(BaseSettings):
    """What the environment decides. `Settings.load()` reads, validates and completes it."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, extra="ignore", frozen=True
    )

    env: Literal["development", "production"] = "production"
    database_url: str = ""
    secret_key: SecretStr = SecretStr("")
    field_keys: SecretStr = SecretStr("")
    mail_url: SecretStr = SecretStr("")
    time_zone: str = "Asia/Shanghai"
    base_url: str = "http://127.0.0.1:8000"
    trusted_hosts: str = ""
    proxies: int = Field(default=0, ge=0, le=5)
    hotline: str = "400-000-0000"
    hotline_abroad: str = "+852 0000 0000"
    instance: Path = ROOT / "instance"
    argon2_memory_kib: int = Field(default=65536, ge=8)
    argon2_passes: int = Field(default=3, ge=1)

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
            backend = make_url(value).get_backend_name()
        except ArgumentError:
            raise ValueError("can't be read as a database URL") from None
        if backend not in {"sqlite", "postgresql"}:
            raise ValueError("names no SQLite or PostgreSQL database")
        return value

    @field_validator("mail_url")
    @classmethod
    def _a_mail_server(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and urlsplit(value.get_secret_value()).scheme not in {
            "smtp",
            "smtps",
        }:
            raise ValueError("must begin with smtp:// or smtps://")
        return value

    @field_validator("base_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise ValueError("must be an address such as https://club.example")
        return value.rstrip("/")

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
    def hosts(self) -> list[str]:
        """Host names that requests may carry."""
        named = [host.strip() for host in self.trusted_hosts.split(",") if host.strip()]
        own = urlsplit(self.base_url).hostname or "127.0.0.1"
        return named or ([own] if self.production else [own, "127.0.0.1", "localhost"])

    @property
    def keys(self) -> FieldKeys:
        return FieldKeys.parse(self.field_keys.get_secret_value())

    @classmethod
    def load(cls, **given: Any) -> Settings:  # noqa: ANN401 - fields, each of its own type
        """Read, validate, complete. Raises SettingsError with one sentence that names the
        variable."""
        _refuse_unknown_names()
        try:
            settings = cls(**given)
        except ValidationError as error:
            first = error.errors()[0]
            name = PREFIX + str(first["loc"][0]).upper()
            reason = first["msg"].removeprefix("Value error, ")
            raise SettingsError(f"{name} {reason}.") from None
        return settings._completed()

    def _completed(self) -> Settings:
        missing: dict[str, Any] = {}
        if not self.database_url:
            missing["database_url"] = f"sqlite:///{self.instance / 'vipclub.db'}"
        if not self.production:
            kept = _kept_keys(self.instance)
            if not self.secret_key.get_secret_value():
                missing["secret_key"] = SecretStr(kept["secret_key"])
            if not self.field_keys.get_secret_value():
                missing["field_keys"] = SecretStr(kept["field_keys"])
        settings = self.model_copy(update=missing)
        settings._refuse_weak_keys()
        return settings

    def _refuse_weak_keys(self) -> None:
        secret = self.secret_key.get_secret_value()
        if not secret:
            raise SettingsError("VIPCLUB_SECRET_KEY is needed: 32 random characters or more.")
        if len(secret) < 32 or len(set(secret)) < 10:
            raise SettingsError(
                "VIPCLUB_SECRET_KEY is too weak: it needs 32 random characters or more."
            )
        if not self.field_keys.get_secret_value():
            raise SettingsError(
                "VIPCLUB_FIELD_KEYS is needed: `vipclub keys` prints a new value for it."
            )
        try:
            FieldKeys.parse(self.field_keys.get_secret_value())
        except ValueError as error:
            raise SettingsError(f"VIPCLUB_FIELD_KEYS can't be read: {error}.") from None


def _refuse_unknown_names() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | TESTS_ONLY
    for name in sorted({*os.environ, *dotenv_values(ENV_FILE)}):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.0)[0]
            raise SettingsError(f"{name} is no setting of the club; did you mean {near}?")


def _kept_keys(instance: Path) -> dict[str, str]:
    """Development's keys, generated once into the instance folder."""
    path = instance / "keys.json"
    if path.exists():
        kept: dict[str, str] = json.loads(path.read_text())
        return kept
    instance.mkdir(parents=True, exist_ok=True)
    keys = {
        "secret_key": secrets.token_urlsafe(48),
        "field_keys": FieldKeys.generate().dump(),
    }
    draft = instance / f".keys-{os.getpid()}-{secrets.token_hex(4)}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(keys, file)
    try:
        os.link(draft, path)
    except FileExistsError:  # another process was first
        return _kept_keys(instance)
    finally:
        draft.unlink()
    return keys
