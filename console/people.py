"""Staff (人员): who works here, take in, change, close; for admins, and every change is in the trail."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from console import access
from console.access import clock, current_staff, database
from core.staff import audit, passwords, permissions
from core.staff import staff as verbs
from core.staff.errors import BadName, LastAdmin, LoginTaken
from core.staff.models import Staff

Answer = str | Response | tuple[str, int]
PAGE_SIZE = 20
MANAGE = "staff.manage"


def add(door: Blueprint) -> None:
    _add_list(door)
    _add_new(door)
    _add_one(door)
    _add_access(door)


def _add_list(door: Blueprint) -> None:
    @door.get("/people/")
    @access.needs(MANAGE)
    def people() -> Answer:
        words, role = request.args.get("q", "").strip()[:40], request.args.get("role", "")
        with database().reading() as reading:
            total = verbs.count(reading, words, role)
            pages = max(1, -(-total // PAGE_SIZE))
            page = min(max(_number(request.args.get("page", "")), 1), pages)
            found = verbs.search(reading, words, role, PAGE_SIZE, (page - 1) * PAGE_SIZE)
        shown = {"people": found, "total": total, "page": page, "pages": pages, "q": words, "role": role}
        return render_template("console/people.html", roles=permissions.ROLE_NAMES, **shown)


def _add_new(door: Blueprint) -> None:
    @door.get("/people/new")
    @access.needs(MANAGE)
    def new_person() -> Answer:
        return _new_form({})

    @door.post("/people/new")
    @access.needs(MANAGE)
    def create_person() -> Answer:
        values = {name: request.form.get(name, "") for name in ("login", "name", "role")}
        password, now = passwords.one_time(), clock().now()
        hashed = passwords.hash_of(password)
        try:
            with database().transaction() as writing:
                person = verbs.create_with_hash(writing, **values, password_hash=hashed, now=now)
                _note(writing, "staff.create", person)
        except (BadName, LoginTaken) as error:
            return _new_form(values, error), 422
        return render_template("console/one_time_password.html", person=person, password=password, is_new=True)


def _add_one(door: Blueprint) -> None:
    @door.get("/people/<uuid:staff_id>")
    @access.needs(MANAGE)
    def person(staff_id: UUID) -> Answer:
        with database().reading() as reading:
            return _one_form(verbs.get(reading, staff_id))

    @door.post("/people/<uuid:staff_id>")
    @access.needs(MANAGE)
    def save_person(staff_id: UUID) -> Answer:
        name, role, version = request.form.get("name", ""), request.form.get("role", ""), _version()
        try:
            with database().transaction() as writing:
                before = verbs.get(writing, staff_id).role
                person = verbs.edit(writing, staff_id, name, role, version, clock().now())
                _note(writing, "staff.edit" if before == person.role else f"staff.role.{before}.{person.role}", person)
        except (BadName, LastAdmin) as error:
            with database().reading() as reading:
                return _one_form(verbs.get(reading, staff_id), error), 422
        flash(f"已保存：{person.name}，{person.role_name}。", "success")
        return redirect(url_for("console.people"))


def _add_access(door: Blueprint) -> None:
    @door.post("/people/<uuid:staff_id>/disable")
    @access.needs(MANAGE)
    def disable_person(staff_id: UUID) -> Answer:
        try:
            with database().transaction() as writing:
                person = verbs.disable(writing, staff_id, _version(), clock().now())
                _note(writing, "staff.disable", person)
        except LastAdmin as error:
            with database().reading() as reading:
                return _one_form(verbs.get(reading, staff_id), error), 422
        flash(f"已停用 {person.name}，此人已在所有设备上退出。", "success")
        return redirect(url_for("console.people"))

    @door.post("/people/<uuid:staff_id>/enable")
    @access.needs(MANAGE)
    def enable_person(staff_id: UUID) -> Answer:
        with database().transaction() as writing:
            person = verbs.enable(writing, staff_id, _version())
            _note(writing, "staff.enable", person)
        flash(f"已重新启用 {person.name}。", "success")
        return redirect(url_for("console.people"))

    @door.post("/people/<uuid:staff_id>/reset-password")
    @access.needs(MANAGE)
    def reset_password(staff_id: UUID) -> Answer:
        password = passwords.one_time()
        hashed = passwords.hash_of(password)
        with database().transaction() as writing:
            person = verbs.reset_password(writing, staff_id, hashed, _version(), clock().now())
            _note(writing, "staff.password_reset", person)
        return render_template("console/one_time_password.html", person=person, password=password, is_new=False)

    @door.post("/people/<uuid:staff_id>/reset-second-factor")
    @access.needs(MANAGE)
    def reset_second_factor(staff_id: UUID) -> Answer:
        with database().transaction() as writing:
            person = verbs.drop_second_factor(writing, staff_id, _version(), clock().now())
            _note(writing, "staff.second_factor_reset", person)
        flash(f"已取消 {person.name} 的动态口令，可以重新设置。", "success")
        return redirect(url_for("console.person", staff_id=staff_id))


def _note(writing: Session, action: str, person: Staff) -> None:
    audit.record(writing, current_staff(), action, ("staff", person.id), clock().now())


def _new_form(values: dict[str, str], error: BadName | LoginTaken | None = None) -> str:
    errors = {"login": "这个登录名已经有人用了"} if isinstance(error, LoginTaken) else _errors(error)
    return render_template("console/person_new.html", values=values, errors=errors, roles=permissions.ROLE_NAMES)


def _one_form(person: Staff, error: BadName | LastAdmin | None = None) -> str:
    errors = {"role": "这是最后一位管理员，请先指定另一位管理员"} if isinstance(error, LastAdmin) else _errors(error)
    return render_template("console/person.html", person=person, errors=errors, roles=permissions.ROLE_NAMES)


def _errors(error: BadName | None) -> dict[str, str]:
    return {str(error.values["field"]): str(error.values["why"])} if error else {}


def _version() -> int:
    return _number(request.form.get("version", ""))


def _number(text: str) -> int:
    """A small number out of an address or a form; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
