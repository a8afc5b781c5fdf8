"""Negative controls: the account with one protection taken out. An audit that does not notice proves nothing."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

from flask import Flask

from app import create_app
from bot.pipeline import Answer, Pipeline
from core.messages import InboundMessage, NoReply

# What gunicorn is started with, by the protection that is missing.
APPS = {
    "deduplication": "bench.chaos.controls:without_deduplication()",
    "storing-first": "bench.chaos.controls:without_storing_first()",
}
# Long enough that every kill finds some that were answered and not stored yet.
LATER_S = 3.0


def without_deduplication() -> Flask:
    """Every delivery counts as a push of its own."""
    InboundMessage.identity = property(lambda message: f"{message.message_id}|{secrets.token_hex(8)}")  # type: ignore
    return create_app()


def without_storing_first() -> Flask:
    """WeChat hears 200 first, and the message is stored a moment later."""
    store = Pipeline.receive

    def answer_first(self: Pipeline, message: InboundMessage, *rest: Any) -> Answer:
        def work() -> None:
            time.sleep(LATER_S)
            store(self, message, *rest)

        threading.Thread(target=work, daemon=True).start()
        return Answer(NoReply(), message.created_at, {"route": "answered first"})

    def begin(
        self: Pipeline, message: InboundMessage, _elsewhere: Any, done: Callable[[Answer], None], _id: str
    ) -> None:
        done(answer_first(self, message))

    # Both ways in: with a thread that waits, and without (bot/web_worker.py).
    Pipeline.receive = answer_first  # type: ignore[method-assign]
    Pipeline.begin = begin  # type: ignore[method-assign, assignment]
    return create_app()
