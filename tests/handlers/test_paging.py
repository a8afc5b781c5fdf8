"""Long lists: which of them is meant."""

import pytest

from handlers.paging import OUT_OF_RANGE, has_more, page, pick, wants_more, window

TITLES = ("义务植树", "团讲堂", "招聘会", "敬老日", "成人礼")


@pytest.mark.parametrize(
    ("text", "start", "index"),
    [
        ("1", 0, 0),
        ("５", 0, 4),
        ("第二个", 0, 1),
        ("选三", 0, 2),
        ("4", 3, 3),
        ("1", 3, 0),
        ("第一个", 3, 3),
        ("第四个", 3, 3),
        ("6", 0, OUT_OF_RANGE),
        ("团讲堂", 0, 1),
        ("我要去招聘会", 0, 2),
        ("植树", 0, 0),
        ("树", 0, None),
        ("别的", 0, None),
        ("", 0, None),
    ],
)
def test_number_word_and_title_choose(text: str, start: int, index: int | None) -> None:
    assert pick(text, TITLES, start) == index


def test_words_that_fit_two_titles_choose_none() -> None:
    assert pick("团讲堂", ["团讲堂一", "团讲堂二"]) is None


def test_numbers_stay_through_the_pages() -> None:
    assert page(window(TITLES, 3), 3) == "4 敬老日\n5 成人礼"
    assert (has_more(5, 0), has_more(5, 3), has_more(3, 0)) == (True, False, False)


@pytest.mark.parametrize("text", ["更多", "还有吗？", "下一页", "换一批"])
def test_words_for_more(text: str) -> None:
    assert wants_more(text)
