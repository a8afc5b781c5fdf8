"""What all screens share: navigation by job, times as people say them, addresses of our own files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, request, url_for

from console import access, deeds
from console.house import House
from content.hotlines import Hotlines
from core import clock
from core.staff.models import AuditRecord


@dataclass(frozen=True)
class Job:
    """An entry of the navigation."""

    name: str
    endpoint: str
    icon: str
    permission: str


# For whoever came to the wrong door in need, or stands before it while the database is away.
HELP = ("12356", "12355")
STATIC = Path(__file__).parent / "static"
JOBS = (
    Job("今日", "console.overview", "home", "overview.read"),
    Job("求助个案", "console.cases", "lifebuoy", "cases.read"),
    Job("互动记录", "console.interactions", "messages", "interactions.read"),
    Job("没听懂的话", "console.unanswered", "inbox", "unanswered.read"),
    Job("为什么这样回答", "console.explain", "search", "explain.use"),
    Job("纠正样本", "console.corrections", "check", "corrections.read"),
    Job("人员", "console.people", "users", "staff.manage"),
    Job("我的账号", "console.account", "user", "account.own"),
)


def add(door: Blueprint, house: House) -> None:
    hotlines = Hotlines.load()

    @door.context_processor
    def frame() -> dict[str, Any]:
        is_demo = not house.settings.is_production
        helplines = [hotlines.line(number, house.clock.now()) for number in HELP]
        shown = {"account_name": house.settings.account_name, "is_demo": is_demo, "helplines": helplines}
        return {"jobs": _jobs(), **shown}

    # Globals, because macros see nothing else.
    for address in (asset, home):
        door.add_app_template_global(address)

    @door.app_template_filter("when")
    def when(moment: datetime) -> str:
        """今天 15:20."""
        return clock.say(moment, house.clock.now())

    @door.app_template_filter("deed")
    def deed(line: AuditRecord) -> str:
        """What a line of the trail is about, in words."""
        return deeds.say(line.action)

    @door.app_template_filter("exactly")
    def exactly(moment: datetime) -> str:
        """2026-11-24 15:20:07, for those who hover."""
        return f"{clock.local(moment):%Y-%m-%d %H:%M:%S}"


def home() -> str:
    """Where one begins: the overview."""
    return url_for("console.overview" if "console.overview" in current_app.view_functions else "console.account")


def asset(name: str) -> str:
    """The address of a file of ours; it changes with its content, so that no browser mixes two releases."""
    return url_for("console.static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]


def _jobs() -> list[dict[str, Any]]:
    """Only what is there and what one may see."""
    shown = [job for job in JOBS if job.endpoint in current_app.view_functions and access.may(job.permission)]
    return [{"name": job.name, "endpoint": job.endpoint, "icon": job.icon, "is_here": _is_here(job)} for job in shown]


def _is_here(job: Job) -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "__module__", None) == current_app.view_functions[job.endpoint].__module__
