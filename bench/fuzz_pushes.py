"""Good pushes to begin from, and the bytes that break parsers, for the fuzz run of the envelope."""

from __future__ import annotations

_HEAD = "<xml><ToUserName><![CDATA[gh_sim]]></ToUserName><FromUserName><![CDATA[oSim]]></FromUserName>"
_MESSAGES = {
    "text": "<Content><![CDATA[你好 😀 12355]]></Content><bizmsgmenuid>1</bizmsgmenuid>",
    "image": "<PicUrl>http://a</PicUrl><MediaId>M</MediaId>",
    "voice": "<MediaId>M</MediaId><Format>amr</Format><Recognition><![CDATA[我睡不着]]></Recognition>",
    "location": "<Location_X>34.75</Location_X><Location_Y>113.66</Location_Y><Scale>15</Scale><Label>二七</Label>",
    "link": "<Title>t</Title><Description>d</Description><Url>u</Url>",
    "file": "<Title>t</Title><FileKey>k</FileKey><FileMd5>5</FileMd5><FileTotalLen>12</FileTotalLen>",
    "miniprogrampage": "<Title>t</Title><AppId>a</AppId><PagePath>p</PagePath>",
}
_EVENTS = {
    "subscribe": "<EventKey>qrscene_1</EventKey><Ticket>T</Ticket>",
    "SCAN": "<EventKey>event:1</EventKey><Ticket>T</Ticket>",
    "LOCATION": "<Latitude>34.7</Latitude><Longitude>113.6</Longitude><Precision>119.3</Precision>",
    "CLICK": "<EventKey><![CDATA[study.list]]></EventKey>",
    "scancode_waitmsg": "<EventKey>k</EventKey>"
    "<ScanCodeInfo><ScanType>q</ScanType><ScanResult>1</ScanResult></ScanCodeInfo>",
    "pic_weixin": "<SendPicsInfo><Count>1</Count>"
    "<PicList><item><PicMd5Sum>a</PicMd5Sum></item></PicList></SendPicsInfo>",
    "location_select": "<SendLocationInfo><Location_X>3</Location_X><Location_Y>1</Location_Y></SendLocationInfo>",
    "MASSSENDJOBFINISH": "<MsgID>1</MsgID><Status>err(20001)</Status><TotalCount>9</TotalCount>"
    "<ArticleUrlResult><ResultList><item><ArticleUrl>u</ArticleUrl></item></ResultList></ArticleUrlResult>",
    "PUBLISHJOBFINISH": "<PublishEventInfo><publish_id>9</publish_id><publish_status>2</publish_status>"
    "<fail_idx>1</fail_idx><fail_idx>2</fail_idx></PublishEventInfo>",
    "subscribe_msg_sent_event": "<SubscribeMsgSentEvent><List><TemplateId>T</TemplateId><MsgID>1</MsgID>"
    "<ErrorCode>0</ErrorCode><ErrorStatus>success</ErrorStatus></List></SubscribeMsgSentEvent>",
    "user_authorization_revoke": "<OpenID>oP</OpenID><AppID>a</AppID><RevokeInfo>201,301</RevokeInfo>",
    "wxa_media_check": "<trace_id>T</trace_id><version>2</version><errcode>0</errcode><result><suggest>risky</suggest>"
    "<label>1</label></result><detail><errcode>0</errcode></detail><detail><errcode>-1</errcode></detail>",
    "annual_renew": "<ExpiredTime>1442401061</ExpiredTime>",
}


def _push(kind: str, own: str) -> bytes:
    head = f"{_HEAD}<CreateTime>1700000000</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>"
    return f"{head}{own}</xml>".encode()


PUSHES: tuple[bytes, ...] = (
    *[_push(kind, f"{own}<MsgId>23456789012345678</MsgId>") for kind, own in _MESSAGES.items()],
    *[_push("event", f"<Event><![CDATA[{event}]]></Event>{own}") for event, own in _EVENTS.items()],
    b"<xml><action>CheckContainerPath</action></xml>",
)

TOKENS: tuple[bytes, ...] = (
    *[b"<xml>", b"</xml>", b"<a>", b"</a>", b"<a/>", b"<a>" * 300, b"<", b">", b"&", b'"', b"<!--", b"-->", b"<?p?>"],
    *[b"<![CDATA[", b"]]>", b"]]]]>", b"&lt;", b"&x;", b"&#0;", b"&#x1f;", b"&#xD800;", b"&#99999999;", b"&#x85;"],
    *[b'<!DOCTYPE xml [<!ENTITY a "b">]>', b'<!ENTITY a SYSTEM "file:///etc/hostname">', b'<?xml version="1.0"?>'],
    *[b"\x00", b"\x08", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xef\xbf\xbe", b"\xf4\x90\x80\x80"],
    *[
        "\u202e\u200b\u2066".encode(),
        "👩‍👩‍👧‍👦🇨🇳".encode(),
        "\u0301".encode() * 50,
        "９".encode(),
        b"\r\n",
        b"\t",
        b" ",
    ],
    *[b"-1", b"0", b"9" * 5000, b"1e999", b"nan", b"1.5", b"4294966288", b"{}", b'{"MsgType":"text"}', b"%00%0d%0a"],
    *[b"<Content>", b"</Content>", b"<MsgType>", b"<Encrypt>", b"<Encrypt/>", b"<MsgId>0</MsgId>", b"<CreateTime>"],
    *["好".encode() * 2000, b"a " * 3000, b'<a href="https://example.org/' + b"x" * 3000, b" b='c'" * 500],
)
