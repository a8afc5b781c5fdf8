"""What the product asks of WeChat (platform D): wechatpy's client with our address, token, time-outs and errors.

Every verb makes one attempt and says by its error what is known afterwards; whoever calls decides by
`reactions.rule_for`. Only a token that WeChat calls invalid is renewed, and the call then made once more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

from wechatpy import WeChatClient

from core.clock import Clock
from core.config import Settings
from core.db import Database
from core.wechat.connection import exchange, open_session
from core.wechat.errors import WeChatRefused, WeChatUnknown
from core.wechat.reactions import Reaction, rule_for
from core.wechat.token_cache import NoCache, RedisCache
from core.wechat.tokens import Tokens


@dataclass(frozen=True)
class MiniProgramSession:
    """Who logged in to the mini-program (小程序登录); the session key must never leave the server."""

    open_id: str = field(repr=False)
    union_id: str | None = field(repr=False)
    session_key: str = field(repr=False)


class Account(Protocol):
    """What WeChat and NullWeChat both can. Each verb raises WeChatRefused, WeChatUnreachable, WeChatUnknown."""

    def send_text(self, open_id: str, text: str) -> None:
        """Send a customer-service message (客服消息); only within the person's window (R15)."""
        ...

    def send_menu(self, open_id: str, head: str, items: dict[str, str], tail: str) -> None:
        """Send a customer-service message with choices to tap (msgmenu): id → words; within the window as well."""
        ...

    def send_template(self, open_id: str, template_id: str, data: dict[str, str], url: str, client_msg_id: str) -> str:
        """Send a template message (模板消息); the same `client_msg_id` is sent only once. Gives WeChat's msgid."""
        ...

    def create_menu(self, menu: dict[str, Any]) -> None:
        """Set the account's menu (自定义菜单)."""
        ...

    def code_to_session(self, js_code: str) -> MiniProgramSession:
        """Log in with the code that `wx.login` gave the mini-program; it works once."""
        ...

    def callback_ips(self) -> list[str]:
        """The addresses from which WeChat calls us."""
        ...


class WeChat:
    """The real one. Use it outside of transactions: it may wait for the token."""

    def __init__(self, settings: Settings, tokens: Tokens) -> None:
        self._settings = settings
        self._client = _Client(settings, tokens)

    def send_text(self, open_id: str, text: str) -> None:
        """See Account."""
        self._client.message.send_text(open_id, text)

    def send_menu(self, open_id: str, head: str, items: dict[str, str], tail: str) -> None:
        """See Account."""
        choices = [{"id": item_id, "content": content} for item_id, content in items.items()]
        menu = {"head_content": head, "list": choices, "tail_content": tail}
        self._client.message.send_msg_menu(open_id, menu)

    def send_template(self, open_id: str, template_id: str, data: dict[str, str], url: str, client_msg_id: str) -> str:
        """See Account."""
        # wechatpy's own send_template knows no client_msg_id (platform F3).
        body = {
            "touser": open_id,
            "template_id": template_id,
            "url": url,
            "client_msg_id": client_msg_id,
            "data": {name: {"value": value} for name, value in data.items()},
        }
        return str(self._client.post("message/template/send", data=body).get("msgid", ""))

    def create_menu(self, menu: dict[str, Any]) -> None:
        """See Account."""
        self._client.menu.create(menu)

    def code_to_session(self, js_code: str) -> MiniProgramSession:
        """See Account."""
        # wechatpy would fetch an access token and send it along (platform F2.11).
        query = {
            "appid": self._settings.mp_appid,
            "secret": self._settings.mp_appsecret,
            "js_code": js_code,
            "grant_type": "authorization_code",
        }
        path = "/sns/jscode2session"
        found = exchange(self._client.http, "get", self._settings.wechat_api_base + path, query)
        if not found.get("openid") or not found.get("session_key"):
            raise WeChatUnknown(f"{path}: neither a session nor an errcode")
        return MiniProgramSession(found["openid"], found.get("unionid") or None, found["session_key"])

    def callback_ips(self) -> list[str]:
        """See Account."""
        return list(self._client.misc.get_wechat_ips())

    def close(self) -> None:
        """Drop the connections to WeChat."""
        self._client.close()


class _Client(WeChatClient):
    """wechatpy's client without its faults (platform F2): no endless retry, no token of its own, no wait for ever."""

    def __init__(self, settings: Settings, tokens: Tokens) -> None:
        super().__init__(settings.wechat_appid, "", auto_retry=False)
        self.http, self._tokens, self._base = open_session(), tokens, settings.wechat_api_base

    def close(self) -> None:
        """Drop the connections."""
        self.http.close()
        self._tokens.close()

    def _request(self, method: str, url_or_endpoint: str, **options: Any) -> Any:
        """What every call of wechatpy goes through; with one renewed token at most (R13)."""
        url = self._address(url_or_endpoint, options.pop("api_base_url", self.API_BASE_URL))
        read = options.pop("result_processor", None) or (lambda found: found)
        query, body = dict(options.pop("params", {})), options.pop("data", None)
        if options:
            raise TypeError(f"this client sends JSON only, not {sorted(options)}")
        found = self._with_token(method, url, query, body)
        try:
            return read(found)
        except (KeyError, TypeError):
            raise WeChatUnknown(f"{urlsplit(url).path}: the answer lacks what was asked for") from None

    def _address(self, url_or_endpoint: str, base: str) -> str:
        # wechatpy writes api.weixin.qq.com out in many places; ours may be a simulator or another entrance.
        url = url_or_endpoint if "://" in url_or_endpoint else base + url_or_endpoint
        return self._base + urlsplit(url).path

    def _with_token(self, method: str, url: str, query: dict[str, str], body: dict[str, Any] | None) -> dict[str, Any]:
        token = self._tokens.current()
        try:
            return exchange(self.http, method, url, {**query, "access_token": token}, body)
        except WeChatRefused as refusal:
            if rule_for(refusal).reaction is not Reaction.RENEW_TOKEN_ONCE:
                raise
            fresh = self._tokens.renew(token)
            if fresh is None:
                raise
        return exchange(self.http, method, url, {**query, "access_token": fresh}, body)


def connect(settings: Settings, database: Database, clock: Clock) -> WeChat:
    """The account's client, with the token that all processes share."""
    cache = RedisCache(settings.redis_url) if settings.redis_url else NoCache()
    account = (settings.wechat_api_base, settings.wechat_appid, settings.wechat_appsecret)
    return WeChat(settings, Tokens(database, clock, *account, cache))
