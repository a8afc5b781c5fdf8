"""The console with its staff: a small Flask app on a database of its own, and browsers for those who sign in."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

import console
from console.house import Mind
from core.clock import FixedClock
from core.config import Settings
from core.db import Database
from core.resources import Resources
from core.staff import passwords, sessions
from core.staff import staff as people
from core.staff.models import Staff
from core.staff.permissions import ROLES
from handlers import registry
from handlers.explaining import Explainer

PASSWORD = "晴天 骑车 去看麦田"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def hire(session: Session, role: str, now: datetime, login: str = "", name: str = "") -> Staff:
    """Somebody of this role who has chosen a password of their own."""
    login = login or f"{role}.li"
    person = people.create_with_hash(session, login, name or f"李{role}", role, _hashed(), now)
    return people.set_password(session, person.id, person.password_hash, now)


@cache
def usual_mind() -> Mind:
    """What the bot goes by, loaded once a run."""
    resources = Resources.load("http://127.0.0.1:8000")
    return Mind(resources.rules, Explainer(resources, registry.load(resources.rules)).explain)


@cache
def _hashed() -> str:
    return passwords.hash_of(PASSWORD)


class Office:
    """An app with nothing but the console, and one person of every role."""

    def __init__(self, database: Database, clock: FixedClock, settings: Settings, mind: Mind | None = None) -> None:
        self.database, self.clock, self.settings = database, clock, settings
        self.app = Flask("office", static_folder=None)
        self.app.register_blueprint(
            console.blueprint(database, clock, settings, mind or usual_mind()), url_prefix="/console"
        )
        with database.transaction() as session:
            self.staff = {role: hire(session, role, clock.now()) for role in ROLES}

    def browser(self, address: str = "10.0.0.7") -> Browser:
        """A fresh browser in which nobody is signed in."""
        return Browser(self.app.test_client(), address)

    def signed_in(self, role: str) -> Browser:
        """A browser in which the person of this role is signed in."""
        browser = self.browser()
        answer = browser.sign_in(self.staff[role].login)
        assert answer.status_code == 302, answer.text
        return browser

    def reread(self, role: str) -> Staff:
        """The person's row as it is now."""
        with self.database.reading() as session:
            return people.get(session, self.staff[role].id)

    def devices(self, role: str) -> int:
        """In how many browsers the person is signed in."""
        with self.database.reading() as session:
            return len(sessions.alive(session, self.staff[role], self.clock.now()))


class Browser:
    """A client that fetches a page before it sends a form, as a browser does."""

    def __init__(self, client: FlaskClient, address: str) -> None:
        self.client, self._address = client, {"REMOTE_ADDR": address}

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, environ_base=self._address, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form with the token of a page that was just read."""
        fields = {"csrf_token": self.token(), **(data or {})}
        return self.client.post(path, data=fields, environ_base=self._address, **options)

    def open(self, verb: str, path: str) -> TestResponse:
        """Any verb, with a good token where one is asked for."""
        headers = {} if verb == "GET" else {"X-CSRFToken": self.token()}
        return self.client.open(path, method=verb, headers=headers, environ_base=self._address)

    def sign_in(self, login: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        return self.post("/console/login", {"login": login, "password": password, **fields})

    def cookie(self) -> Any:
        """What the console's cookie holds, to look at or to change: `with browser.cookie() as cookie`."""
        return self.client.session_transaction("/console/")

    def token(self) -> str:
        """From the login page, or from the account page for who is signed in."""
        for path in ("/console/account/password", "/console/login/code", "/console/login"):
            if found := TOKEN.search(self.get(path).text):
                return found[1]
        raise AssertionError("no page gives a token")
