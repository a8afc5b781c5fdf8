"""Settings, from the environment and `.env` alone; a deployment that is not safe to start does not start."""

from __future__ import annotations

import base64
import binascii
import os
import re
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from core.errors import ConfigurationError
from core.staff.permissions import ROLES

WELL_KNOWN_TOKENS = {"token", "weixin", "wechat", "testtoken", "mytoken", "password", "changeme", "12345678"}
ROOT = Path(__file__).resolve().parents[1]
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
DATABASES = ("sqlite", "postgresql")
REDIS_SCHEMES = ("redis", "rediss", "unix")


class Settings(BaseSettings):
    """Every setting of the product; `.env.example` explains each one.

    Raises pydantic's ValidationError with messages that name the mend; `load()` turns it into one clear text.
    """

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    database_url: str = "sqlite:///var/zhengqing.db"
    redis_url: str = ""

    wechat_appid: str
    wechat_appsecret: str = ""
    wechat_token: str
    wechat_aes_key: str = ""
    wechat_aes_key_previous: str = ""
    wechat_mode: Literal["safe", "compatible", "plain"] = "safe"
    wechat_allow_plaintext: bool = False
    wechat_api_base: str = "https://api.weixin.qq.com"
    wechat_account_id: str = ""
    wechat_has_customer_service: bool = False
    wechat_alert_template: str = ""
    wechat_alert_fields: str = "character_string1,phrase2,thing3,thing4"

    mp_appid: str = ""
    mp_appsecret: str = ""

    secret_key: str
    data_keys: str
    lookup_key: str

    public_url: str = "http://127.0.0.1:8000"
    city: str = "郑州"
    account_name: str = "郑州共青团"
    trusted_proxies: int = Field(0, ge=0, le=5)
    staff_totp_roles: str = ""
    correction_keep_days: int = Field(180, ge=1, le=730)
    demo_staff_password: str = ""
    demo_counselor_openid: str = ""
    spool_dir: str = "var/spool"
    spool_max_mb: int = 64
    answer_deadline_s: float = 3.0
    log_level: str = "INFO"
    metrics_token: str = ""

    @field_validator("database_url")
    @classmethod
    def _database_url(cls, value: str) -> str:
        engine_of(value)
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_url(cls, value: str) -> str:
        if value and not _is_address(value, REDIS_SCHEMES):
            raise ValueError("must be an address such as redis://:password@host:6379/0, or empty")
        return value

    @field_validator("wechat_appid")
    @classmethod
    def _appid(cls, value: str) -> str:
        if not re.fullmatch(r"wx[0-9a-f]{16}", value):
            raise ValueError(
                "WECHAT_APPID must be wx and 16 hex digits; copy it from 公众号后台 → 设置与开发 → 基本配置"
            )
        return value

    @field_validator("wechat_token")
    @classmethod
    def _token(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9]{3,32}", value):
            raise ValueError("WECHAT_TOKEN must be 3 to 32 letters or digits; set the same one in 公众号后台")
        if len(value) < 8 or len(set(value)) < 5 or value.lower() in WELL_KNOWN_TOKENS:
            raise ValueError(
                "WECHAT_TOKEN is too easy to guess: whoever knows it can forge messages from anybody. "
                "Make one with: python3 -c 'import secrets; print(secrets.token_hex(16))'"
            )
        return value

    @field_validator("wechat_aes_key", "wechat_aes_key_previous")
    @classmethod
    def _aes_key(cls, value: str) -> str:
        if value and not _is_aes_key(value):
            raise ValueError("must be the 43 letters and digits that 公众号后台 shows as EncodingAESKey")
        return value

    @field_validator("wechat_alert_fields")
    @classmethod
    def _alert_fields(cls, value: str) -> str:
        names = [name.strip() for name in value.split(",")]
        if len(names) != 4 or not all(re.fullmatch(r"[a-z_]+[0-9]+", name) for name in names):
            raise ValueError(
                "must name four keywords of the template, for number, risk, topic and waiting time, such as "
                "character_string1,phrase2,thing3,thing4"
            )
        return value

    @field_validator("secret_key", "lookup_key")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if len(value) < 32 or len(set(value)) < 8:
            raise ValueError(
                "must be 32 random characters or more: python3 -c 'import secrets; print(secrets.token_hex(32))'"
            )
        return value

    @field_validator("metrics_token")
    @classmethod
    def _hard_to_guess(cls, value: str) -> str:
        if value and (len(value) < 16 or len(set(value)) < 8 or not value.isascii()):
            raise ValueError(
                "must be 16 random characters or more: python3 -c 'import secrets; print(secrets.token_hex(16))'"
            )
        return value

    @field_validator("public_url", "wechat_api_base")
    @classmethod
    def _http_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError("must be an address that starts with http:// or https://")
        return value.rstrip("/")

    @field_validator("staff_totp_roles")
    @classmethod
    def _known_roles(cls, value: str) -> str:
        if unknown := _words(value) - ROLES.keys():
            raise ValueError(f"{sorted(unknown)[0]!r} is no role; a comma-separated list out of {', '.join(ROLES)}")
        return value

    @model_validator(mode="after")
    def _modes(self) -> Settings:
        if self.wechat_mode != "plain" and not self.wechat_aes_key:
            raise ValueError(
                f"WECHAT_AES_KEY is empty, but WECHAT_MODE={self.wechat_mode} needs it; copy it from 公众号后台"
            )
        if self.mp_appid and not self.mp_appsecret:
            raise ValueError("MP_APPID is set and MP_APPSECRET is not; copy it from 小程序后台 → 开发管理 → 开发设置")
        if self.wechat_mode == "plain" and self.is_production and not self.wechat_allow_plaintext:
            raise ValueError(
                "WECHAT_MODE=plain is refused in production: one leaked URL would be a forging key for ever (R5). "
                "Use safe mode (安全模式), or set WECHAT_ALLOW_PLAINTEXT=yes if you must"
            )
        return self

    @property
    def alert_fields(self) -> tuple[str, ...]:
        """The template's keywords for number, risk, topic and how long they wait."""
        return tuple(name.strip() for name in self.wechat_alert_fields.split(","))

    @property
    def is_production(self) -> bool:
        """Whether we talk to the real WeChat and not to a simulator on this machine."""
        return urlsplit(self.wechat_api_base).hostname not in LOOPBACK

    @property
    def totp_roles(self) -> frozenset[str]:
        """The roles that may not go without a second factor (动态口令)."""
        return _words(self.staff_totp_roles)

    @property
    def aes_keys(self) -> tuple[bytes, ...]:
        """The current and the previous AES key (32 bytes each), current first (platform A3)."""
        both = (self.wechat_aes_key, self.wechat_aes_key_previous)
        return tuple(base64.b64decode(key + "=") for key in both if key)


