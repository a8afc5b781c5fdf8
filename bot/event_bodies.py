"""The typed body of an event (事件推送, platform B2–B4), by its lower-case name."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from bot.xml_in import BadValue, Fields
from core import messages as m

QR_PREFIX = "qrscene_"
VERDICTS = ("pass", "review", "risky")


def _subscribe(xml: Fields) -> m.Subscribe:
    key = xml.text("EventKey")
    # Without the prefix a key of subscribe is no QR scene (last_trade_no_… comes after a payment).
    scene = key.removeprefix(QR_PREFIX) if key.startswith(QR_PREFIX) else ""
    return m.Subscribe(scene, xml.text("Ticket"))


def _unsubscribe(xml: Fields) -> m.Unsubscribe:
    return m.Unsubscribe()


def _scan(xml: Fields) -> m.Scan:
    return m.Scan(xml.text("EventKey"), xml.text("Ticket"))


def _location_report(xml: Fields) -> m.LocationReport:
    latitude, longitude = xml.decimal("Latitude", 90), xml.decimal("Longitude", 180)
    if latitude is None or longitude is None:
        raise BadValue("Latitude")
    return m.LocationReport(latitude, longitude, xml.decimal("Precision", 1e9))


def _click(xml: Fields) -> m.Click:
    return m.Click(xml.text("EventKey"))


def _view(xml: Fields) -> m.View:
    return m.View(xml.text("EventKey"), xml.text("MenuId"))


def _view_mini_program(xml: Fields) -> m.ViewMiniProgram:
    return m.ViewMiniProgram(xml.text("EventKey"), xml.text("MenuId"))


def _scan_code(xml: Fields, waits: bool) -> m.ScanCode:
    info = xml.part("ScanCodeInfo")
    return m.ScanCode(xml.text("EventKey"), info.text("ScanType"), info.text("ScanResult"), waits)


def _pictures(xml: Fields, source: str) -> m.Pictures:
    info = xml.part("SendPicsInfo")
    sums = tuple(item.text("PicMd5Sum") for item in info.part("PicList").parts("item"))
    return m.Pictures(source, xml.text("EventKey"), info.number("Count") or 0, sums)


def _location_select(xml: Fields) -> m.LocationSelect:
    info = xml.part("SendLocationInfo")
    return m.LocationSelect(
        key=xml.text("EventKey"),
        latitude=info.decimal("Location_X", 90),
        longitude=info.decimal("Location_Y", 180),
        label=info.text("Label"),
        poi_name=info.text("Poiname"),
    )


def _template_send_finished(xml: Fields) -> m.TemplateSendFinished:
    return m.TemplateSendFinished(xml.text("MsgID"), xml.text("Status"))


def _mass_send_finished(xml: Fields) -> m.MassSendFinished:
    status = xml.text("Status")
    error = re.search(r"err\((\d{1,18})\)", status, re.ASCII)
    articles = xml.part("ArticleUrlResult").part("ResultList").parts("item")
    return m.MassSendFinished(
        message_id=xml.text("MsgID"),
        status=status,
        error=int(error[1]) if error else None,
        total=xml.number("TotalCount"),
        filtered=xml.number("FilterCount"),
        sent=xml.number("SentCount"),
        failed=xml.number("ErrorCount"),
        copyright_state=xml.part("CopyrightCheckResult").number("CheckState"),
        article_urls=tuple(item.text("ArticleUrl") for item in articles),
    )


def _publish_finished(xml: Fields) -> m.PublishFinished:
    info = xml.part("PublishEventInfo")
    return m.PublishFinished(
        publish_id=info.text("publish_id"),
        status=info.number("publish_status"),
        article_id=info.text("article_id"),
        article_urls=tuple(item.text("article_url") for item in info.part("article_detail").parts("item")),
        failed_articles=info.numbers("fail_idx"),
    )


def _subscribe_message(xml: Fields, event: str, part: str) -> m.SubscribeMessageEvent:
    return m.SubscribeMessageEvent(event, tuple(_choice(line) for line in xml.part(part).parts("List")))


def _choice(line: Fields) -> m.SubscribeMessageChoice:
    return m.SubscribeMessageChoice(
        template_id=line.text("TemplateId"),
        status=line.text("SubscribeStatusString") or line.text("ErrorStatus"),
        scene=line.text("PopupScene"),
        message_id=line.text("MsgID"),
        error_code=line.number("ErrorCode"),
    )


def _agent_session(xml: Fields, event: str) -> m.AgentSession:
    return m.AgentSession(
        event=event,
        account=xml.text("KfAccount") or xml.text("FromKfAccount"),
        to_account=xml.text("ToKfAccount"),
        close_type=xml.text("CloseType"),
    )


def _privacy_change(xml: Fields, event: str) -> m.PrivacyChange:
    return m.PrivacyChange(
        event=event,
        open_id=xml.text("OpenID").strip(),
        union_id=xml.text("UnionID").strip(),
        app_id=xml.text("AppID").strip(),
        # The separator is not documented, so anything that is no digit separates.
        revoked=tuple(re.findall(r"[0-9]+", xml.text("RevokeInfo"))),
    )


def _account_notice(xml: Fields, event: str) -> m.AccountNotice:
    return m.AccountNotice(event, xml.number("ExpiredTime"), xml.number("FailTime"), xml.text("FailReason"))


def _enter_temp_session(xml: Fields) -> m.EnterTempSession:
    return m.EnterTempSession(xml.text("SessionFrom"))


def _media_check(xml: Fields) -> m.MediaCheck:
    is_second = xml.has("result") or xml.number("version") == 2
    return _media_check_v2(xml) if is_second else _media_check_v1(xml)


def _media_check_v2(xml: Fields) -> m.MediaCheck:
    result = xml.part("result")
    # A detail that failed says nothing; without one that counts there is no verdict, whatever `result` says.
    counts = not xml.number("errcode") and any(detail.number("errcode") == 0 for detail in xml.parts("detail"))
    suggest = result.text("suggest").strip() if counts else ""
    return m.MediaCheck(xml.text("trace_id"), 2, suggest if suggest in VERDICTS else "", result.text("label"))


def _media_check_v1(xml: Fields) -> m.MediaCheck:
    verdicts = {0: "pass", 1: "risky"}
    # Any status_code but 0 means that the picture was not looked at.
    suggest = "" if xml.number("status_code") else verdicts.get(xml.number("isrisky") or 0, "")
    return m.MediaCheck(xml.text("trace_id"), 1, suggest if xml.text("isrisky") else "")


def _audit(xml: Fields, event: str, time_field: str) -> m.MiniProgramAudit:
    return m.MiniProgramAudit(event, xml.number(time_field), xml.text("Reason"))


def _named(read: Callable[..., m.Body], *names: str) -> dict[str, Callable[[Fields], m.Body]]:
    return {name: partial(read, event=name) for name in names}


EVENTS: dict[str, Callable[[Fields], m.Body]] = {
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "scan": _scan,
    "location": _location_report,
    "click": _click,
    "view": _view,
    "view_miniprogram": _view_mini_program,
    "scancode_push": partial(_scan_code, waits=False),
    "scancode_waitmsg": partial(_scan_code, waits=True),
    "pic_sysphoto": partial(_pictures, source="pic_sysphoto"),
    "pic_photo_or_album": partial(_pictures, source="pic_photo_or_album"),
    "pic_weixin": partial(_pictures, source="pic_weixin"),
    "location_select": _location_select,
    "templatesendjobfinish": _template_send_finished,
    "masssendjobfinish": _mass_send_finished,
    "publishjobfinish": _publish_finished,
    **_named(partial(_subscribe_message, part="SubscribeMsgPopupEvent"), "subscribe_msg_popup_event"),
    **_named(partial(_subscribe_message, part="SubscribeMsgChangeEvent"), "subscribe_msg_change_event"),
    **_named(partial(_subscribe_message, part="SubscribeMsgSentEvent"), "subscribe_msg_sent_event"),
    **_named(_agent_session, "kf_create_session", "kf_close_session", "kf_switch_session"),
    **_named(_privacy_change, "user_info_modified", "user_authorization_revoke", "user_authorization_cancellation"),
    **_named(
        _account_notice,
        "qualification_verify_success",
        "qualification_verify_fail",
        "naming_verify_success",
        "naming_verify_fail",
        "annual_renew",
        "verify_expired",
    ),
    "user_enter_tempsession": _enter_temp_session,
    "wxa_media_check": _media_check,
    **_named(partial(_audit, time_field="SuccTime"), "weapp_audit_success"),
    **_named(partial(_audit, time_field="FailTime"), "weapp_audit_fail"),
    **_named(partial(_audit, time_field="DelayTime"), "weapp_audit_delay"),
}
