"""Everything the simulator remembers, as plain dataclasses that a snapshot can hold."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Fan:
    """A follower (粉丝) or someone who may become one; `mp_open_id` is the same person in the mini-program."""

    open_id: str
    name: str
    mp_open_id: str
    union_id: str
    age: int | None = None
    about: str = ""
    avatar: str = ""
    aliases: list[str] = field(default_factory=list)
    phone: str = ""
    subscribed: bool = False
    subscribed_at: int = 0
    subscribe_scene: str = "ADD_SCENE_SEARCH"
    qr_scene: str = ""
    remark: str = ""
    tags: list[int] = field(default_factory=list)
    blacklisted: bool = False
    unread: int = 0
    last_message_at: float = 0.0
    typing_since: float = 0.0
    mp_seen_at: float = 0.0


@dataclass
class Bubble:
    """One thing in a chat, on either side, or a grey notice between."""

    id: str
    seq: int
    side: str
    kind: str
    at: str
    status: str = "delivered"
    text: str = ""
    articles: list[dict[str, Any]] = field(default_factory=list)
    image_url: str | None = None
    location: dict[str, Any] | None = None
    push_id: str | None = None
    msgmenu: dict[str, Any] | None = None


@dataclass
class Push:
    """One delivery to the callback, with every try and what came of it."""

    id: str
    open_id: str
    kind: str
    mode: str
    at: str
    url: str
    request_headers: dict[str, str]
    plain_xml: str
    wire_body: str
    sender: str
    key: str
    answerable: bool
    bubble_id: str | None = None
    attempts: list[dict[str, Any]] = field(default_factory=list)
    reply_plain_xml: str | None = None
    reply_wire: str | None = None
    problems: list[str] = field(default_factory=list)
    why: dict[str, Any] | None = None
    outcome: str | None = None


@dataclass
class Token:
    text: str
    app_id: str
    source: str
    issued_at: float
    expires_at: float
    # A newer token of the same source exists; this one works until the overlap ends.
    overlap_until: float | None = None


@dataclass
class Window:
    """A customer-service window (客服消息时限) of one user and one trigger."""

    trigger: str
    left: int
    until: float


@dataclass
class Counter:
    """Calls made in the running period (a day, a month or a minute)."""

    period: str
    used: int = 0


@dataclass
class Media:
    media_id: str
    type: str
    content_type: str
    created_at: float
    permanent: bool = False
    name: str = ""
    url: str = ""
    extra: dict[str, str] = field(default_factory=dict)


@dataclass
class Scene:
    """A parametric QR code (带参数二维码)."""

    ticket: str
    scene: str
    title: str
    url: str
    numeric: bool = False
    expires_at: float | None = None


@dataclass
class Draft:
    media_id: str
    articles: list[dict[str, Any]]
    created_at: int
    updated_at: int


@dataclass
class Publication:
    """A publishing job (发布) and, once it is done, the published article."""

    publish_id: str
    article_id: str
    articles: list[dict[str, Any]]
    status: int
    at: int


@dataclass
class MassJob:
    """A mass-send job (群发)."""

    msg_id: int
    msg_data_id: int
    status: str
    client_id: str
    at: float
    to_all: bool
    fans: list[str] = field(default_factory=list)
    content: dict[str, Any] = field(default_factory=dict)


@dataclass
class Template:
    template_id: str
    title: str
    content: str
    kind: str
    example: str = ""


@dataclass
class Grant:
    """A one-time code of web OAuth, wx.login or the phone button, or the token that came of it."""

    code: str
    kind: str
    open_id: str
    until: float
    used: bool = False
    scope: str = ""


@dataclass
class Job:
    """Something the platform does later, at a time of its own clock."""

    due: float
    kind: str
    facts: dict[str, Any]


@dataclass
class Outcomes:
    """What jobs and checks end in; the operator may choose otherwise."""

    template_status: str = "success"
    mass_status: str = "send success"
    publish_status: int = 0
    # Several developers report only MASSSENDJOBFINISH after a publish.
    publish_event: str = "PUBLISHJOBFINISH"
    subscribe_error: int = 0
    media_suggest: str = "pass"
    media_label: str = "100"
    media_version: int = 2
    media_copies: int = 1
    # The push outruns the HTTP answer that carries its trace_id.
    media_early: bool = False
    risky_words: list[str] = field(default_factory=list)
    review_words: list[str] = field(default_factory=list)


@dataclass
class State:
    """The whole account. Keys of dicts are ids unless a line says otherwise."""

    profile: str
    clock_offset: float = 0.0
    seq: int = 0
    fans: dict[str, Fan] = field(default_factory=dict)
    chats: dict[str, list[Bubble]] = field(default_factory=dict)
    pushes: dict[str, Push] = field(default_factory=dict)
    tokens: list[Token] = field(default_factory=list)
    windows: dict[str, list[Window]] = field(default_factory=dict)
    # "app|path" and the like → calls made in a period
    counters: dict[str, Counter] = field(default_factory=dict)
    # path → daily limit that the operator set in place of the real one
    limits: dict[str, int] = field(default_factory=dict)
    ip_whitelist: list[str] | None = None
    tags: dict[int, str] = field(default_factory=dict)
    menu: dict[str, Any] | None = None
    conditional_menus: list[dict[str, Any]] = field(default_factory=list)
    # open_id → {"read_at", "menu"}: what the phone last read
    seen_menus: dict[str, dict[str, Any]] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    scenes: dict[str, Scene] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    # slug → article as its web page shows it
    web_articles: dict[str, dict[str, Any]] = field(default_factory=dict)
    publications: dict[str, Publication] = field(default_factory=dict)
    mass_jobs: dict[int, MassJob] = field(default_factory=dict)
    templates: dict[str, Template] = field(default_factory=dict)
    # "open_id|template_id" → sends left; -1 is a long-term consent
    consents: dict[str, int] = field(default_factory=dict)
    # client_msg_id and clientmsgid, with whom they belong to → msgid
    client_ids: dict[str, int] = field(default_factory=dict)
    short_keys: dict[str, dict[str, Any]] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    session_keys: dict[str, str] = field(default_factory=dict)
    outcomes: Outcomes = field(default_factory=Outcomes)
    jobs: list[Job] = field(default_factory=list)
