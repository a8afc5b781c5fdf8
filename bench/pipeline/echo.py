"""The yardstick: what a newcomer writes with Flask and wechatpy. It checks, parses and echoes, and stores nothing."""

from __future__ import annotations

import os

from flask import Flask, request
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature


def create_app() -> Flask:
    """The echo; with ECHO_AES=1 in safe mode."""
    app = Flask("echo")
    token, appid = os.environ["WECHAT_TOKEN"], os.environ["WECHAT_APPID"]
    crypto = WeChatCrypto(token, os.environ["WECHAT_AES_KEY"], appid) if os.environ.get("ECHO_AES") else None

    @app.get("/healthz")
    def alive() -> str:
        return "alive"

    @app.post("/wechat")
    def echo() -> str:
        query = request.args
        if crypto is None:
            check_signature(token, query["signature"], query["timestamp"], query["nonce"])
            return str(_reply(request.data))
        plain = crypto.decrypt_message(request.data, query["msg_signature"], query["timestamp"], query["nonce"])
        return str(crypto.encrypt_message(_reply(plain), query["nonce"], query["timestamp"]))

    return app


def _reply(body: str | bytes) -> str:
    message = parse_message(body)
    return str(create_reply(getattr(message, "content", None) or message.type, message).render())
