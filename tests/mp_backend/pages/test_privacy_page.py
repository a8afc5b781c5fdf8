"""What we hold on a person, behind their link (P9)."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from lxml import html

from core.clock import FixedClock
from core.contacts import consents, contacts
from core.db import Database
from core.events import signups
from core.interactions import interactions
from core.interactions.replies import pack
from core.messages import InboundMessage, Text, TextReply
from core.privacy import erasure, links
from tests.support.happenings import make_event


@pytest.fixture
def token(store: Database, clock: FixedClock) -> str:
    """Lin's link; Lin is signed up for an event, and so is Wang."""
    with store.transaction() as session:
        event = make_event(session, clock.now(), "7")
        lin, wang = (contacts.meet(session, name, clock.now()) for name in ("lin", "wang"))
        signups.sign_up(session, event, lin, {"name": "林晓", "school": None}, clock.now())
        signups.sign_up(session, event, wang, {"name": "王小明"}, clock.now())
        return links.make(lin, clock.now())


def test_the_page_shows_what_is_ones_own_and_nothing_else(client: FlaskClient, token: str) -> None:
    response = client.get(f"/pages/privacy/{token}")
    said = response.get_data(as_text=True)
    assert response.status_code == 200
    assert "林晓" in said
    assert "团讲堂第7期" in said
    assert "王小明" not in said


def test_the_address_stays_in_no_cache_and_is_told_to_nobody(client: FlaskClient, token: str) -> None:
    for path in (f"/pages/privacy/{token}", f"/pages/privacy/{token}/data.json", "/pages/privacy/x"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex"


def test_the_download_is_machine_readable(client: FlaskClient, token: str) -> None:
    response = client.get(f"/pages/privacy/{token}/data.json")
    assert "attachment" in response.headers["Content-Disposition"]
    assert json.loads(response.data)["signups"][0]["answers"] == {"name": "林晓", "school": None}


@pytest.mark.parametrize("tail", ["", "/data.json"])
def test_an_old_or_altered_link_opens_nothing(client: FlaskClient, token: str, tail: str, clock: FixedClock) -> None:
    altered = token[:-2] + ("AA" if not token.endswith("AA") else "BB")
    assert client.get(f"/pages/privacy/{altered}{tail}").status_code == 404
    clock.move(hours=25)
    response = client.get(f"/pages/privacy/{token}{tail}")
    assert response.status_code == 404
    assert "林晓" not in response.get_data(as_text=True)


def test_a_link_of_a_reply_is_shown_as_its_words(
    client: FlaskClient, token: str, store: Database, clock: FixedClock
) -> None:
    with store.transaction() as session:
        lin = contacts.find(session, "lin")
        assert lin is not None
        row = interactions.claim(session, InboundMessage("lin", "gh_1", 1, "1", Text("1 < 2 <b>吗")), clock.now())
        assert row is not None
        row.contact_id, row.text = lin.id, "1 < 2 <b>吗"
        row.reply = pack(TextReply("menu.help", '请看<a href="https://example.org/x">这一页</a>，3 < 4'), 1)
    said = html.fromstring(client.get(f"/pages/privacy/{token}").data).xpath("string(//main)")
    assert "请看这一页，3 < 4" in said
    assert "1 < 2 <b>吗" in said, "what one wrote oneself is shown as it was written"


def test_a_consent_taken_back_is_not_counted(
    client: FlaskClient, token: str, store: Database, clock: FixedClock
) -> None:
    def counted() -> str:
        return html.fromstring(client.get(f"/pages/privacy/{token}").data).xpath(
            "string(//dt[.='同意书']/following::dd)"
        )

    with store.transaction() as session:
        lin = contacts.find(session, "lin")
        assert lin is not None
        consents.give(session, lin, consents.REFERRAL, "v1", clock.now())
    assert counted() == "1 份"
    with store.transaction() as session:
        lin = contacts.find(session, "lin")
        assert lin is not None
        consents.withdraw(session, lin, consents.REFERRAL, clock.now())
    assert counted() == "0 份"


def test_after_an_erasure_the_link_is_dead(client: FlaskClient, token: str, store: Database, clock: FixedClock) -> None:
    with store.transaction() as session:
        lin = contacts.find(session, "lin")
        assert lin is not None
        erasure.erase(session, lin, clock.now(), "asked")
    assert client.get(f"/pages/privacy/{token}").status_code == 404
