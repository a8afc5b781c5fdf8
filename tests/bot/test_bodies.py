"""Every type of platform B1–B4 parses to its typed body, whatever shape WeChat gives its fields."""

import pytest

from bot.envelope import Refused, read_message
from core import messages as m
from tests.support.pushes import event_xml, message_xml

MESSAGES = [
    ("text", "<Content>你好</Content>", m.Text("你好")),
    ("text", "<Content>是</Content><bizmsgmenuid>101</bizmsgmenuid>", m.Text("是", "101")),
    ("TEXT", "<Content>你好</Content>", m.Text("你好")),
    ("image", "<PicUrl>http://mmbiz/1</PicUrl><MediaId>M</MediaId>", m.Image("http://mmbiz/1", "M")),
    ("voice", "<MediaId>M</MediaId><Format>amr</Format>", m.Voice("M", "amr")),
    (
        "voice",
        "<MediaId>M</MediaId><Format>speex</Format><Recognition>我睡不着</Recognition>",
        m.Voice("M", "speex", "我睡不着"),
    ),
    ("video", "<MediaId>M</MediaId><ThumbMediaId>T</ThumbMediaId>", m.Video("M", "T")),
    ("shortvideo", "<MediaId>M</MediaId><ThumbMediaId>T</ThumbMediaId>", m.ShortVideo("M", "T")),
    (
        "location",
        "<Location_X>34.757975</Location_X><Location_Y>113.665412</Location_Y><Scale>15</Scale><Label>二七广场</Label>",
        m.Location(34.757975, 113.665412, 15, "二七广场"),
    ),
    ("location", "<Location_X>34</Location_X><Location_Y>-113.</Location_Y>", m.Location(34.0, -113.0)),
    (
        "link",
        "<Title>标题</Title><Description>说明</Description><Url>https://example.org</Url>",
        m.Link("标题", "说明", "https://example.org"),
    ),
    (
        "file",
        "<Title>a.pdf</Title><Description/><FileKey>K</FileKey><FileMd5>5d</FileMd5><FileTotalLen>12</FileTotalLen>",
        m.File("a.pdf", "", "K", "5d", 12),
    ),
    (
        "miniprogrampage",
        "<Title>报名</Title><AppId>wx1</AppId><PagePath>p/a</PagePath><ThumbUrl>u</ThumbUrl>"
        "<ThumbMediaId>T</ThumbMediaId>",
        m.MiniProgramPage("报名", "wx1", "p/a", "u", "T"),
    ),
    ("hologram", "<Depth>3</Depth>", m.Unknown("hologram")),
]

CHOICE = "<List><TemplateId>T{0}</TemplateId><SubscribeStatusString>{1}</SubscribeStatusString>{2}</List>"
PRIVACY = "<OpenID>oPerson</OpenID><AppID>wx1</AppID><RevokeInfo>{}</RevokeInfo><UnionID>uPerson</UnionID>"

