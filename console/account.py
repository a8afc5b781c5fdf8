"""One's own account (我的账号): password, second factor, where one is signed in, one's own trail (P6)."""

from __future__ import annotations

from io import BytesIO

import segno
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from console import access, login
from console.access import clock, current_staff, database
from console.house import house
from core.staff import audit, binding, brake, passwords, second_factor, sessions
from core.staff import staff as people
from core.staff.errors import CodeRefused, TooManyAttempts, WeakPassword

Answer = str | Response | tuple[str, int]


def add(door: Blueprint) -> None:
    _add_overview(door)
    _add_password(door)
    _add_second_factor(door)
    _add_wechat(door)


def _add_overview(door: Blueprint) -> None:
    @door.get("/account/")
    @access.needs(access.OWN)
    def account() -> Answer:
        with database().reading() as reading:
            devices = sessions.alive(reading, current_staff(), clock().now())
            trail = audit.of_staff(reading, current_staff())
        return render_template(
            "console/account.html",
            devices=devices,
            here=access.current_session().id,
            trail=trail,
            needs_second_factor=current_staff().role in house().settings.totp_roles,
        )

    @door.post("/account/sessions/end")
    @access.needs(access.OWN)
    def end_other_sessions() -> Answer:
        now = clock().now()
        with database().transaction() as writing:
            ended = sessions.end_all(writing, current_staff(), now, but=session[access.TOKEN])
            audit.record(writing, current_staff(), "sessions.end_others", ("staff", current_staff().id), now)
        flash(f"已退出其他设备（{ended} 处）。", "success")
        return redirect(url_for("console.account"))


def _add_password(door: Blueprint) -> None:
    @door.get("/account/password")
    @access.needs(access.OWN)
    @access.while_unsettled
    def change_password() -> Answer:
        return render_template("console/password.html", errors={})

    @door.post("/account/password")
    @access.needs(access.OWN)
    @access.while_unsettled
    def save_password() -> Answer:
        errors = _faults(request.form)
        if errors:
            return render_template("console/password.html", errors=errors), 422
        now, fresh = clock().now(), passwords.hash_of(request.form["fresh"])
        with database().transaction() as writing:
            person = people.set_password(writing, current_staff().id, fresh, now)
            audit.record(writing, person, "password.change", ("staff", person.id), now)
        login.renew(person)
        flash("密码已更换，其他设备已退出登录。", "success")
        return redirect(url_for("console.account"))


def _add_second_factor(door: Blueprint) -> None:
    @door.get("/account/second-factor")
    @access.needs(access.OWN)
    @access.while_unsettled
    def enrol_second_factor() -> Answer:
        with database().reading() as reading:
            person = people.get(reading, current_staff().id)
        return _enrolment(None if person.has_second_factor else person.totp_secret)

    @door.post("/account/second-factor/begin")
    @access.needs(access.OWN)
    @access.while_unsettled
    def begin_second_factor() -> Answer:
        if not current_staff().has_second_factor:
            with database().transaction() as writing:
                second_factor.propose(writing, current_staff().id)
        return redirect(url_for("console.enrol_second_factor"))

    @door.post("/account/second-factor")
    @access.needs(access.OWN)
    @access.while_unsettled
    def confirm_second_factor() -> Answer:
        now = clock().now()
        try:
            with database().transaction() as writing:
                person = second_factor.confirm(writing, current_staff().id, request.form.get("code", ""), now)
                sessions.end_all(writing, person, now)
                audit.record(writing, person, "second_factor.on", ("staff", person.id), now)
        except CodeRefused:
            return _enrolment(current_staff().totp_secret, login.WRONG_CODE), 422
        login.renew(person)
        flash("动态口令已启用，下次登录时要用到手机上的六位数。", "success")
        return redirect(url_for("console.account"))

    @door.post("/account/second-factor/off")
    @access.needs(access.OWN)
    def drop_second_factor() -> Answer:
        if current_staff().role in house().settings.totp_roles:
            flash("你的角色必须使用动态口令，不能关闭。换手机的话，请管理员重置。", "warning")
            return redirect(url_for("console.account"))
        if error := _wrong_password(request.form.get("password", "")):
            flash(error, "danger")
            return redirect(url_for("console.account"))
        now = clock().now()
        with database().transaction() as writing:
            person = people.get(writing, current_staff().id)
            second_factor.reset(writing, person)
            audit.record(writing, person, "second_factor.off", ("staff", person.id), now)
        flash("动态口令已关闭。", "success")
        return redirect(url_for("console.account"))


def _add_wechat(door: Blueprint) -> None:
    @door.post("/account/wechat")
    @access.needs("alerts.receive")
    def bind_wechat() -> Answer:
        with database().transaction() as writing:
            code = binding.offer(writing, current_staff().id, clock().now())
        return render_template("console/bind_wechat.html", code=code)

    @door.post("/account/wechat/off")
    @access.needs(access.OWN)
    def unbind_wechat() -> Answer:
        with database().transaction() as writing:
            person = people.unbind_wechat(writing, current_staff().id)
            audit.record(writing, person, "wechat.unbind", ("staff", person.id), clock().now())
        flash("已解除绑定，告警不再发到你的微信。", "success")
        return redirect(url_for("console.account"))


def _enrolment(secret: str | None, error: str = "") -> str:
    picture = Markup(_picture(second_factor.address(secret, current_staff().login))) if secret else ""
    return render_template("console/second_factor.html", secret=secret, picture=picture, error=error)


def _picture(text: str) -> str:
    out = BytesIO()
    segno.make(text, error="m").save(out, kind="svg", scale=5, xmldecl=False, svgns=True, svgclass="qr", lineclass=None)
    return out.getvalue().decode()


def _faults(form: dict[str, str]) -> dict[str, str]:
    """What is wrong with the form, by field."""
    if error := _wrong_password(form.get("current", "")):
        return {"current": error}
    try:
        passwords.require_good(form.get("fresh", ""), current_staff().login)
    except WeakPassword as weak:
        return {"fresh": str(weak.values["why"])}
    if form.get("fresh") == form.get("current"):
        return {"fresh": "新密码和现在的一样，请换一个"}
    return {} if form.get("fresh") == form.get("again") else {"again": "两次输入的新密码不一样"}


def _wrong_password(password: str) -> str:
    """Why the current password is not taken; an open browser must not let a passer-by guess without end."""
    name, address = f"own:{current_staff().id}", request.remote_addr or ""
    try:
        with database().transaction() as writing:
            brake.claim(writing, name, address, clock().now())
    except TooManyAttempts as error:
        return f"试得太多了，请过 {error.seconds} 秒再试"
    if not passwords.matches(password, current_staff().password_hash):
        return "现在的密码不对"
    with database().transaction() as writing:
        brake.release(writing, name, address)
    return ""
