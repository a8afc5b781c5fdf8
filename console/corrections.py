"""纠正样本: say what a message should have been taken for; a colleague looks at it before anything is learnt from it.

The text is cleaned of names and numbers before it is shown for editing, and once more when it is saved. The list shows
no words; whoever opens one is on the record (P6).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from console import access, reasons
from console.access import clock, current_staff, database, may
from console.house import house
from console.interactions import OPEN, OPEN_WITH_REASON
from content.lexicon import INTENTS, RISKS, TOPICS
from core.corrections import corrections as verbs
from core.corrections.corrections import TAGS, Proposed, Wanted
from core.corrections.deidentify import clean
from core.corrections.errors import (
    AlreadyDecided,
    AlreadyProposed,
    BadCorrection,
    CorrectionNotFound,
    NothingToCorrect,
    OwnCorrection,
)
from core.corrections.models import APPROVED, PENDING, REJECTED, Correction
from core.interactions import searching
from core.staff import audit
from core.staff import staff as people

Answer = str | Response | tuple[str, int]
READ, WRITE, DECIDE = "corrections.read", "corrections.write", "corrections.decide"
STATES = {PENDING: "等复核", APPROVED: "已通过", REJECTED: "没通过"}
EVERY = "all"
PAGE, LONGEST_WORDS = 20, 50


def add(door: Blueprint) -> None:
    _add_list(door)
    _add_new(door)
    _add_one(door)


def _add_list(door: Blueprint) -> None:
    @door.get("/corrections/")
    @access.needs(READ)
    def corrections() -> Answer:
        words = " ".join(request.args.get("q", "").split())[:LONGEST_WORDS]
        state = request.args.get("state", PENDING)
        state = state if state in (*STATES, EVERY) else PENDING
        wanted = Wanted("" if state == EVERY else state, words)
        found, total, page, pages = _found(wanted)
        return render_template(
            "console/corrections.html",
            rows=found,
            total=total,
            page=page,
            pages=pages,
            q=words,
            state=state,
            states=STATES | {EVERY: "全部"},
            names=_names(found),
        )


def _add_new(door: Blueprint) -> None:
    @door.get("/interactions/<uuid:identity>/correct")
    @access.needs(WRITE)
    def correct(identity: UUID) -> Answer:
        if may(OPEN):
            return _begin(identity, "")
        return _ask(identity)

    @door.post("/interactions/<uuid:identity>/correct")
    @access.needs(WRITE)
    def propose_correction(identity: UUID) -> Answer:
        if "text" in request.form:
            return _save(identity)
        reason = reasons.given()
        if not may(OPEN_WITH_REASON):
            return _begin(identity, reason) if may(OPEN) else abort(403)
        if error := reasons.fault(reason):
            return _ask(identity, reason, error), 422
        return _begin(identity, reason)


def _add_one(door: Blueprint) -> None:
    @door.get("/corrections/<uuid:identity>")
    @access.needs(READ)
    def correction(identity: UUID) -> Answer:
        return _opened(identity)

    @door.post("/corrections/<uuid:identity>/decide")
    @access.needs(DECIDE)
    def decide_correction(identity: UUID) -> Answer:
        is_right, note = request.form.get("decision") == APPROVED, request.form.get("note", "")
        if request.form.get("decision") not in (APPROVED, REJECTED):
            abort(400)
        try:
            with database().transaction() as writing:
                verbs.decide(writing, identity, current_staff().id, is_right, note, clock().now())
                _note(writing, "corrections.approve" if is_right else "corrections.reject", identity)
        except CorrectionNotFound:
            abort(404)
        except OwnCorrection:
            abort(403)
        except AlreadyDecided:
            return _opened(identity, {"decided": "别的同事刚刚复核过这一条，你的决定没有保存。"}), 409
        except BadCorrection as bad:
            return _opened(identity, {str(bad.values["field"]): str(bad.values["why"])}, note), 422
        flash("已通过，会进下一次导出。" if is_right else "没有通过，不会拿去用。", "success")
        return redirect(url_for("console.corrections"))

    @door.post("/corrections/<uuid:identity>/withdraw")
    @access.needs(WRITE)
    def withdraw_correction(identity: UUID) -> Answer:
        try:
            with database().transaction() as writing:
                verbs.withdraw(writing, identity, current_staff().id, clock().now())
                _note(writing, "corrections.withdraw", identity)
        except CorrectionNotFound:
            abort(404)
        except AlreadyDecided:
            return _opened(identity, {"decided": "同事已经复核过，不能收回了。"}), 409
        flash("已收回，样本已经删除。", "success")
        return redirect(url_for("console.corrections"))


# --- the list -------------------------------------------------------------------------------------------------------


def _found(wanted: Wanted) -> tuple[Sequence[Correction], int, int, int]:
    """A page of rows, how many there are, which page it is, of how many."""
    asked_for, now = _number(request.args.get("page", "")), clock().now()
    with database().reading() as reading:
        opened, scanned = verbs.with_words(reading, wanted, now) if wanted.words else ([], 0)
        total = len(opened) if wanted.words else verbs.count(reading, wanted, now)
        pages = max(1, -(-total // PAGE))
        page = min(max(asked_for, 1), pages)
        start = (page - 1) * PAGE
        rows = opened[start : start + PAGE] if wanted.words else verbs.page(reading, wanted, now, PAGE, start)
    if wanted.words:
        # To look for words is to read: on the record before the result is shown (P6).
        with database().transaction() as writing:
            subject = ("corrections", f"opened {scanned}, found {total}")
            audit.record(writing, current_staff(), "corrections.search", subject, now, wanted.words)
    return rows, total, page, pages


def _names(rows: Sequence[Correction]) -> dict[UUID, str]:
    ids = {who for row in rows for who in (row.author_id, row.decided_by) if who}
    with database().reading() as reading:
        return {who: people.get(reading, who).name for who in ids}


# --- a new one ------------------------------------------------------------------------------------------------------


def _ask(identity: UUID, reason: str = "", error: str = "") -> str:
    with database().reading() as reading:
        if searching.row(reading, identity) is None:
            abort(404)
    return render_template(
        "console/reason.html",
        title="纠正一条判断",
        action=url_for("console.correct", identity=identity),
        back=url_for("console.interaction", identity=identity),
        is_open=may(OPEN_WITH_REASON),
        reason=reason,
        error=error,
        longest=reasons.LONGEST,
    )


def _begin(identity: UUID, reason: str) -> Answer:
    """The message without names, to be edited; on the record before it is shown (P6)."""
    now = clock().now()
    with database().reading() as reading:
        if searching.row(reading, identity) is None:
            abort(404)
        standing = verbs.of_interaction(reading, identity, now)
    if standing is not None:
        flash("这一条已经有人提过纠正，下面就是。", "warning")
        return redirect(url_for("console.correction", identity=standing.id))
    try:
        with database().transaction() as writing:
            message = verbs.source(writing, identity)
            audit.record(writing, current_staff(), "corrections.begin", ("interaction", identity), now, reason)
    except NothingToCorrect:
        return _nothing(identity)
    cleaned = clean(message.text or "")
    values = {"text": cleaned.text, "risk": message.risk, "intent": message.intent, "topic": message.topic}
    return _form(identity, values | {"why": "", "tags": []}, cleaned.found)


def _save(identity: UUID) -> Answer:
    values: dict[str, Any] = {
        name: request.form.get(name, "").strip() for name in ("text", "risk", "intent", "topic", "why")
    }
    values["text"] = values["text"].replace("\r\n", "\n")
    values["tags"] = request.form.getlist("tags")
    cleaned, why = clean(values["text"]), clean(values["why"])
    if cleaned.found or why.found:
        # A name came back while it was edited: taken out again, and shown again before it is kept.
        values |= {"text": cleaned.text, "why": why.text}
        return _form(identity, values, (*cleaned.found, *why.found), is_again=True), 422
    topic = values["topic"] if values["intent"] == "counseling" else ""
    proposed = Proposed(values["text"], values["risk"], values["intent"], values["why"], topic, values["tags"])
    keep = timedelta(days=house().settings.correction_keep_days)
    try:
        with database().transaction() as writing:
            row = verbs.propose(writing, identity, proposed, current_staff().id, clock().now(), keep)
            _note(writing, "corrections.propose", row.id)
    except NothingToCorrect:
        return _nothing(identity)
    except AlreadyProposed:
        return _form(identity, values, errors={"form": "别的同事刚刚为这一条提过纠正，你的没有保存。"}), 409
    except BadCorrection as bad:
        return _form(identity, values, errors={str(bad.values["field"]): str(bad.values["why"])}), 422
    flash("已提出纠正，等另一位同事复核。", "success")
    return redirect(url_for("console.corrections"))


def _nothing(identity: UUID) -> Answer:
    flash("这一条没有可以纠正的文字：不是文字消息，或者原文已经清除。", "warning")
    return redirect(url_for("console.interaction", identity=identity))


def _form(
    identity: UUID,
    values: dict[str, Any],
    found: Sequence[str] = (),
    errors: dict[str, str] | None = None,
    is_again: bool = False,
) -> str:
    wrong = errors or {}
    # What the error is called in the form: the reason of the correction is `why` there.
    wrong = {("why" if name == "reason" else name): text for name, text in wrong.items()}
    return render_template(
        "console/correct.html",
        identity=identity,
        values=values,
        found=tuple(dict.fromkeys(found)),
        is_again=is_again,
        errors=wrong,
        risks=RISKS,
        intents=INTENTS,
        topics=TOPICS,
        tags=TAGS,
        longest_text=verbs.LONGEST_TEXT,
        longest_why=verbs.LONGEST_REASON,
        days=house().settings.correction_keep_days,
    )


# --- one that is there ----------------------------------------------------------------------------------------------


def _opened(identity: UUID, errors: dict[str, str] | None = None, note: str = "") -> str:
    now = clock().now()
    try:
        with database().transaction() as writing:
            row = verbs.get(writing, identity, now)
            _note(writing, "corrections.open", identity)
    except CorrectionNotFound:
        abort(404)
    shown = {"row": row, "names": _names([row]), "states": STATES, "tags": TAGS, "errors": errors or {}, "note": note}
    is_mine = row.author_id == current_staff().id
    return render_template("console/correction.html", **shown, is_mine=is_mine, longest=verbs.LONGEST_REASON)


def _note(writing: Session, action: str, identity: UUID) -> None:
    audit.record(writing, current_staff(), action, ("correction", identity), clock().now())


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
