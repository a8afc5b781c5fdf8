"""What arrives from WeChat and what we answer: frozen values, no XML, no web framework.

An `InboundMessage` is one push (platform section B): a common header and a typed body.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar


class Body:
    """What one kind of push carries; `kind` is WeChat's MsgType or Event, lower-case."""

    kind: ClassVar[str] = ""


class Message(Body):
    """Something a person sent (普通消息); has a MsgId."""


class PushEvent(Body):
    """Something that happened (事件推送); has no MsgId."""


# --- B1: messages -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Text(Message):
    """文本消息; `menu_item_id` is bizmsgmenuid when the person tapped an item of our msgmenu."""

    kind = "text"
    content: str
    menu_item_id: str = ""


@dataclass(frozen=True)
class Image(Message):
    """图片消息."""

    kind = "image"
    pic_url: str
    media_id: str


@dataclass(frozen=True)
class Voice(Message):
    """语音消息; `recognition` only where the account has speech recognition switched on."""

    kind = "voice"
    media_id: str
    format: str
    recognition: str = ""


@dataclass(frozen=True)
class Video(Message):
    """视频消息."""

    kind = "video"
    media_id: str
    thumb_media_id: str


@dataclass(frozen=True)
class ShortVideo(Message):
    """小视频消息."""

    kind = "shortvideo"
    media_id: str
    thumb_media_id: str


@dataclass(frozen=True)
class Location(Message):
    """位置消息; degrees, GCJ-02 as WeChat sends them."""

    kind = "location"
    latitude: float
    longitude: float
    scale: int | None = None
    label: str = ""


@dataclass(frozen=True)
class Link(Message):
    """链接消息."""

    kind = "link"
    title: str
    description: str
    url: str


@dataclass(frozen=True)
class File(Message):
    """文件消息: not in the platform's docs but real; cannot be downloaded."""

    kind = "file"
    title: str
    description: str
    file_key: str
    md5: str
    size: int | None


@dataclass(frozen=True)
class MiniProgramPage(Message):
    """小程序卡片."""

    kind = "miniprogrampage"
    title: str
    app_id: str
    page_path: str
    thumb_url: str
    thumb_media_id: str


# --- B2: events of an official account --------------------------------------------------------------------------


@dataclass(frozen=True)
class Subscribe(PushEvent):
    """关注; `scene` is the QR scene without `qrscene_`, empty when the person did not come by a QR code."""

    kind = "subscribe"
    scene: str = ""
    ticket: str = ""


@dataclass(frozen=True)
class Unsubscribe(PushEvent):
    """取消关注."""

    kind = "unsubscribe"


@dataclass(frozen=True)
class Scan(PushEvent):
    """扫码, by somebody who already follows."""

    kind = "scan"
    scene: str
    ticket: str = ""


@dataclass(frozen=True)
class LocationReport(PushEvent):
    """上报地理位置: sent by the phone, not by a decision of the person; degrees and metres."""

    kind = "location_report"
    latitude: float
    longitude: float
    precision: float | None


@dataclass(frozen=True)
class Click(PushEvent):
    """点击菜单."""

    kind = "click"
    key: str


@dataclass(frozen=True)
class View(PushEvent):
    """点击菜单跳转链接."""

    kind = "view"
    url: str
    menu_id: str = ""


@dataclass(frozen=True)
class ViewMiniProgram(PushEvent):
    """点击菜单跳转小程序."""

    kind = "view_miniprogram"
    page_path: str
    menu_id: str = ""


@dataclass(frozen=True)
class ScanCode(PushEvent):
    """菜单扫码 (scancode_push, scancode_waitmsg)."""

    kind = "scancode"
    key: str
    scan_type: str
    result: str
    waits: bool


@dataclass(frozen=True)
class Pictures(PushEvent):
    """菜单发图 (pic_sysphoto, pic_photo_or_album, pic_weixin); the images follow as messages of their own."""

    kind = "pictures"
    source: str
    key: str
    count: int
    md5_sums: tuple[str, ...]


@dataclass(frozen=True)
class LocationSelect(PushEvent):
    """菜单选择位置; a location message also follows."""

    kind = "location_select"
    key: str
    latitude: float | None
    longitude: float | None
    label: str = ""
    poi_name: str = ""


@dataclass(frozen=True)
class TemplateSendFinished(PushEvent):
    """TEMPLATESENDJOBFINISH (模板消息送达)."""

    kind = "templatesendjobfinish"
    message_id: str
    status: str


@dataclass(frozen=True)
class MassSendFinished(PushEvent):
    """MASSSENDJOBFINISH (群发结果); `error` is N of err(N)."""

    kind = "masssendjobfinish"
    message_id: str
    status: str
    error: int | None
    total: int | None
    filtered: int | None
    sent: int | None
    failed: int | None
    copyright_state: int | None = None
    article_urls: tuple[str, ...] = ()


