"""What a push says (消息与事件): one table of field templates per message type and event, and their XML."""

from simulator.xml import Bare, document

# The account that privacy, publishing and mass-sending events come from: never a fan.
PLATFORM_ACCOUNT = "oPlatform0000000000000000000"

MESSAGES: dict[str, dict[str, object]] = {
    "text": {"Content": ""},
    "image": {"PicUrl": "", "MediaId": ""},
    "voice": {"MediaId": "", "Format": "amr"},
    "video": {"MediaId": "", "ThumbMediaId": ""},
    "shortvideo": {"MediaId": "", "ThumbMediaId": ""},
    "location": {"Location_X": 34.7566, "Location_Y": 113.6497, "Scale": 15, "Label": ""},
    "link": {"Title": "", "Description": "", "Url": ""},
    "file": {"Title": "", "Description": Bare(""), "FileKey": "", "FileMd5": "", "FileTotalLen": 0},
    "miniprogrampage": {"Title": "", "AppId": "", "PagePath": "", "ThumbUrl": "", "ThumbMediaId": ""},
}

_SCAN: dict[str, object] = {"EventKey": "", "ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": ""}}
_PICTURES: dict[str, object] = {"EventKey": "", "SendPicsInfo": {"Count": 1, "PicList": {"item": [{"PicMd5Sum": ""}]}}}
_PLACE = {"Location_X": "34.7566", "Location_Y": "113.6497", "Scale": "15", "Label": "", "Poiname": ""}
_CONSENT = {"TemplateId": "", "SubscribeStatusString": "accept", "PopupScene": 0}
_REFUSAL = {"TemplateId": "", "SubscribeStatusString": "reject"}
_SENT = {"TemplateId": "", "MsgID": "", "ErrorCode": 0, "ErrorStatus": "success"}
_COUNTS = {"TotalCount": 0, "FilterCount": 0, "SentCount": 0, "ErrorCount": 0}
_COPYRIGHT = {"Count": 0, "ResultList": Bare(""), "CheckState": 0}
_VERDICT = {"suggest": "pass", "label": "100"}
_PRIVACY: dict[str, object] = {"OpenID": "", "AppID": ""}

EVENTS: dict[str, dict[str, object]] = {
    "subscribe": {"EventKey": ""},
    "unsubscribe": {"EventKey": ""},
    "SCAN": {"EventKey": "", "Ticket": ""},
    "LOCATION": {"Latitude": 34.7566, "Longitude": 113.6497, "Precision": 30.0},
    "CLICK": {"EventKey": ""},
    "VIEW": {"EventKey": ""},
    "scancode_push": _SCAN,
    "scancode_waitmsg": _SCAN,
    "pic_sysphoto": _PICTURES,
    "pic_photo_or_album": _PICTURES,
    "pic_weixin": _PICTURES,
    "location_select": {"EventKey": "", "SendLocationInfo": _PLACE},
    "view_miniprogram": {"EventKey": "", "MenuId": ""},
    "TEMPLATESENDJOBFINISH": {"MsgID": 0, "Status": "success"},
    "MASSSENDJOBFINISH": {"MsgID": 0, "Status": "send success", **_COUNTS, "CopyrightCheckResult": _COPYRIGHT},
    "PUBLISHJOBFINISH": {"PublishEventInfo": {"publish_id": 0, "publish_status": 0}},
    "subscribe_msg_popup_event": {"SubscribeMsgPopupEvent": {"List": [_CONSENT]}},
    "subscribe_msg_change_event": {"SubscribeMsgChangeEvent": {"List": [_REFUSAL]}},
    "subscribe_msg_sent_event": {"SubscribeMsgSentEvent": {"List": [_SENT]}},
    "kf_create_session": {"KfAccount": ""},
    "kf_close_session": {"KfAccount": ""},
    "kf_switch_session": {"FromKfAccount": "", "ToKfAccount": ""},
    "user_enter_tempsession": {"SessionFrom": ""},
    "wxa_media_check": {
        "appid": "",
        "trace_id": "",
        "version": 2,
        "errcode": 0,
        "errmsg": "ok",
        "result": _VERDICT,
        "detail": [{"strategy": "content_model", "errcode": 0, **_VERDICT, "prob": 90}],
    },
    "weapp_audit_success": {"SuccTime": 0},
    "weapp_audit_fail": {"Reason": "", "FailTime": 0, "ScreenShot": ""},
    "weapp_audit_delay": {"Reason": "", "DelayTime": 0},
    "user_info_modified": {**_PRIVACY, "RevokeInfo": ""},
    "user_authorization_revoke": {**_PRIVACY, "RevokeInfo": "205"},
    "user_authorization_cancellation": _PRIVACY,
    "qualification_verify_success": {"ExpiredTime": 0},
    "qualification_verify_fail": {"FailTime": 0, "FailReason": ""},
    "naming_verify_success": {"ExpiredTime": 0},
    "naming_verify_fail": {"FailTime": 0, "FailReason": ""},
    "annual_renew": {"ExpiredTime": 0},
    "verify_expired": {"ExpiredTime": 0},
    "guide_invite_result_event": {},
    "debug_demo": {},
}

FROM_PLATFORM = frozenset(
    name
    for name in EVENTS
    if name.startswith(("user_", "weapp_audit", "qualification", "naming", "annual", "verify_"))
    or name in ("MASSSENDJOBFINISH", "PUBLISHJOBFINISH", "wxa_media_check")
) - {"user_enter_tempsession"}

# Events whose passive reply a fan can see; a reply to any other is lost.
ANSWERABLE = frozenset(
    {"subscribe", "scan", "click", "scancode_waitmsg", "scancode_push", "location_select"}
    | {"pic_sysphoto", "pic_photo_or_album", "pic_weixin", "debug_demo"}
)


def message(to: str, sender: str, created: int, kind: str, fields: dict, msg_id: int | str) -> dict[str, object]:
    """A message of any type, known or not; a field set to None is left out, `Bare(" ")` comes as one space."""
    filled = MESSAGES.get(kind, {}) | fields
    return {**_head(to, sender, created, kind), **filled, "MsgId": Bare(msg_id)}


def event(to: str, sender: str, created: int, name: str, fields: dict) -> dict[str, object]:
    """An event of any name, known or not; privacy and job events come from the platform's own account."""
    sender = PLATFORM_ACCOUNT if name in FROM_PLATFORM else sender
    return {**_head(to, sender, created, "event"), "Event": name, **EVENTS.get(name, {}), **fields}


def render(values: dict[str, object]) -> str:
    return document(values)


def _head(to: str, sender: str, created: int, kind: str) -> dict[str, object]:
    return {"ToUserName": to, "FromUserName": sender, "CreateTime": created, "MsgType": kind}
