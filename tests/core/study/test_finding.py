"""Columns and articles by what somebody said of them."""

import pytest

from core.resources import Resources
from core.study import covers
from core.study.finding import articles_about, column_named, subject_words


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("十九大", "shijiuda"),
        ("我想看十九大的专栏", "shijiuda"),
        ("十九大学习专栏", "shijiuda"),
        ("学习专栏", None),
        ("", None),
        ("明天几点放学", None),
    ],
)
def test_words_name_a_column_or_none(resources: Resources, text: str, slug: str | None) -> None:
    column = column_named(resources.library, text)
    assert (column.slug if column else None) == slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("乡村振兴", "xiangcun-zhenxing"),
        ("我国社会的主要矛盾是什么", "zhuyao-maodun"),
        ("我想了解一下新时代", "xinshidai"),
        ("怎么节水", "jieshui"),
    ],
)
def test_the_best_article_comes_first(resources: Resources, text: str, slug: str) -> None:
    assert articles_about(resources.library, text)[0].slug == slug


@pytest.mark.parametrize(
    "text", ["今天天气真好", "晚上吃什么", "你们什么时候上班呀", "有没有关于的文章", "哈哈", "", "？"]
)
def test_common_words_find_nothing(resources: Resources, text: str) -> None:
    assert articles_about(resources.library, text) == ()


def test_words_of_asking_are_no_subject() -> None:
    assert set(subject_words("有没有关于乡村振兴的文章")) <= {"乡村", "振兴", "乡村振兴"}


def test_a_cover_that_is_not_there_has_no_address() -> None:
    assert covers.path("no-such.png") == covers.path("../venues/venues.csv") == covers.path("") == ""
