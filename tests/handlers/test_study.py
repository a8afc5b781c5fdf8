"""Study columns in chat (学习专栏): list, open, next, search."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from content.library import Library
from core.messages import NewsReply, Reply
from core.resources import Resources
from tests.support.people import Person
from tests.support.reading import text

WECHAT_TITLE = 64  # bytes that a card surely shows


@pytest.fixture
def library(resources: Resources) -> Library:
    return resources.library


def card(reply: Reply) -> str:
    """The address of the one article."""
    assert isinstance(reply, NewsReply)
    (article,) = reply.articles
    assert article.title
    assert article.description
    return article.url


@pytest.mark.parametrize("ask", [lambda lin: lin.says("学习专栏"), lambda lin: lin.taps("study.list")])
def test_columns_are_listed_three_at_a_time(lin: Person, ask: Callable[[Person], Reply], library: Library) -> None:
    titles = [column.title for column in library.columns()]
    reply = ask(lin)
    assert reply.key == "study.list"
    assert [title in text(reply) for title in titles[:4]] == [True, True, True, False]
    assert titles[3] in text(lin.says("更多"))
    assert titles[3] in text(lin.says("4"))


@pytest.mark.parametrize("words", ["十九大", "十九大有哪些专栏", "我想看看十九大的学习栏目", "十九大精神"])
def test_十九大_by_word_opens_its_column(lin: Person, words: str) -> None:
    reply = lin.says(words)
    assert reply.key == "study.column"
    assert "十九大学习专栏" in text(reply)


@pytest.mark.parametrize("how", ["number", "word", "title"])
def test_an_article_is_chosen_and_answered_with_its_card(lin: Person, how: str, library: Library) -> None:
    shelf = library.articles("shijiuda")
    lin.says("十九大")
    reply = lin.says({"number": "2", "word": "第二个", "title": shelf[1].title}[how])
    assert reply.key == "study.article"
    assert card(reply).endswith(f"/pages/columns/shijiuda/{shelf[1].slug}")


def test_the_newest_article_is_chosen_as_such(lin: Person, library: Library) -> None:
    shelf = library.articles("shijiuda")
    newest, oldest = (choose(shelf, key=lambda one: one.date) for choose in (max, min))
    assert newest is not oldest
    lin.says("十九大")
    assert card(lin.says("最新的那篇")).endswith(newest.slug)
    assert card(lin.says("最早的那篇")).endswith(oldest.slug)


def test_next_walks_through_the_column_to_its_end(lin: Person, library: Library) -> None:
    shelf = library.articles("shijiuda")
    lin.says("十九大")
    opened = [card(lin.says("1"))]
    opened += [card(lin.says("下一篇")) for _ in shelf[1:]]
    assert [url.rsplit("/", 1)[1] for url in opened] == [article.slug for article in shelf]
    end = lin.says("下一篇")
    assert end.key == "study.list"
    assert "读完" in text(end)
    assert lin.says("1").key == "study.column"


def test_after_reading_numbers_still_choose_from_the_list(lin: Person, library: Library) -> None:
    lin.says("十九大")
    lin.says("1")
    assert card(lin.says("3")).endswith(library.articles("shijiuda")[2].slug)


def test_next_survives_until_the_dialogue_expires(lin: Person) -> None:
    lin.says("十九大")
    lin.says("1")
    lin.town.clock.move(minutes=31)
    assert lin.says("下一篇").key == "study.list"


def test_next_without_an_open_article_offers_the_columns(lin: Person) -> None:
    reply = lin.says("下一篇")
    assert reply.key == "study.list"
    assert "还没有打开" in text(reply)


def test_latest_are_the_newest_first(lin: Person, library: Library) -> None:
    reply = lin.taps("study.latest")
    assert reply.key == "study.latest"
    newest = library.latest(1)[0]
    assert card(lin.says("1")).endswith(f"{newest.column}/{newest.slug}")


@pytest.mark.parametrize("how", ["scans", "follows"])
def test_a_qr_code_opens_its_article_and_reading_goes_on_from_there(lin: Person, how: str, library: Library) -> None:
    shelf = library.articles("shijiuda")
    reply = getattr(lin, how)(f"article:shijiuda/{shelf[1].slug}")
    assert card(reply).endswith(shelf[1].slug)
    assert card(lin.says("下一篇")).endswith(shelf[2].slug)


def test_a_qr_code_opens_its_column(lin: Person) -> None:
    assert lin.scans("column:shijiuda").key == "study.column"


@pytest.mark.parametrize(
    "scene", ["article:shijiuda/no-such", "article:nothing", "article:", "column:no-such", "column:"]
)
def test_a_qr_code_of_what_is_gone_says_so(lin: Person, scene: str) -> None:
    assert lin.scans(scene).key == "study.gone"


@pytest.mark.parametrize(
    ("words", "slug"),
    [("帮我找一篇讲乡村振兴的文章", "xiangcun-zhenxing"), ("找一篇关于主要矛盾的文章", "zhuyao-maodun")],
)
def test_search_words_find_the_article(lin: Person, words: str, slug: str) -> None:
    reply = lin.says(words)
    url = card(reply if isinstance(reply, NewsReply) else lin.says("1"))
    assert url.endswith(slug)


@pytest.mark.parametrize("words", ["乡村振兴的文章", "我想看关于乡村振兴的文章", "有没有乡村振兴的文章"])
def test_a_subject_named_beside_the_search_is_found_too(lin: Person, words: str) -> None:
    reply = lin.says(words)
    assert reply.key in ("study.found", "study.article")
    assert card(reply if isinstance(reply, NewsReply) else lin.says("1")).endswith("xiangcun-zhenxing")


def test_search_without_words_asks_for_some(lin: Person) -> None:
    assert lin.taps("study.search").key == "study.ask_words"
    assert lin.says("咕噜咕噜冰淇淋").key == "study.not_found"
    reply = lin.says("乡村振兴")
    assert card(reply if isinstance(reply, NewsReply) else lin.says("1")).endswith("xiangcun-zhenxing")


@pytest.mark.parametrize("words", ["今天天气真好呀", "哈哈哈哈", "晚上吃什么", "abc", "？？？"])
def test_small_talk_finds_no_article(lin: Person, words: str) -> None:
    assert not lin.says(words).key.startswith("study.")


def test_unknown_number_repeats_the_choices(lin: Person) -> None:
    lin.says("十九大")
    assert lin.says("99").key == "common.unknown_choice"
    assert lin.says("1").key == "study.article"


def test_pages_turn_both_ways_and_a_sentence_chooses(lin: Person) -> None:
    first = text(lin.says("十九大"))
    assert text(lin.says("更多")) != first
    assert text(lin.says("上一页")) == first
    second = card(lin.says("打开第2个"))
    lin.says("十九大")
    assert card(lin.says("2")) == second


def test_leaving_ends_it(lin: Person) -> None:
    lin.says("十九大")
    assert lin.says("0").key == "menu.left_list"
    assert lin.dialogue.expecting == ""


def test_every_article_makes_a_card_that_wechat_shows(lin: Person, library: Library) -> None:
    for column in library.columns():
        for article in library.articles(column.slug):
            reply = lin.scans(f"article:{column.slug}/{article.slug}")
            assert card(reply).startswith("http://127.0.0.1:8000/pages/columns/")
            assert len(article.title) <= WECHAT_TITLE