EVENTS = [
    ("subscribe", "", "", m.Subscribe()),
    ("subscribe", "qrscene_event:12", "<Ticket>T</Ticket>", m.Subscribe("event:12", "T")),
    ("subscribe", "last_trade_no_1", "", m.Subscribe()),
    ("unsubscribe", "", "", m.Unsubscribe()),
    ("SCAN", "event:12", "<Ticket>T</Ticket>", m.Scan("event:12", "T")),
    (
        "LOCATION",
        "",
        "<Latitude>34.75</Latitude><Longitude>113.66</Longitude><Precision>119.385040</Precision>",
        m.LocationReport(34.75, 113.66, 119.38504),
    ),
    ("CLICK", "study.list", "", m.Click("study.list")),
    ("click", "study.list", "", m.Click("study.list")),
    ("VIEW", "https://example.org", "<MenuId>7</MenuId>", m.View("https://example.org", "7")),
    ("view_miniprogram", "pages/a", "<MenuId>7</MenuId>", m.ViewMiniProgram("pages/a", "7")),
    (
        "scancode_push",
        "k",
        "<ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>r</ScanResult></ScanCodeInfo>",
        m.ScanCode("k", "qrcode", "r", waits=False),
    ),
    (
        "scancode_waitmsg",
        "k",
        "<ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>r</ScanResult></ScanCodeInfo>",
        m.ScanCode("k", "qrcode", "r", waits=True),
    ),
    *[
        (
            name,
            "k",
            "<SendPicsInfo><Count>2</Count><PicList><item><PicMd5Sum>a</PicMd5Sum></item>"
            "<item><PicMd5Sum>b</PicMd5Sum></item></PicList></SendPicsInfo>",
            m.Pictures(name, "k", 2, ("a", "b")),
        )
        for name in ("pic_sysphoto", "pic_photo_or_album", "pic_weixin")
    ],
    (
        "pic_weixin",
        "k",
        "<SendPicsInfo><Count>1</Count><PicList><item><PicMd5Sum>a</PicMd5Sum></item></PicList></SendPicsInfo>",
        m.Pictures("pic_weixin", "k", 1, ("a",)),
    ),
    (
        "location_select",
        "k",
        "<SendLocationInfo><Location_X>34</Location_X><Location_Y>113</Location_Y><Scale>15</Scale>"
        "<Label> 金水区</Label><Poiname></Poiname></SendLocationInfo>",
        m.LocationSelect("k", 34.0, 113.0, " 金水区"),
    ),
    (
        "TEMPLATESENDJOBFINISH",
        "",
        "<MsgID>200163836</MsgID><Status>failed:user block</Status>",
        m.TemplateSendFinished("200163836", "failed:user block"),
    ),
    (
        "MASSSENDJOBFINISH",
        "",
        "<MsgID>1</MsgID><Status>send success</Status><TotalCount>100</TotalCount><FilterCount>80</FilterCount>"
        "<SentCount>75</SentCount><ErrorCount>5</ErrorCount><CopyrightCheckResult><Count>1</Count><ResultList><item>"
        "<ArticleIdx>1</ArticleIdx></item></ResultList><CheckState>2</CheckState></CopyrightCheckResult>"
        "<ArticleUrlResult><Count>2</Count><ResultList><item><ArticleUrl>u1</ArticleUrl></item>"
        "<item><ArticleUrl>u2</ArticleUrl></item></ResultList></ArticleUrlResult>",
        m.MassSendFinished("1", "send success", None, 100, 80, 75, 5, 2, ("u1", "u2")),
    ),
    (
        "MASSSENDJOBFINISH",
        "",
        "<MsgID>1</MsgID><Status>err(20431)</Status>",
        m.MassSendFinished("1", "err(20431)", 20431, None, None, None, None),
    ),
    (
        "PUBLISHJOBFINISH",
        "",
        "<PublishEventInfo><publish_id>9</publish_id><publish_status>0</publish_status><article_id>A</article_id>"
        "<article_detail><count>1</count><item><idx>1</idx><article_url>u</article_url></item></article_detail>"
        "</PublishEventInfo>",
        m.PublishFinished("9", 0, "A", ("u",)),
    ),
    (
        "PUBLISHJOBFINISH",
        "",
        "<PublishEventInfo><publish_id>9</publish_id><publish_status>2</publish_status><fail_idx>1</fail_idx>"
        "<fail_idx>3</fail_idx></PublishEventInfo>",
        m.PublishFinished("9", 2, failed_articles=(1, 3)),
    ),
    (
        "subscribe_msg_popup_event",
        "",
        "<SubscribeMsgPopupEvent>"
        + CHOICE.format(1, "accept", "<PopupScene>2</PopupScene>")
        + CHOICE.format(2, "reject", "<PopupScene>2</PopupScene>")
        + "</SubscribeMsgPopupEvent>",
        m.SubscribeMessageEvent(
            "subscribe_msg_popup_event",
            (m.SubscribeMessageChoice("T1", "accept", "2"), m.SubscribeMessageChoice("T2", "reject", "2")),
        ),
    ),
    (
        "subscribe_msg_change_event",
        "",
        "<SubscribeMsgChangeEvent>" + CHOICE.format(1, "reject", "") + "</SubscribeMsgChangeEvent>",
        m.SubscribeMessageEvent("subscribe_msg_change_event", (m.SubscribeMessageChoice("T1", "reject"),)),
    ),
    (
        "subscribe_msg_sent_event",
        "",
        "<SubscribeMsgSentEvent><List><TemplateId>T1</TemplateId><MsgID>1700827132819554304</MsgID>"
        "<ErrorCode>0</ErrorCode><ErrorStatus>success</ErrorStatus></List></SubscribeMsgSentEvent>",
        m.SubscribeMessageEvent(
            "subscribe_msg_sent_event",
            (m.SubscribeMessageChoice("T1", "success", "", "1700827132819554304", 0),),
        ),
    ),
    ("kf_create_session", "", "<KfAccount>a@b</KfAccount>", m.AgentSession("kf_create_session", "a@b")),
    (
        "kf_close_session",
        "",
        "<KfAccount>a@b</KfAccount><CloseType>KF</CloseType>",
        m.AgentSession("kf_close_session", "a@b", close_type="KF"),
    ),
    (
        "kf_switch_session",
        "",
        "<FromKfAccount>a@b</FromKfAccount><ToKfAccount>c@b</ToKfAccount>",
        m.AgentSession("kf_switch_session", "a@b", "c@b"),
    ),
    *[
        (name, "", PRIVACY.format(codes), m.PrivacyChange(name, "oPerson", "uPerson", "wx1", revoked))
        for name, codes, revoked in [
            ("user_info_modified", "", ()),
            ("user_authorization_revoke", "301", ("301",)),
            ("user_authorization_revoke", "201,205;206", ("201", "205", "206")),
            ("user_authorization_cancellation", "", ()),
        ]
    ],
    (
        "qualification_verify_success",
        "",
        "<ExpiredTime>1442401156</ExpiredTime>",
        m.AccountNotice("qualification_verify_success", 1442401156),
    ),
    (
        "naming_verify_fail",
        "",
        "<FailTime>1442401061</FailTime><FailReason>by time</FailReason>",
        m.AccountNotice("naming_verify_fail", None, 1442401061, "by time"),
    ),
    *[
        (name, "", "<ExpiredTime>1</ExpiredTime>", m.AccountNotice(name, 1))
        for name in ("qualification_verify_fail", "naming_verify_success", "annual_renew", "verify_expired")
    ],
    ("user_enter_tempsession", "", "<SessionFrom>s</SessionFrom>", m.EnterTempSession("s")),
    ("weapp_audit_success", "", "<SuccTime>5</SuccTime>", m.MiniProgramAudit("weapp_audit_success", 5)),
    (
        "weapp_audit_fail",
        "",
        "<FailTime>5</FailTime><Reason>截图</Reason>",
        m.MiniProgramAudit("weapp_audit_fail", 5, "截图"),
    ),
    ("weapp_audit_delay", "", "<DelayTime>5</DelayTime>", m.MiniProgramAudit("weapp_audit_delay", 5)),
    ("guide_invite_result_event", "", "<guide><x>1</x></guide>", m.Unknown("guide_invite_result_event")),
    ("debug_demo", "", "<debug_str>x</debug_str>", m.Unknown("debug_demo")),
]