def engine_of(database_url: str) -> str:
    """`sqlite` or `postgresql`. Raises ValueError for an address that cannot be read or leads to another database."""
    try:
        engine = make_url(database_url).get_backend_name()
    except (ArgumentError, ValueError):
        engine = ""
    if engine not in DATABASES:
        raise ValueError(
            "must be sqlite:////folder/file.db or postgresql://user:password@host:5432/database, "
            "with @ in a password written as %40"
        )
    return engine


def _is_address(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _words(text: str) -> frozenset[str]:
    return frozenset(filter(None, (word.strip() for word in text.split(","))))


def _is_aes_key(value: str) -> bool:
    if not re.fullmatch(r"[A-Za-z0-9]{43}", value) or len(set(value)) < 10:
        return False
    try:
        return len(base64.b64decode(value + "=")) == 32
    except binascii.Error:
        return False


def load(**overrides: Any) -> Settings:
    """The settings of this process.

    From the environment and `.env`; where neither names an account, the demo's that `make run` made. Raises
    ConfigurationError with every fault at once, each naming its setting and the mend, and no value.
    """
    try:
        return Settings(**{"_env_file": _env_files(ROOT)} | overrides)
    except ValidationError as error:
        raise ConfigurationError(_explain(error)) from None


def _env_files(root: Path) -> list[Path]:
    # The demo's settings are taken whole or not at all: its keys must never fill a gap in an operator's settings.
    own = root / ".env"
    has_account = os.environ.get("WECHAT_APPID") or dotenv_values(own).get("WECHAT_APPID")
    return [own] if has_account else [root / "var" / "demo.env", own]


def _explain(error: ValidationError) -> str:
    lines = ["The settings are not complete:"]
    for fault in error.errors():
        name = ".".join(str(part) for part in fault["loc"]).upper()
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "missing":
            message = "is not set; see .env.example"
        lines.append(f"  - {name}: {message}" if name else f"  - {message}")
    return "\n".join(lines)
