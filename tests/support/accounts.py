"""Settings of an account for tests that need no process: the values of platform A3's worked example."""

from typing import Any

from core.config import Settings, load

AES_KEY = "zhangsanlisiwangwu0123456789ABCDEFGHIJKLMNO"
OLD_AES_KEY = "previouskey0123456789ABCDEFGHIJKLMNOPQRSTUV"


def account(mode: str = "safe", **changes: Any) -> Settings:
    """An account in this mode; the environment and `.env` of whoever runs the tests do not matter."""
    values: dict[str, Any] = {
        "wechat_appid": "wx0123456789abcdef",
        "wechat_token": "simtoken2026",
        "wechat_aes_key": AES_KEY,
        "wechat_aes_key_previous": "",
        "wechat_mode": mode,
        "wechat_api_base": "http://127.0.0.1:9",
        "secret_key": "0123456789abcdef" * 4,
        "lookup_key": "fedcba9876543210" * 4,
        "data_keys": "",
    }
    return load(_env_file=None, **values | changes)
