"""What a push says: every type and event of the platform notes, and the odd values."""

import pytest
from lxml import etree

from simulator import messages
from simulator.messages import EVENTS, MESSAGES, PLATFORM_ACCOUNT
from simulator.xml import Bare, document

KNOWN_EVENTS = {
    "subscribe", "unsubscribe", "SCAN", "LOCATION", "CLICK", "VIEW", "scancode_push", "scancode_waitmsg",
    "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select", "view_miniprogram", "TEMPLATESENDJOBFINISH",
    "MASSSENDJOBFINISH", "PUBLISHJOBFINISH", "subscribe_msg_popup_event", "subscribe_msg_change_event",
    "subscribe_msg_sent_event", "kf_create_session", "kf_close_session", "kf_switch_session", "user_info_modified",
    "user_authorization_revoke", "user_authorization_cancellation", "guide_invite_result_event",
    "qualification_verify_success", "qualification_verify_fail", "naming_verify_success", "naming_verify_fail",
    "annual_renew", "verify_expired", "user_enter_tempsession", "wxa_media_check", "weapp_audit_success",
    "weapp_audit_fail", "weapp_audit_delay", "debug_demo",
}  # fmt: skip
KNOWN_MESSAGES = {
    "text", "image", "voice", "video", "shortvideo", "location", "link", "file", "miniprogrampage",
}  # fmt: skip


def parsed(values: dict) -> etree._Element:
    return etree.fromstring(messages.render(values))


def message(kind: str, **fields: object) -> etree._Element:
    return parsed(messages.message("gh_1", "oFan", 1700000000, kind, fields, 23456789012345678))


def event(name: str, **fields: object) -> etree._Element:
    return parsed(messages.event("gh_1", "oFan", 1700000000, name, fields))


def test_every_type_and_event_of_the_notes_is_in_the_table():
    assert set(MESSAGES) == KNOWN_MESSAGES
    assert set(EVENTS) == KNOWN_EVENTS


@pytest.mark.parametrize("kind", [*MESSAGES, "hologram"])
def test_every_message_has_the_common_head_and_its_own_fields(kind):
    root = message(kind)
    assert [child.tag for child in root][:4] == ["ToUserName", "FromUserName", "CreateTime", "MsgType"]
    assert (root.findtext("MsgType"), root.findtext("MsgId")) == (kind, "23456789012345678")
    assert all(root.find(name) is not None for name in MESSAGES.get(kind, {}))


@pytest.mark.parametrize("name", [*EVENTS, "something_new"])
def test_every_event_has_its_name_and_no_msg_id(name):
    root = event(name)
    assert (root.findtext("MsgType"), root.findtext("Event")) == ("event", name)
    assert root.find("MsgId") is None


@pytest.mark.parametrize(
    "name", ["user_info_modified", "user_authorization_revoke", "user_authorization_cancellation", "PUBLISHJOBFINISH"]
)
def test_privacy_and_job_events_come_from_the_platform_itself(name):
    root = event(name, OpenID="oFan")
    assert (root.findtext("FromUserName"), root.findtext("OpenID")) == (PLATFORM_ACCOUNT, "oFan")


def test_what_fans_do_in_the_mini_program_comes_from_the_fan():
    assert event("user_enter_tempsession").findtext("FromUserName") == "oFan"


def test_text_is_in_cdata_and_numbers_are_bare():
    xml = messages.render(messages.message("gh_1", "oFan", 1700000000, "text", {"Content": "<b>"}, 7))
    assert "<Content><![CDATA[<b>]]></Content>" in xml
    assert "<CreateTime>1700000000</CreateTime>" in xml
    assert "<MsgId>7</MsgId>" in xml


@pytest.mark.parametrize("text", ["]]>", "]]]]>>", "a]]><Content>b", "表情😀 /::) [微笑]", "零\u200b宽", "行\n行", ""])
def test_any_text_comes_back_as_it_was(text):
    assert (message("text", Content=text).findtext("Content") or "") == text


def test_what_xml_cannot_carry_is_dropped():
    assert message("text", Content="a\x00b\x0bc\ufffe").findtext("Content") == "abc"


def test_fields_can_be_missing_empty_or_white():
    assert message("text", Content=None).find("Content") is None
    assert "<Content></Content>" in document({"Content": Bare("")})
    assert "<Content> </Content>" in document({"Content": Bare(" ")})


def test_a_list_is_one_element_repeated():
    rows = [{"TemplateId": "a"}, {"TemplateId": "b"}]
    root = event("subscribe_msg_popup_event", SubscribeMsgPopupEvent={"List": rows})
    assert [each.findtext("TemplateId") for each in root.findall("SubscribeMsgPopupEvent/List")] == ["a", "b"]
