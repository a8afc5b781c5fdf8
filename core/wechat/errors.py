"""What can go wrong when we call WeChat, by what we know afterwards (R12, R13)."""

from __future__ import annotations


class WeChatError(Exception):
    """A call that did not succeed; the text names the path and never holds a token or an OpenID."""


class WeChatRefused(WeChatError):
    """WeChat answered with an errcode (`code`); the call had no effect."""

    def __init__(self, path: str, code: int, message: str) -> None:
        super().__init__(f"{path}: errcode {code}: {message}")
        self.path, self.code = path, code


class WeChatUnreachable(WeChatError):
    """The call never left: connection refused, no route, no token to be had. Nothing happened."""


class WeChatUnknown(WeChatError):
    """The call left and no proper answer came (time-out, cut, 502 page): it may or may not have had its effect."""
