"""A title with slips in it is found; words that only share a common part are not."""

import pytest

from core.understanding import likest

TITLES = [
    "保护母亲河·春季义务植树",
    "14 岁集体生日",
    "18 岁成人礼宣誓仪式",
    "青年人才专场招聘会",
    "节水金点子征集",
    "团讲堂：怎样讲好一个身边的故事",
    "四点钟课堂志愿者",
    "校园技能比武·观摩与报名",
    "敬老志愿服务日",
    "暑期爱心课堂（四次）",
    "露天观星夜",
]
COMMON = ("志愿", "服务", "活动", "报名", "怎么", "课堂", "我想", "故事", "一个")


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("露天观心夜", "露天观星夜"),
        ("路天观星", "露天观星夜"),
        ("露天星夜", "露天观星夜"),
        ("露天的观星夜", "露天观星夜"),
        ("观星液", "露天观星夜"),
        ("我想报名观新夜活动", "露天观星夜"),
        ("敬佬志愿服务", "敬老志愿服务日"),
        ("成人里", "18 岁成人礼宣誓仪式"),
        ("城仁礼", "18 岁成人礼宣誓仪式"),
        ("招聘回怎么报名", "青年人才专场招聘会"),
        ("团讲糖", "团讲堂：怎样讲好一个身边的故事"),
        ("四点中课堂", "四点钟课堂志愿者"),
        ("技能比舞", "校园技能比武·观摩与报名"),
        ("节水金点字", "节水金点子征集"),
        ("保护母亲合", "保护母亲河·春季义务植树"),
        ("暑期爱心课唐", "暑期爱心课堂（四次）"),
    ],
)
def test_a_title_with_slips(words, title):
    assert [TITLES[index] for index in likest(words, TITLES, COMMON)] == [title]


@pytest.mark.parametrize(
    "words",
    [
        "", "？？", "志愿服务", "学雷锋志愿服务", "成人高考怎么报名", "敬老院", "讲座", "我想讲一个故事",
        "讲故事比赛", "母亲节活动", "保护动物的活动", "看星星", "春季运动会", "人才引进政策", "一起打篮球", "四点放学",
        "校园霸凌怎么办", "招聘被骗了",
    ],
)  # fmt: skip
def test_words_that_only_share_a_part(words):
    assert likest(words, TITLES, COMMON) == []


def test_titles_that_are_equally_near_are_all_meant():
    assert likest("义务值树", ["春季义务植树", "秋季义务植树", "露天观星夜"]) == [0, 1]


def test_whole_wants_nearly_nothing_else_to_be_said():
    assert likest("观心夜那个", TITLES, ("那个",), whole=True) == [10]
    assert likest("昨晚我一个人在观星夜后哭了", TITLES, whole=True) == []
