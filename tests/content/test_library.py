"""The library: columns in order, articles found, turned over and searched."""

from pathlib import Path

import pytest

from content.errors import ContentError
from content.library import Library

COLUMN = 'title = "{title}"\nsummary = "说明"\norder = {order}\nkeywords = ["词"]\n'
ARTICLE = """+++
title = "{title}"
date = {date}
author = "甲"
source = "乙"
summary = "{summary}"
keywords = ["{keyword}"]
{more}
+++

{body}
"""


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load()


@pytest.fixture
def shelf(tmp_path: Path):
    def put(slug: str = "one", /, column: str = "col", order: int = 1, raw: str = "", **words: str) -> Path:
        folder = tmp_path / column
        folder.mkdir(exist_ok=True)
        (folder / "column.toml").write_text(COLUMN.format(title=column, order=order), encoding="utf-8")
        words = {
            "title": slug,
            "date": "2025-01-01",
            "summary": "摘要",
            "keyword": "钥匙",
            "more": "",
            "body": "正文",
        } | words
        (folder / f"{slug}.md").write_text(raw or ARTICLE.format(**words), encoding="utf-8")
        return tmp_path

    return put


def test_columns_come_in_the_order_their_editors_gave(shelf):
    shelf(column="late", order=2)
    library = Library.load(shelf(column="early", order=1))
    assert [column.slug for column in library.columns()] == ["early", "late"]


def test_pages_turn_within_a_column_and_stop_at_its_ends(shelf):
    shelf("b", more="order = 2")
    library = Library.load(shelf("a", more="order = 1"))
    first, second = library.articles("col")
    assert (first.slug, second.slug) == ("a", "b")
    assert library.next(first) == second
    assert library.previous(second) == first
    assert library.previous(first) is None
    assert library.next(second) is None


def test_latest_is_by_date_over_all_columns(shelf):
    shelf("old", column="a", date="2024-01-01")
    library = Library.load(shelf("new", column="b", date="2025-06-01"))
    assert [article.slug for article in library.latest(2)] == ["new", "old"]
    assert len(library.latest(1)) == 1


def test_what_is_not_there_is_none(library: Library):
    assert library.column("nope") is None
    assert library.articles("nope") == ()
    assert library.article("shijiuda", "nope") is None


def test_a_word_in_the_title_counts_more_than_in_the_body(shelf):
    shelf("in-body", body="讲一讲植树的故事", date="2025-02-01")
    library = Library.load(shelf("in-title", title="春天植树去"))
    assert [article.slug for article in library.search(["植树"])] == ["in-title", "in-body"]


def test_an_article_with_both_words_comes_before_one_with_the_better_single_word(shelf):
    shelf("one-word", title="节水", keyword="节水")
    library = Library.load(shelf("two-words", title="随笔", body="说说节水和植树"))
    assert library.search(["节水", "植树"])[0].slug == "two-words"


def test_a_search_for_nothing_finds_nothing(library: Library):
    assert library.search([]) == ()
    assert library.search(["", " "]) == ()
    assert library.search(["麻辣烫"]) == ()
    assert len(library.search(["青年"], limit=2)) == 2


def test_an_article_takes_the_cover_of_its_column(shelf, tmp_path: Path):
    root = shelf("plain")
    shelf("own", more='cover = "own.png"')
    with (root / "col" / "column.toml").open("a", encoding="utf-8") as file:
        file.write('cover = "column.png"\n')
    library = Library.load(root)
    assert {article.slug: article.cover for article in library.articles("col")} == {
        "plain": "column.png",
        "own": "own.png",
    }


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({"raw": "没有信息的文章"}, r"两行 \+\+\+"),
        ({"raw": "+++\ntitle = \n+++\n正文"}, "TOML 写错了"),
        ({"title": "长" * 33}, "标题有 33 个字"),
        ({"summary": "长" * 61}, "摘要有 61 个字"),
        ({"body": ""}, "没有正文"),
        ({"date": '"2025"'}, "date 的类型不对"),
        ({"title": ""}, "title 是空的"),
        ({"more": "sampel = true"}, "不认识的字段 sampel"),
    ],
)
def test_a_slip_in_the_front_matter_names_file_and_mend(shelf, words: dict[str, str], problem: str):
    with pytest.raises(ContentError, match=rf"one\.md · .*{problem}.*改法"):
        Library.load(shelf("one", **words))


def test_no_columns_at_all_is_an_error(tmp_path: Path):
    with pytest.raises(ContentError, match="没有专栏"):
        Library.load(tmp_path)


# --- what is shipped


def test_the_columns_of_the_article_are_there(library: Library):
    titles = [column.title for column in library.columns()]
    assert titles[0] == "十九大学习专栏"
    assert len(titles) >= 5
    assert sum(len(library.articles(column.slug)) for column in library.columns()) >= 24


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        (["十九大", "开幕"], "kaimu"),
        (["主要矛盾"], "zhuyao-maodun"),
        (["乡村振兴"], "xiangcun-zhenxing"),
        (["应知应会"], "yingzhi-yinghui-tuan"),
        (["入团"], "rutuan"),
        (["二十大"], "yingzhi-yinghui-ershida"),
        (["失眠"], "shuibuhao"),
        (["校园欺凌"], "qiling"),
        (["劳动合同"], "dagong"),
        (["圆梦行动"], "shenqing"),
        (["节水"], "jieshui"),
        (["先进典型"], "xianjin-dianxing"),
        (["工作动态"], "gongzuo-dongtai"),
    ],
)
def test_youths_find_what_they_ask_for(library: Library, words: list[str], slug: str):
    assert slug in [article.slug for article in library.search(words, 2)]


def test_articles_are_of_readable_length(library: Library):
    lengths = {
        article.slug: sum("\u4e00" <= char <= "\u9fff" for char in article.body) for article in library.latest(999)
    }
    assert {slug: length for slug, length in lengths.items() if not 400 <= length <= 1200} == {}


@pytest.mark.parametrize(
    ("slug", "fact"),
    [
        ("kaimu", "2017 年 10 月 18 日"),
        ("kaimu", "不忘初心，牢记使命，高举中国特色社会主义伟大旗帜，决胜全面建成小康社会"),
        ("zhuyao-maodun", "人民日益增长的美好生活需要和不平衡不充分的发展之间的矛盾"),
        ("xiangcun-zhenxing", "产业兴旺、生态宜居、乡风文明、治理有效、生活富裕"),
        (
            "qingnian-jiyu",
            "青年兴则国家兴，青年强则国家强。青年一代有理想、有本领、有担当，国家就有前途，民族就有希望。",
        ),
        ("liang-ge-jieduan", "富强民主文明和谐美丽的社会主义现代化强国"),
    ],
)
def test_the_wording_of_the_congress_is_exact(library: Library, slug: str, fact: str):
    article = library.article("shijiuda", slug)
    assert article is not None
    assert fact in article.body


def test_pieces_on_mental_health_and_rights_carry_the_numbers(library: Library):
    missing = [a.slug for a in library.articles("quanyi-xinli") if not ("12356" in a.body and "12355" in a.body)]
    assert missing == []
