"""Erasure and platform orders through the whole pipeline: the very message that erases is erased too (P8, B4)."""

from __future__ import annotations

from core import audit
from core.contacts.models import Contact
from core.interactions.models import Interaction
from core.privacy.models import Erasure
from tests.support import pushes


def contents(bot) -> list[str]:
    return [row.text or row.raw for row in bot.rows(Interaction) if row.text or row.raw]


def breaches(bot) -> list:
    with bot.parts.store.database.transaction() as session:
        return [breach for found in audit.run(session, bot.parts.store.clock.now()).values() for breach in found]


def test_the_words_that_erase_leave_nothing_and_a_repeat_is_answered_alike(bot):
    for words in ("我喜欢看星星", "删除我的信息"):
        bot.hears(words)
    first, again = (bot.hears("确认删除", number=991) for _ in range(2))
    assert first.reply.key == "privacy.erased"
    assert (again.reply, again.at) == (first.reply, first.at)
    assert contents(bot) == []
    assert bot.rows(Contact)[0].open_id is None
    assert breaches(bot) == []


def test_an_erased_push_that_comes_again_is_known_and_owes_nothing(bot):
    bot.hears("我喜欢看星星", number=992)
    for words in ("删除我的信息", "确认删除"):
        bot.hears(words)
    assert bot.hears("我喜欢看星星", number=992).reply.key == "none"
    assert contents(bot) == []


def test_the_platform_speaks_of_the_person_in_its_body(bot):
    bot.hears("我喜欢看星星")
    event = "user_authorization_cancellation"
    bot.gets(pushes.event_xml("o_platform_itself", event, own=f"<OpenID>{pushes.cdata('o_lin')}</OpenID>"))
    assert contents(bot) == []
    assert [row.cause for row in bot.rows(Erasure)] == [f"platform:{event}"]
    assert breaches(bot) == []


def test_a_crisis_case_that_holds_an_erasure_leaves_the_ledger_sound(bot):
    for words in ("我不想活了", "删除我的信息", "确认删除"):
        answer = bot.hears(words)
    assert answer.reply.key == "privacy.erased_but_held"
    assert "我不想活了" in contents(bot)
    assert breaches(bot) == []
