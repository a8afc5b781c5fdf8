"""Every change carries the token of its own session's page (CSRF); the other doors have their own proofs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_wtf import CSRFProtect

from console.house import House

LIFETIME_S = 12 * 3600  # as long as a session; a page left open over lunch still saves


def add(door: Blueprint, house: House) -> None:
    protection = CSRFProtect()

    @door.record_once
    def prepare(state: Any) -> None:
        state.app.secret_key = house.settings.secret_key
        state.app.config.update(
            SESSION_COOKIE_NAME="zhengqing_console",
            SESSION_COOKIE_PATH="/console",
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SECURE=house.is_secure,
            SESSION_COOKIE_SAMESITE="Lax",
            WTF_CSRF_CHECK_DEFAULT=False,
            WTF_CSRF_TIME_LIMIT=LIFETIME_S,
        )
        protection.init_app(state.app)

    @door.before_request
    def check() -> None:
        protection.protect()
