"""One HTTP exchange with the platform (platform D1), and what can be said of it afterwards. Never a retry."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import MaxRetryError, NewConnectionError

from core.wechat.errors import WeChatError, WeChatRefused, WeChatUnknown, WeChatUnreachable

CONNECT_S, READ_S = 2.0, 4.0
AT_ONCE = 32
# WeChat's own words go into our errors and logs, and may repeat what we sent: an OpenID, a token, a secret.
_CONFIDENTIAL = re.compile(r"\bo[A-Za-z0-9_-]{27}\b|[A-Za-z0-9_]{20,}")


def open_session() -> requests.Session:
    """An HTTP session for the platform alone, fit for many threads."""
    session = requests.Session()
    # Proxy variables and .netrc of the environment must not lead our secrets elsewhere.
    session.trust_env = False
    session.mount("https://", HTTPAdapter(pool_maxsize=AT_ONCE))
    session.mount("http://", HTTPAdapter(pool_maxsize=AT_ONCE))
    return session


def exchange(
    session: requests.Session,
    method: str,
    url: str,
    query: dict[str, str],
    body: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Send once and read the JSON. Raises WeChatRefused, WeChatUnreachable, WeChatUnknown."""
    path = urlsplit(url).path
    # Raw UTF-8, no \u escapes: some calls store them as they are. Half a surrogate pair would be no UTF-8.
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    try:
        answer = session.request(
            method,
            url,
            params=query,
            data=data,
            timeout=(CONNECT_S, READ_S),
            # A redirect would carry the token to another host.
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise _explain(path, error) from None  # the error's own text holds the address with the token
    return _result(path, answer)


def _explain(path: str, error: requests.RequestException) -> WeChatError:
    kind = WeChatUnreachable if _never_left(error) else WeChatUnknown
    return kind(f"{path}: {type(error).__name__}")


def _never_left(error: requests.RequestException) -> bool:
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError):
        return True
    cause = error.args[0] if error.args else None
    # NewConnectionError covers refused, no route and unknown host.
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _result(path: str, answer: requests.Response) -> dict[str, Any]:
    try:
        # Errors come with status 200; people's words may hold control characters that strict JSON refuses.
        found = json.loads(answer.content.decode("utf-8", "replace"), strict=False)
        code = int(found.get("errcode") or 0)
    except (ValueError, AttributeError):
        raise WeChatUnknown(f"{path}: status {answer.status_code} without JSON") from None
    if code:
        raise WeChatRefused(path, code, _harmless(str(found.get("errmsg", ""))))
    result: dict[str, Any] = found
    return result


def _harmless(message: str) -> str:
    return _CONFIDENTIAL.sub("…", message)[:200]