DETAIL = "<detail><strategy>s</strategy><errcode>{}</errcode><suggest>{}</suggest><label>100</label></detail>"
RESULT = "<result><suggest>{}</suggest><label>20002</label></result>"
V2 = "<appid>wx1</appid><trace_id>T</trace_id><version>2</version>"
MEDIA_CHECKS = [
    (V2 + "<errcode>0</errcode>" + RESULT.format("pass") + DETAIL.format(0, "pass"), 2, "pass", "20002"),
    (V2 + RESULT.format("risky") + DETAIL.format(0, "risky") + DETAIL.format(-1, ""), 2, "risky", "20002"),
    (V2 + RESULT.format("review") + DETAIL.format(0, "review"), 2, "review", "20002"),
    (V2 + RESULT.format("pass") + DETAIL.format(-1008, "pass"), 2, "", "20002"),
    (V2 + "<errcode>-1008</errcode>" + RESULT.format("pass") + DETAIL.format(0, "pass"), 2, "", "20002"),
    (V2 + RESULT.format("pass"), 2, "", "20002"),
    (V2 + RESULT.format("fine") + DETAIL.format(0, "fine"), 2, "", "20002"),
    ("<trace_id>T</trace_id><isrisky>0</isrisky><status_code>0</status_code>", 1, "pass", ""),
    ("<trace_id>T</trace_id><isrisky>1</isrisky><status_code>0</status_code>", 1, "risky", ""),
    ("<trace_id>T</trace_id><isrisky>0</isrisky><status_code>4294966288</status_code>", 1, "", ""),
    ("<trace_id>T</trace_id><status_code>0</status_code>", 1, "", ""),
]


@pytest.mark.parametrize(("kind", "own", "body"), MESSAGES)
def test_a_message_parses_to_its_typed_body(kind, own, body):
    message = read_message(message_xml("oA", kind, own, msg_id=7))
    assert (message.body, message.message_id, message.event) == (body, "7", "")


@pytest.mark.parametrize(("event", "key", "own", "body"), EVENTS)
def test_an_event_parses_to_its_typed_body(event, key, own, body):
    message = read_message(event_xml("oA", event, key, own))
    assert (message.body, message.message_id) == (body, "")
    assert (message.event, message.event_key) == (event, key)