@dataclass(frozen=True)
class PublishFinished(PushEvent):
    """PUBLISHJOBFINISH (发布结果)."""

    kind = "publishjobfinish"
    publish_id: str
    status: int | None
    article_id: str = ""
    article_urls: tuple[str, ...] = ()
    failed_articles: tuple[int, ...] = ()


@dataclass(frozen=True)
class SubscribeMessageChoice:
    """One line of a subscribe_msg_* event."""

    template_id: str
    status: str
    scene: str = ""
    message_id: str = ""
    error_code: int | None = None


@dataclass(frozen=True)
class SubscribeMessageEvent(PushEvent):
    """subscribe_msg_popup_event, _change_event, _sent_event (订阅通知的授权与送达)."""

    kind = "subscribe_message"
    event: str
    choices: tuple[SubscribeMessageChoice, ...]


@dataclass(frozen=True)
class AgentSession(PushEvent):
    """kf_create_session, kf_close_session, kf_switch_session (客服会话)."""

    kind = "agent_session"
    event: str
    account: str
    to_account: str = ""
    close_type: str = ""


@dataclass(frozen=True)
class PrivacyChange(PushEvent):
    """user_info_modified, user_authorization_revoke, user_authorization_cancellation.

    Platform B4: the person is in OpenID, the sender is the platform's own account.
    """

    kind = "privacy_change"
    event: str
    open_id: str
    union_id: str = ""
    app_id: str = ""
    revoked: tuple[str, ...] = ()


@dataclass(frozen=True)
class AccountNotice(PushEvent):
    """Account verification notices (qualification_verify_*, naming_verify_*, annual_renew, verify_expired)."""

    kind = "account_notice"
    event: str
    expires_at: int | None = None
    failed_at: int | None = None
    reason: str = ""


# --- B3: pushes of a mini-program -------------------------------------------------------------------------------


@dataclass(frozen=True)
class EnterTempSession(PushEvent):
    """user_enter_tempsession; `session_from` is chosen by whoever opened it: never trust it."""

    kind = "user_enter_tempsession"
    session_from: str


@dataclass(frozen=True)
class MediaCheck(PushEvent):
    """wxa_media_check in either shape; `suggest` is pass, review, risky or empty when nothing counts."""

    kind = "wxa_media_check"
    trace_id: str
    version: int
    suggest: str
    label: str = ""


@dataclass(frozen=True)
class MiniProgramAudit(PushEvent):
    """weapp_audit_success, _fail, _delay (小程序审核)."""

    kind = "weapp_audit"
    event: str
    at: int | None
    reason: str = ""


@dataclass(frozen=True)
class Unknown(Body):
    """Genuine, but of a type nobody told us of: stored raw and answered `success`."""

    kind = "unknown"
    name: str


# --- the push ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class InboundMessage:
    """One push: who, when, its key, and the typed body.

    `open_id` is the OpenID of the person it is about ("" when it is about nobody); `account_id` our gh_ id;
    `created_at` seconds; `message_id` MsgId as text or "" for events; `raw` the XML as WeChat wrote it; `own_id` what
    tells a push without MsgId from others of the same second (a job's number, or a hash of the content).
    """

    open_id: str
    account_id: str
    created_at: int
    message_id: str
    body: Body
    raw: str = field(default="", repr=False)
    event: str = ""
    event_key: str = ""
    own_id: str = ""

    @property
    def kind(self) -> str:
        """The body's kind."""
        return self.body.kind

    @property
    def text(self) -> str:
        """The words the person used: typed, spoken and recognised, or a shared link's title; else ""."""
        body = self.body
        if isinstance(body, Text):
            return body.content
        if isinstance(body, Voice):
            return body.recognition
        if isinstance(body, Link):
            return f"{body.title}\n{body.description}".strip()
        return ""

    @property
    def identity(self) -> str:
        """What is equal in all deliveries of one push, and differs between pushes (R2, platform A5)."""
        if self.message_id:
            return f"{self.account_id}|m|{self.message_id}"
        # Two events may share a second, so the event, its key and its own number belong to the identity.
        event = f"{self.event.lower()}|{self.own_id}|{self.event_key}"
        return f"{self.account_id}|e|{self.open_id}|{self.created_at}|{event}"


# --- replies ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Article:
    """One card of a news reply (图文)."""

    title: str
    description: str
    url: str
    pic_url: str = ""


@dataclass(frozen=True)
class TextReply:
    """文本回复; `key` names the reviewed text it came from."""

    key: str
    text: str


@dataclass(frozen=True)
class NewsReply:
    """图文回复; one article after a message, up to eight after an event (platform C)."""

    key: str
    articles: tuple[Article, ...]


@dataclass(frozen=True)
class NoReply:
    """Answer `success`: nothing is owed."""

    key: str = "none"


Reply = TextReply | NewsReply | NoReply
