"""Turning pages, and choosing in a sentence."""

from __future__ import annotations

import pytest

from handlers.paging import END, OUT_OF_RANGE, pick, turned

TITLES = ["植树", "招聘会", "团讲堂", "成人礼"]


@pytest.mark.parametrize(
    ("text", "start", "turn"),
    [
        ("更多", 0, 3),
        ("更多", 3, END),
        ("上一页", 3, 0),
        ("上一页。", 0, 0),
        ("返回上一页", 3, 0),
        ("植树", 0, None),
        ("上一页那个植树的", 3, None),
    ],
)
def test_where_words_turn_to(text: str, start: int, turn: int | None) -> None:
    assert turned(text, len(TITLES), start) == turn


@pytest.mark.parametrize(
    ("text", "start", "index"),
    [
        ("打开第2个", 0, 1),
        ("打开第1个", 3, 3),
        ("我想看第二个", 0, 1),
        ("报名 4", 0, 3),
        ("打开9", 0, OUT_OF_RANGE),
        ("2", 0, 1),
        ("招聘会", 0, 1),
        ("看看", 0, None),
        ("看看天气", 0, None),
    ],
)
def test_what_words_choose(text: str, start: int, index: int | None) -> None:
    assert pick(text, TITLES, start) == index
