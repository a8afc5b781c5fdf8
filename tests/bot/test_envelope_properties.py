"""Whatever comes in, the envelope opens it or refuses it; whatever goes out, WeChat can read it (R2, R6)."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl
from xml.etree import ElementTree

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.envelope import Envelope, Opened, Query, Refused, read_message, render
from bot.xml_out import clean
from core.config import Settings
from core.messages import TextReply
from tests.support.accounts import account
from tests.support.pushes import encrypt, event_xml, push, query, text_xml

NOW = datetime.fromtimestamp(1700000001, UTC)
# A busy machine is slow, which is no finding.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
SAFE, PLAIN = account(), account("plain")
STAMP, NONCE = "1700000001", "998877"
NAMES = ("ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "Event", "EventKey", "Content", "Encrypt")
KINDS = (
    "text",
    "event",
    "location",
    "voice",
    "subscribe",
    "LOCATION",
    "wxa_media_check",
    "PUBLISHJOBFINISH",
    "oA",
    "1",
)
PARTS = ("Location_X", "result", "detail", "List", "item", "PublishEventInfo", "SendPicsInfo", "SubscribeMsgPopupEvent")
ODD = (
    "]]>",
    "<![CDATA[",
    "&x;",
    "&#0;",
    "<!DOCTYPE xml>",
    "<?xml?>",
    "<!-- -->",
    "\x00",
    "\x08",
    "\ufeff",
    "😀",
    "9" * 99,
)

values = st.one_of(st.sampled_from(KINDS), st.sampled_from(ODD), st.text(max_size=20))
elements = st.recursive(
    values,
    lambda inner: st.builds(
        lambda name, parts, end: f"<{name}>{''.join(parts)}</{end or name}>",
        st.sampled_from(NAMES + PARTS),
        st.lists(inner, max_size=4),
        st.sampled_from(("", "", "", "xml", "Content")),
    ),
    max_leaves=30,
)
documents = st.lists(elements, max_size=12).map(lambda parts: f"<xml>{''.join(parts)}</xml>")
bodies = st.one_of(st.binary(max_size=300), documents.map(lambda text: text.encode(errors="surrogatepass")))


def open_or_refuse(of: Settings, pairs: list[tuple[str, str]], body: bytes) -> Opened | None:
    try:
        return Envelope(of).open(Query.parse(pairs), body, NOW)
    except Refused:
        return None


@patient
@given(
    st.lists(st.tuples(st.sampled_from(("signature", "timestamp", "nonce", "msg_signature", "x")), st.text())), bodies
)
def test_any_query_and_body_is_refused_without_a_signature(pairs, body):
    for mode in ("safe", "compatible", "plain"):
        assert open_or_refuse(account(mode), pairs, body) is None


@patient
@given(bodies)
def test_any_signed_body_is_opened_or_refused(body):
    open_or_refuse(PLAIN, parse_qsl(query(PLAIN, STAMP, NONCE)), body)
    open_or_refuse(SAFE, parse_qsl(query(SAFE, STAMP, NONCE, "QUJD")), body)


@patient
@given(st.one_of(st.binary(max_size=200), st.text(max_size=50), st.binary(max_size=64).map(lambda raw: raw * 2)))
@example(bytes(64))
def test_any_ciphertext_is_opened_or_refused(data):
    encrypted = data if isinstance(data, str) else encrypt(SAFE.aes_keys[0], SAFE.wechat_appid, data)
    body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode(errors="surrogatepass")
    signed = query(SAFE, STAMP, NONCE, encrypted.encode(errors="replace").decode())
    open_or_refuse(SAFE, parse_qsl(signed), body)


@patient
@given(bodies)
def test_any_sealed_body_is_opened_or_refused_and_reads_again_from_raw_alike(body):
    encrypted = encrypt(SAFE.aes_keys[0], SAFE.wechat_appid, body)
    outer = f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()
    opened = open_or_refuse(SAFE, parse_qsl(query(SAFE, STAMP, NONCE, encrypted)), outer)
    if opened:
        assert read_message(opened.message.raw) == opened.message


@patient
@given(st.text(max_size=3000), st.text(max_size=40), st.text(max_size=40))
@example("]]>" * 1000, "]]>", "]]>")
@example("👩‍👩‍👧‍👦" * 200, "oA", "gh_us")
@example("\ud800" * 3000 + "a", "\ud800", "\x00")
def test_any_text_renders_well_formed_and_within_2048_bytes(text, person, us):
    rendered = render(TextReply("k", text), person, us, 1700000000)
    if rendered == "success":
        assert not clean(text).strip()
        return
    shown = ElementTree.fromstring(rendered).findtext("Content") or ""
    assert len(shown.encode()) <= 2048
    whole = clean(text)
    assert shown == whole or (shown[-1] == "…" and whole.startswith(shown[:-1]))


@patient
@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
    st.integers(1, 2**64 - 1),
    st.integers(0, 2**31 - 1),
)
def test_the_identity_of_a_push_is_the_same_in_every_mode_and_delivery(text, number, created_at):
    for xml in (text_xml("oA", text, number, created_at), event_xml("oA", "CLICK", text, created_at=created_at)):
        identities = {read_message(xml).identity}
        for mode in ("safe", "compatible", "plain"):
            pairs, body = push(account(mode), xml, mode, timestamp=1700000001)
            opened = open_or_refuse(account(mode), parse_qsl(pairs), body)
            assert opened is not None
            identities.add(opened.message.identity)
        assert len(identities) == 1
