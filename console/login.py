"""Signing in and out (登录): password, then a code where one is due; the session is new each time."""

from __future__ import annotations

import re

import structlog
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from console import access, pages, unsaved
from console.house import house
from core import metrics
from core.staff import audit, brake, passwords, second_factor, sessions
from core.staff import staff as people
from core.staff.errors import CodeRefused, LoginRefused, TooManyAttempts
from core.staff.models import Staff

Answer = str | Response | tuple[str, int]
NEXT, UNSAVED = "next", "unsaved"
OURS = re.compile(r"/console/[\w./?=&%~-]*")
WRONG = "登录名或密码不对。忘了密码，请管理员重置。"
WRONG_CODE = "动态口令不对，或者已经用过。请等手机上换了新的六位数再试。"
# What browsers say of themselves → what people call it; the first that fits.
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (("Windows", "Windows"), ("iPhone", "iPhone"), ("Android", "安卓"), ("Mac OS", "Mac"), ("Linux", "Linux"))
log = structlog.get_logger()


def add(door: Blueprint) -> None:
    @door.get("/login")
    @access.public
    def login() -> Answer:
        if access.is_signed_in():
            return redirect(pages.home())
        return _form(local_only(request.args.get(NEXT, "")))

    @door.post("/login")
    @access.public
    def sign_in() -> Answer:
        name, back = request.form.get("login", ""), local_only(request.form.get(NEXT, ""))
        try:
            person = _prove(name, request.form.get("password", ""))
        except LoginRefused:
            return _form(back, name, WRONG), 401
        except TooManyAttempts as error:
            return _form(back, name, _held_back(error)), 429
        if person.has_second_factor:
            _begin(person, is_complete=False)
            session[NEXT] = back
            return _code_form()
        return _come_in(person, back)

    @door.get("/login/code")
    @access.half_way
    def enter_code() -> Answer:
        if access.is_signed_in():
            return redirect(pages.home())
        return _code_form()

    @door.post("/login/code")
    @access.half_way
    def check_code() -> Answer:
        back = local_only(session.get(NEXT, ""))
        try:
            person = _prove_code(access.half_way_staff(), request.form.get("code", ""))
        except CodeRefused:
            return _code_form(WRONG_CODE), 401
        except TooManyAttempts as error:
            return _code_form(_held_back(error)), 429
        return _come_in(person, back)

    @door.post("/logout")
    @access.half_way
    def logout() -> Answer:
        now = access.clock().now()
        with access.database().transaction() as writing:
            sessions.end(writing, session[access.TOKEN], now)
            audit.record(writing, access.half_way_staff(), "logout", ("session", access.current_session().id), now)
        session.clear()
        flash("已退出登录。", "success")
        return redirect(url_for("console.login"))


def local_only(path: str) -> str:
    """The path if it leads to a page of ours; nothing otherwise, so that a link cannot send staff elsewhere."""
    return path if OURS.fullmatch(path) and "//" not in path else ""


def _come_in(person: Staff, back: str) -> Answer:
    """To the form that was being saved, or to the page where one was, or to the first one."""
    _begin(person)
    if kept := unsaved.unpack(request.form.get(UNSAVED, ""), person.id, access.clock().now()):
        return render_template("console/unsaved.html", unsaved=kept)
    return redirect(back or pages.home())


def renew(person: Staff) -> None:
    """A new session for this browser, after all others were ended."""
    _begin(person)


def _prove(name: str, password: str) -> Staff:
    """Whose password this is. Raises LoginRefused, TooManyAttempts.

    The hash is compared outside of any transaction: it takes a while, and nobody's message shall wait for it (R22).
    """
    now, address = access.clock().now(), request.remote_addr or ""
    with access.database().transaction() as writing:
        brake.claim(writing, name, address, now)
        person = people.find(writing, name)
    is_welcome = person is not None and person.is_active and not (person.is_demo and house().settings.is_production)
    is_right = passwords.matches(password, person.password_hash if person and is_welcome else None)
    with access.database().transaction() as writing:
        if is_right:
            brake.release(writing, name, address)
        else:
            audit.record(writing, None, "login.refused", ("staff", person.id if person else "unknown"), now)
    if person is None or not is_right:
        log.warning("console_login_refused")
        metrics.console_refused("password")
        raise LoginRefused()
    return person


def _prove_code(person: Staff, code: str) -> Staff:
    """Raises CodeRefused, TooManyAttempts."""
    now, address, name = access.clock().now(), request.remote_addr or "", f"code:{person.id}"
    with access.database().transaction() as writing:
        brake.claim(writing, name, address, now)
    try:
        with access.database().transaction() as writing:
            proved = second_factor.check(writing, person.id, code, now)
            brake.release(writing, name, address)
            return proved
    except CodeRefused:
        log.warning("console_code_refused", staff=str(person.id))
        metrics.console_refused("code")
        raise


def _begin(person: Staff, is_complete: bool = True) -> None:
    """A new session under a new id; whatever the cookie held before is dropped (session fixation)."""
    now, old = access.clock().now(), session.get(access.TOKEN)
    with access.database().transaction() as writing:
        if old:
            sessions.end(writing, old, now)
        token = sessions.begin(writing, person, now, _device(), is_complete)
        # Whoever comes in sweeps the hall: no job of its own for what few rows there are.
        sessions.drop_old(writing, now)
        brake.drop_old(writing, now)
        if is_complete:
            audit.record(writing, person, "login", ("staff", person.id), now)
    session.clear()
    session[access.TOKEN] = token


def _form(back: str, name: str = "", error: str = "") -> str:
    kept = request.form.get(UNSAVED, "")
    return render_template("console/login.html", back=back, login_name=name[:40], error=error, unsaved=kept)


def _code_form(error: str = "") -> str:
    return render_template("console/code.html", error=error, unsaved=request.form.get(UNSAVED, ""))


def _held_back(error: TooManyAttempts) -> str:
    log.warning("console_held_back", seconds=error.seconds)
    metrics.console_refused("held_back")
    return f"试得太多了，请过 {error.seconds} 秒再试。不是你本人在试的话，请告诉管理员。"


def _device() -> str:
    """What browser on what, roughly, so that one recognises one's own."""
    agent = request.user_agent.string
    known = [next((name for sign, name in kinds if sign in agent), "") for kinds in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, known)) or "其他设备"
