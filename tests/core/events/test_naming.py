"""What words name: numbers as they are printed."""

from __future__ import annotations

import pytest

from core.events import naming


@pytest.mark.parametrize(
    "text",
    ["306", "３０６", "报名306", "报名 306", "第306号", "我要报名306号！", "306号活动", "三零六号活动", "报名三百零六"],
)
def test_the_number_of_an_event_is_read(text: str) -> None:
    assert naming.event_number(text) == "306"


@pytest.mark.parametrize("text", ["", "报名", "306路公交", "我有306块钱", "第三个", "十三", "报名三个"])
def test_other_words_are_no_number_of_an_event(text: str) -> None:
    assert naming.event_number(text) == ""


@pytest.mark.parametrize("text", ["取消 B-NA9GTVXP", "取消b-na9gtvxp！", "取消BNA9GTVXP", "编号Ｂ-NA9GTVXP，不去了"])
def test_the_number_of_a_sign_up_is_read(text: str) -> None:
    assert naming.signup_number(text) == "B-NA9GTVXP"


@pytest.mark.parametrize("text", ["取消", "取消 Z-NA9GTVXP", "取消 B-NA9GTVXPT", "ABNA9GTVXP", "b站"])
def test_other_words_are_no_number_of_a_sign_up(text: str) -> None:
    assert naming.signup_number(text) == ""
