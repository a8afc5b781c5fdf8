"""Who is asking, and may they? Asked once, before any view; a view that names no permission is closed (P5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, abort, current_app, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from console import unsaved
from console.house import House, house
from core import metrics
from core.clock import Clock
from core.db import Database
from core.staff import permissions, sessions
from core.staff.models import Staff, StaffSession

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC, HALF_WAY = "public", "half-way"  # no session at all; a password given, the code still owed
TOKEN = "staff"  # where the cookie keeps the session's token
OWN = "account.own"
UNATTENDED = "X-Unattended"  # what our own pages send when nobody pressed anything


def needs(permission: str) -> Callable[[View], View]:
    """Open a view to those who hold the permission. Raises KeyError, at start-up, for an unknown one."""
    permissions.PERMISSIONS[permission]
    return _declare(permission)


def public(view: View) -> View:
    """Open a view to everybody."""
    return _declare(PUBLIC)(view)


def half_way(view: View) -> View:
    """Open a view to those who gave their password and owe the code."""
    return _declare(HALF_WAY)(view)


def while_unsettled(view: View) -> View:
    """A view that stays open while a new password or a second factor is still due."""
    view.__dict__["while_unsettled"] = True
    return view


def current_staff() -> Staff:
    """Who is signed in. Only for views that need a permission."""
    return g.console_staff


def is_signed_in() -> bool:
    """Whether somebody is, with all that signing in asks for."""
    return "console_staff" in g


def half_way_staff() -> Staff:
    """Whose password was given; the code may still be owed."""
    return g.console_half_way_staff


def current_session() -> StaffSession:
    """By which session."""
    return g.console_session


def may(permission: str) -> bool:
    """Whether who is signed in holds the permission; for views and templates."""
    staff = g.get("console_staff")
    return staff is not None and permissions.may(staff.role, permission)


def database() -> Database:
    """The console's database: few connections of its own, so that callbacks never wait for a screen (R22)."""
    return house().database


def clock() -> Clock:
    """What time it is."""
    return house().clock


def lacks_second_factor(staff: Staff) -> bool:
    """Whether the role asks for one that is not there yet (STAFF_TOTP_ROLES)."""
    return staff.role in house().settings.totp_roles and not staff.has_second_factor


def declared(view: Any) -> str | None:
    """The permission that a view names."""
    return getattr(view, "permission", None)


def add(door: Blueprint, ours: House) -> None:
    @door.record_once
    def furnish(state: Any) -> None:
        state.app.extensions[door.name] = ours

    @door.before_request
    def guard() -> Response | None:
        if request.endpoint == f"{door.name}.static":
            return None
        view = current_app.view_functions[request.endpoint or ""]
        permission = declared(view)
        if permission is None:
            abort(404)
        _recognise()
        if permission == PUBLIC:
            return None
        return _stop(view, permission)

    @door.context_processor
    def ask() -> dict[str, Any]:
        return {"may": may, "staff": g.get("console_staff")}


def _recognise() -> None:
    """Find who is asking by the cookie; nothing is set when nobody is signed in."""
    found, now = None, clock().now()
    if isinstance(token := session.get(TOKEN), str):
        with database().reading() as reading:
            found = sessions.resume(reading, token, now)
    if found is None:
        return
    # A screen that refreshes itself keeps no session alive that its owner walked away from.
    if found.is_stale and UNATTENDED not in request.headers:
        with database().transaction() as writing:
            sessions.touch(writing, found.session, now)
    g.console_session = found.session
    g.console_half_way_staff = found.staff
    if found.session.is_complete:
        g.console_staff = found.staff


def _stop(view: Any, permission: str) -> Response | None:
    if permission == HALF_WAY:
        return None if "console_half_way_staff" in g else to_login()
    if "console_staff" not in g:
        return to_login()
    staff = current_staff()
    if not permissions.may(staff.role, permission):
        structlog.get_logger().warning("console_refused", staff=str(staff.id), role=staff.role, permission=permission)
        metrics.console_refused("role")
        abort(403)
    return None if getattr(view, "while_unsettled", False) else _settle(staff)


def _settle(staff: Staff) -> Response | None:
    """What must be done before anything else."""
    if staff.must_change_password:
        return redirect(url_for("console.change_password"))
    if lacks_second_factor(staff):
        return redirect(url_for("console.enrol_second_factor"))
    return None


def to_login() -> Response:
    """Sign in first; afterwards one is back where one was, and a form that was being saved is still there."""
    if "HX-Request" in request.headers:
        # A part of a page must not be replaced by a login form: the whole page goes.
        return Response("", 401, {"HX-Redirect": url_for("console.login", next=_whole_page())})
    if request.method == "POST" and (kept := _keep_form()):
        return Response(render_template("console/login.html", back="", login_name="", unsaved=kept), 401)
    here = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("console.login", next=here or None))


def _whole_page() -> str | None:
    """The page around the part that was asked for, as htmx names it; the login takes only addresses of ours."""
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    return (f"{page.path}?{page.query}" if page.query else page.path) or None


def _keep_form() -> str:
    """The form of somebody whose login has expired meanwhile; of a stranger nothing is kept."""
    if not isinstance(token := session.get(TOKEN), str):
        return ""
    with database().reading() as reading:
        owner = sessions.owner(reading, token)
    return unsaved.pack(owner, request.path, request.form, clock().now()) if owner else ""


def _declare(permission: str) -> Callable[[View], View]:
    def declare(view: View) -> View:
        view.__dict__["permission"] = permission
        return view

    return declare
