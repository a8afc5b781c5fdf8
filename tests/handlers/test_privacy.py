"""Privacy in chat (隐私): what we hold, a copy, erasing; the platform's own orders."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.interactions.models import Interaction
from core.messages import Location, NoReply, PrivacyChange, Reply
from core.privacy import links
from core.privacy.models import Erasure
from core.referrals.models import Referral
from tests.support.people import Person
from tests.support.reading import text

REVOKE = "user_authorization_revoke"
CANCEL = "user_authorization_cancellation"


def texts_of(session: Session, person: Person) -> list[str]:
    rows = session.scalars(select(Interaction).where(Interaction.contact_id == person.contact.id))
    return [row.text for row in rows if row.text]


def platform_says(person: Person, event: str, *revoked: str) -> Reply:
    return person.sends(PrivacyChange(event, person.open_id, revoked=revoked), event)


def test_what_we_hold_is_told_in_numbers(lin: Person) -> None:
    lin.says("菜单")
    lin.says("转人工")
    reply = lin.says("隐私")
    assert reply.key == "privacy.show"
    assert "消息和回复 3 条" in text(reply)
    assert "求助 1 个" in text(reply)


@pytest.mark.parametrize("words", [("导出我的数据",), ("隐私", "1")])
def test_the_link_opens_the_persons_own_data(
    lin: Person, session: Session, clock: FixedClock, words: tuple[str, ...]
) -> None:
    reply = [lin.says(word) for word in words][-1]
    assert reply.key == "privacy.link"
    address = text(reply).split('"')[1]
    token = urlsplit(address).path.removeprefix("/pages/privacy/")
    assert links.holder(session, token, clock.now()) == lin.contact


@pytest.mark.parametrize("words", [("隐私", "1", "2"), ("导出我的数据", "2"), ("隐私", "1", "删除")])
def test_after_the_copy_one_can_still_choose_to_erase(lin: Person, words: tuple[str, ...]) -> None:
    assert [lin.says(word) for word in words][-1].key == "privacy.ask_erase"


def test_small_counts_after_an_erasure_and_progress_tells_the_same(lin: Person, clock: FixedClock) -> None:
    for word in ("找老师", "1", "1", "1", "2", "撤回求助", "1", "删除", "确认删除"):
        clock.move(minutes=1)
        lin.says(word)
    shown = text(lin.says("隐私"))
    assert "求助 0 个" in shown
    assert "同意书 0 份" in shown
    assert lin.says("进度").key == "referrals.progress.none"


@pytest.mark.parametrize("words", [(), ("1", "不同意")])
def test_a_suggestion_is_counted_as_no_case_and_progress_tells_the_same(lin: Person, words: tuple[str, ...]) -> None:
    for word in ("班上同学孤立我", *words):
        lin.says(word)
    assert "求助 0 个" in text(lin.says("隐私"))
    assert lin.says("进度").key == "referrals.progress.none"


@pytest.mark.parametrize("words", [("删除我的信息",), ("删除",), ("隐私", "2")])
def test_nothing_is_erased_without_the_very_words(lin: Person, session: Session, words: tuple[str, ...]) -> None:
    lin.says("我喜欢看星星")
    assert [lin.says(word) for word in words][-1].key == "privacy.ask_erase"
    for almost in ("好", "1", "删除", "确认"):
        assert lin.says(almost).key == "privacy.not_confirmed"
    assert "我喜欢看星星" in texts_of(session, lin)


def test_the_very_words_erase_also_themselves(lin: Person, session: Session) -> None:
    lin.says("我喜欢看星星")
    lin.says("删除我的信息")
    assert lin.says("确认删除").key == "privacy.erased"
    assert texts_of(session, lin) == []
    assert lin.town.session.scalars(select(Erasure)).one().cause == "asked"


def test_changing_ones_mind_erases_nothing(lin: Person, session: Session) -> None:
    lin.says("删除我的信息")
    assert lin.says("0").key == "common.cancelled"
    assert session.scalars(select(Erasure)).all() == []


def test_another_wish_at_the_question_is_served(lin: Person) -> None:
    lin.says("删除我的信息")
    assert lin.says("附近的青春家园").key.startswith("venues.")


def test_an_open_case_is_held_and_that_is_explained_before_and_after(lin: Person, session: Session) -> None:
    lin.says("转人工")
    number = session.scalars(select(Referral)).one().number
    assert number in text(lin.says("删除我的信息"))
    assert lin.says("确认删除").key == "privacy.erased_but_held"
    assert session.scalars(select(Referral)).one().is_open


def test_writing_again_after_an_erasure_is_a_new_beginning(lin: Person, clock: FixedClock) -> None:
    lin.says("删除我的信息")
    lin.says("确认删除")
    clock.move(minutes=1)
    lin.says("你好")
    assert lin.contact.erased_at is None
    assert lin.contact.open_id == lin.open_id


# --- orders of the platform (B4) --------------------------------------------------------------------------------


@pytest.mark.parametrize(("event", "revoked"), [(CANCEL, ()), (REVOKE, ("301",)), (REVOKE, ("206", "301"))])
def test_the_platform_orders_to_erase_everything(
    lin: Person, session: Session, event: str, revoked: tuple[str, ...]
) -> None:
    lin.says("我喜欢看星星")
    assert isinstance(platform_says(lin, event, *revoked), NoReply)
    assert texts_of(session, lin) == []
    assert session.scalars(select(Erasure)).one().cause == f"platform:{event}"


def test_the_platform_orders_to_erase_places_only(lin: Person, session: Session) -> None:
    lin.says("我喜欢看星星")
    lin.sends(Location(34.75, 113.65))
    platform_says(lin, REVOKE, "206")
    place = session.scalars(select(Interaction).where(Interaction.erased_at.is_not(None))).one()
    assert place.kind == "location"
    assert place.reply is None
    assert texts_of(session, lin) == ["我喜欢看星星"]


@pytest.mark.parametrize(("event", "revoked"), [("user_info_modified", ()), (REVOKE, ("205",))])
def test_other_orders_concern_nothing_that_we_hold(
    lin: Person, session: Session, event: str, revoked: tuple[str, ...]
) -> None:
    lin.says("我喜欢看星星")
    assert isinstance(platform_says(lin, event, *revoked), NoReply)
    assert texts_of(session, lin) == ["我喜欢看星星"]