@pytest.mark.parametrize(("event", "key", "own", "body"), EVENTS)
def test_the_name_of_an_event_is_compared_without_regard_to_case(event, key, own, body):
    for name in (event.upper(), event.title()):
        assert read_message(event_xml("oA", name, key, own)).body == body


@pytest.mark.parametrize(("own", "version", "suggest", "label"), MEDIA_CHECKS)
def test_only_a_verdict_that_counts_is_taken_from_a_media_check(own, version, suggest, label):
    body = read_message(event_xml("oPlatform", "wxa_media_check", "", own)).body
    assert body == m.MediaCheck("T", version, suggest, label)


def test_every_body_that_we_know_is_parsed_from_something():
    made = {type(body) for *_, body in [*MESSAGES, *EVENTS]} | {m.MediaCheck}
    known = {*m.Message.__subclasses__(), *m.PushEvent.__subclasses__(), m.Unknown}
    assert made == known


EMPTY = ["", "<{0}></{0}>", "<{0}/>", "<{0}><![CDATA[]]></{0}>", "<{0}> </{0}>", "<{0}>\n</{0}>", "<{0}>\u3000</{0}>"]


@pytest.mark.parametrize("shape", EMPTY)
def test_every_way_to_say_nothing_reads_as_empty(shape):
    assert read_message(message_xml("oA", "text", shape.format("Content"))).body == m.Text("")
    assert read_message(event_xml("oA", "subscribe", own=shape.format("Ticket"))).body == m.Subscribe()
    assert read_message(message_xml("oA", "file", shape.format("FileTotalLen"))).body == m.File("", "", "", "", None)
    select = f"<SendLocationInfo>{shape.format('Location_X')}</SendLocationInfo>"
    assert read_message(event_xml("oA", "location_select", "k", select)).body == m.LocationSelect("k", None, None)


@pytest.mark.parametrize("value", ["abc", "", "nan", "inf", "1e3", "91", "-90.1", "９", "1" * 5000, "3 4"])
def test_a_location_that_is_none_is_kept_raw(value):
    xml = message_xml("oA", "location", f"<Location_X>{value}</Location_X><Location_Y>113</Location_Y>", msg_id=7)
    message = read_message(xml)
    assert (message.body, message.message_id, message.raw) == (m.Unknown("location"), "7", xml)


@pytest.mark.parametrize("value", ["abc", "1" * 5000, "1.5", "²"])
def test_an_event_with_a_number_that_is_none_is_kept_raw(value):
    for event, field in [("MASSSENDJOBFINISH", "TotalCount"), ("annual_renew", "ExpiredTime")]:
        message = read_message(event_xml("oA", event, own=f"<{field}>{value}</{field}>"))
        assert message.body == m.Unknown(event.lower())


def test_fields_that_nobody_told_us_of_are_tolerated_at_any_depth():
    extra = "<MsgDataId>1</MsgDataId><Idx>2</Idx><New><Deep><Deeper/>x</Deep><Deep/></New><New/>"
    assert read_message(message_xml("oA", "text", "<Content>hi</Content>" + extra)).body == m.Text("hi")


def test_a_privacy_event_is_about_the_person_and_not_about_the_platform():
    message = read_message(event_xml("oPlatform", "user_authorization_revoke", own=PRIVACY.format("301")))
    assert message.open_id == "oPerson"
    without = read_message(event_xml("oPlatform", "user_info_modified"))
    assert (without.open_id, without.body) == ("", m.PrivacyChange("user_info_modified", ""))


def test_what_a_person_said_is_text_and_what_a_map_wrote_is_not():
    spoken = message_xml("oA", "voice", "<MediaId>M</MediaId><Recognition>我睡不着</Recognition>")
    place = message_xml("oA", "location", "<Location_X>1</Location_X><Location_Y>1</Location_Y><Label>自杀崖</Label>")
    assert read_message(spoken).text == "我睡不着"
    assert read_message(place).text == ""


@pytest.mark.parametrize("name", ["Content", "bizmsgmenuid"])
def test_a_field_that_is_repeated_or_nested_is_refused(name):
    for own in (f"<{name}>a</{name}><{name}>b</{name}>", f"<{name}><b>a</b></{name}>"):
        with pytest.raises(Refused) as caught:
            read_message(message_xml("oA", "text", own))
        assert caught.value.status == 400
