"""Typed settings from ``FESTIVAL_*`` variables; a weak or missing value stops the start.

A city's administrator meets every message in this file on the console, so each says which
variable is wrong and how to mend it.
"""

from __future__ import annotations

import re
import secrets
from datetime import time
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 32


class ConfigurationRefused(SystemExit):
    """The configuration would make an unsafe or broken installation."""


class Settings(BaseSettings):
    """Every setting of an installation, its type and its default."""

    model_config = SettingsConfigDict(env_prefix="FESTIVAL_", extra="ignore")

    environment: Literal["development", "production", "test"] = "development"
    secret_key: str = ""
    base_url: str = ""
    database_url: str = ""
    instance_path: Path = ROOT / "instance"
    trusted_hosts: str = ""
    proxy_count: int = Field(default=0, ge=0, le=5)
    debug: bool = False
    site_name: str = "Learning Festivals"

    mail_from: str = "festival@localhost"
    smtp_host: str = ""
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    smtp_timeout: float = Field(default=20, gt=0, le=120)
    mail_connections: int = Field(default=4, ge=1, le=20)
    mail_bounces: str = ""

    queue_url: str = ""
    rate_limit_url: str = "memory://"
    embedded_worker: bool = False

    time_zone: str = "UTC"
    """Of the installation: its nightly work follows this clock."""
    backup_at: str = "03:10"
    backup_keep: int = Field(default=14, ge=1, le=400)
    backup_folder: Path | None = None
    cleanup_at: str = "03:40"

    upload_limit_mb: int = Field(default=12, ge=1, le=100)
    page_cache_mb: int = Field(default=24, ge=0, le=1024)
    log_json: bool = False

    @field_validator("base_url")
    @classmethod
    def _base_url_is_a_plain_origin(cls, value: str) -> str:
        value = value.rstrip("/")
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("give the public address, for example https://festival.example.org")
        return value

    @field_validator("mail_bounces")
    @classmethod
    def _bounces_go_to_one_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"[\w.+*=-]{1,40}@[\w.-]+", value, re.ASCII):
            raise ValueError(
                "give one address, for example bounces@example.org, or bounces+*@example.org "
                "where the star becomes the code of each message"
            )
        return value

    @field_validator("time_zone")
    @classmethod
    def _time_zone_is_known(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("give a time zone such as Europe/Dublin")
        return value

    @field_validator("backup_at", "cleanup_at")
    @classmethod
    def _is_a_time_of_day_or_off(cls, value: str) -> str:
        value = value.strip()
        if value in ("", "off"):
            return ""
        try:
            return time.fromisoformat(value).strftime("%H:%M")
        except ValueError as fault:
            raise ValueError("give a time of day such as 03:10, or off") from fault

    @model_validator(mode="after")
    def _safe_in_production(self) -> Self:
        if self.environment != "production":
            return self
        if len(self.secret_key) < SHORTEST_SECRET or len(set(self.secret_key)) < 10:
            raise ValueError(
                "FESTIVAL_SECRET_KEY is missing or weak: give at least 32 random characters, "
                "for example from `python -c 'import secrets; print(secrets.token_hex(32))'`"
            )
        if not self.base_url:
            raise ValueError(
                "FESTIVAL_BASE_URL is missing: links in mail, badges and feeds are made from it"
            )
        if self.debug:
            raise ValueError("FESTIVAL_DEBUG must not be on in production")
        _refuse_open_redis(self.rate_limit_url)
        _refuse_open_redis(self.queue_url)
        return self

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def database(self) -> str:
        """SQLAlchemy URL: as given, or one SQLite file in the instance folder."""
        if not self.database_url:
            return f"sqlite:///{self.instance_path / 'festival.db'}"
        for short in ("postgresql://", "postgres://"):
            if self.database_url.startswith(short):
                return "postgresql+psycopg://" + self.database_url.removeprefix(short)
        return self.database_url

    @property
    def public_url(self) -> str:
        return self.base_url or "http://127.0.0.1:8000"

    @property
    def backups(self) -> Path:
        """Where the nightly backups lie."""
        return self.backup_folder or self.instance_path / "backups"

    @property
    def media_folder(self) -> Path:
        """Where the bytes of stored pictures lie."""
        return self.instance_path / "media"

    @property
    def files_folder(self) -> Path:
        """Where private files lie; nothing in it is served without asking who reads."""
        return self.instance_path / "files"  # shared.files.FOLDER

    @property
    def hosts(self) -> list[str]:
        """Host names that requests may be addressed to."""
        named = [each.strip() for each in self.trusted_hosts.split(",") if each.strip()]
        own = urlsplit(self.public_url).hostname or "localhost"
        local = [] if self.is_production else ["localhost", "127.0.0.1"]
        return list(dict.fromkeys([own, *named, *local]))


def _refuse_open_redis(url: str) -> None:
    parts = urlsplit(url)
    loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme.startswith("redis") and not loopback and not parts.password:
        raise ValueError("Redis on another machine needs a password in its address")


def load_settings(**overrides: object) -> Settings:
    """Read the environment, or raise ``ConfigurationRefused`` with a sentence per fault."""
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as invalid:
        lines = ["The festival does not start, because its configuration is not safe:"]
        for fault in invalid.errors():
            name = "FESTIVAL_" + "_".join(str(part) for part in fault["loc"]).upper()
            message = fault["msg"].removeprefix("Value error, ")
            lines.append(f"  {name}: {message}" if fault["loc"] else f"  {message}")
        raise ConfigurationRefused("\n".join(lines)) from invalid
    settings.instance_path.mkdir(parents=True, exist_ok=True)
    if not settings.secret_key:
        settings.secret_key = _kept_secret(settings.instance_path / "secret_key")
    return settings


def _kept_secret(path: Path) -> str:
    """Outside production: a random key made once, so that sign-ins outlive a restart."""
    if path.exists():
        return path.read_text().strip()
    made = secrets.token_hex(32)
    path.touch(mode=0o600)
    path.write_text(made)
    return made
