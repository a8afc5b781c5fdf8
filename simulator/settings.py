"""Settings of the simulator: flags first, then the environment, then demo values."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from simulator.rights import PROFILES

MODES = ("safe", "compatible", "plain")


@dataclass(frozen=True)
class Settings:
    """Everything one simulator needs; `env` names the variable, the same as the bot's where both have one."""

    token: str = field(default="simtoken2026", metadata={"env": "WECHAT_TOKEN"})
    aes_key: str = field(
        default="zhangsanlisiwangwu0123456789ABCDEFGHIJKLMNO", metadata={"env": "WECHAT_AES_KEY"}, repr=False
    )
    aes_key_previous: str = field(default="", metadata={"env": "WECHAT_AES_KEY_PREVIOUS"}, repr=False)
    account_id: str = field(default="", metadata={"env": "WECHAT_ACCOUNT_ID"})
    app_id: str = field(default="wx0123456789abcdef", metadata={"env": "WECHAT_APPID"})
    app_secret: str = field(
        default="5e0c1a7b3d9f4e2686a4c0d8b1f7e359", metadata={"env": "WECHAT_APPSECRET"}, repr=False
    )
    mp_app_id: str = field(default="wxfedcba9876543210", metadata={"env": "MP_APPID"})
    mp_app_secret: str = field(default="9d2f6b8a4c1e7035f2a8b6d4c0e91735", metadata={"env": "MP_APPSECRET"}, repr=False)
    mode: str = field(default="safe", metadata={"env": "WECHAT_MODE"})
    callback: str = field(default="http://127.0.0.1:8000/wechat", metadata={"env": "SIMULATOR_CALLBACK"})
    profile: str = field(default="verified-service", metadata={"env": "SIMULATOR_PROFILE"})
    api_port: int = field(default=8801, metadata={"env": "SIMULATOR_API_PORT"})
    phone_port: int = field(default=8802, metadata={"env": "SIMULATOR_PHONE_PORT"})
    directory: Path = field(default=Path("var/simulator"), metadata={"env": "SIMULATOR_DIR"})
    # WeChat hangs up after 5 s; tests shorten it.
    answer_limit_s: float = field(default=5.0, metadata={"env": "SIMULATOR_ANSWER_LIMIT"})
    # How long mass sending, publishing and checks take; real ones take minutes to hours.
    job_delay_s: float = field(default=2.0, metadata={"env": "SIMULATOR_JOB_DELAY"})


class BadSetting(ValueError):
    """A setting that cannot work; the message says which and what would."""


def load(flags: Mapping[str, object] | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from flags (None means not given), else from the environment; an empty variable counts as absent."""
    chosen: dict[str, object] = {}
    for item in fields(Settings):
        given = (flags or {}).get(item.name)
        value = given if given is not None else environ.get(item.metadata["env"]) or None
        if value is not None:
            chosen[item.name] = _convert(item.metadata["env"], item.default, value)
    return _checked(Settings(**chosen))  # type: ignore[arg-type]


def _convert(name: str, default: object, value: object) -> object:
    try:
        return type(default)(value) if not isinstance(default, Path) else Path(str(value))  # type: ignore[call-arg]
    except ValueError:
        raise BadSetting(f"{name}={value!r} is not a number; leave it out for {default}") from None


def _checked(settings: Settings) -> Settings:
    if settings.mode not in MODES:
        raise BadSetting(f"WECHAT_MODE={settings.mode!r}: choose one of {', '.join(MODES)}")
    if settings.profile not in PROFILES:
        raise BadSetting(f"SIMULATOR_PROFILE={settings.profile!r}: choose one of {', '.join(PROFILES)}")
    for name, key in (("WECHAT_AES_KEY", settings.aes_key), ("WECHAT_AES_KEY_PREVIOUS", settings.aes_key_previous)):
        if key and (len(key) != 43 or not key.isascii() or not key.isalnum()):
            raise BadSetting(f"{name} must be 43 letters and digits, it has {len(key)} characters")
    if not settings.callback.startswith(("http://", "https://")):
        raise BadSetting(f"SIMULATOR_CALLBACK={settings.callback!r} must start with http:// or https://")
    return settings
