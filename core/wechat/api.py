"""The few calls that set-up needs (platform D1, D2): a stable token and a JSON POST, with time-outs, never a loop."""

from __future__ import annotations

import json
from typing import Any

import requests

from core.config import Settings

TIMEOUT_S = (3.0, 10.0)


class WeChatRefused(Exception):
    """WeChat answered with an errcode; `code` is it."""

    def __init__(self, path: str, code: int, message: str) -> None:
        super().__init__(f"{path}: errcode {code}: {message}")
        self.code = code


class WeChatUnreachable(Exception):
    """No proper answer came: refused, timed out, or no JSON."""


class WeChatApi:
    """The platform's API as this account."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._http = requests.Session()
        # Proxy variables of the environment must not lead our secrets elsewhere.
        self._http.trust_env = False

    def stable_token(self) -> str:
        """The account's stable access_token. Raises WeChatRefused, WeChatUnreachable."""
        body = {
            "grant_type": "client_credential",
            "appid": self._settings.wechat_appid,
            "secret": self._settings.wechat_appsecret,
        }
        return str(self._post("/cgi-bin/stable_token", body, {})["access_token"])

    def call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST JSON to a path with a token. Raises WeChatRefused, WeChatUnreachable."""
        return self._post(path, body, {"access_token": self.stable_token()})

    def _post(self, path: str, body: dict[str, Any], query: dict[str, str]) -> dict[str, Any]:
        # Raw UTF-8, no \\u escapes: some calls store them as they are (platform D1).
        data = json.dumps(body, ensure_ascii=False).encode()
        try:
            answer = self._http.post(self._settings.wechat_api_base + path, params=query, data=data, timeout=TIMEOUT_S)
            result: dict[str, Any] = json.loads(answer.content)
        except (requests.RequestException, ValueError) as error:
            # The error's text may hold the address with the token.
            raise WeChatUnreachable(f"{path}: {type(error).__name__}") from None
        if result.get("errcode"):
            raise WeChatRefused(path, result["errcode"], str(result.get("errmsg", ""))[:200])
        return result
