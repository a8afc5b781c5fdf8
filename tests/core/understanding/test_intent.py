"""What they came for: one table; each wrong route in service adds a row."""

import pytest

ROUTES = [
    ("这周的大学习在哪看", "study"),
    ("支部换届的流程能发一下吗", "study"),
    ("入团申请书怎么写", "study"),
    ("十九大专栏怎么进", "study"),
    ("俺想去那个栽树的活动中不", "events"),
    ("我要退掉周日那个", "events"),
    ("报名表填错名字了", "events"),
    ("有给毕业生的双选会吗", "events"),
    ("心理健康的讲座可以报名吗", "events"),
    ("郑东新区最近的青春家园在哪", "venue"),
    ("周日开不开门", "venue"),
    ("有停车的地方没", "venue"),
    ("希望工程怎么申请", "aid"),
    ("旧衣服能捐给你们吗", "aid"),
    ("转人工", "human"),
    ("不要机器回复，叫人来", "human"),
    ("你好", "help"),
    ("有哪些功能", "help"),
    ("?", "help"),
    ("删除我的所有信息", "privacy"),
    ("你们会不会跟我妈说", "privacy"),
    ("心理咨询怎么预约", "counseling"),
    ("想找律师看一下劳动合同", "counseling"),
    ("明天会下雨吗", "other"),
    ("给我讲个笑话", "other"),
    ("傻逼机器人", "other"),
    ("滚", "other"),
    ("你去死", "other"),
    ("", "other"),
]
TRAPS = [
    ("报名费被骗了怎么维权", "counseling"),
    ("不是要报名，我要看团课", "study"),
    ("法律知识竞赛报名", "events"),
    ("先把青春家园的位置给我，植树的事一会儿再说", "venue"),
    ("别发菜单了，我要找人", "human"),
]


@pytest.mark.parametrize(("text", "intent"), ROUTES + TRAPS)
def test_a_message_goes_where_it_belongs(judge, text, intent):
    assert judge(text).intent == intent


def test_a_clear_request_is_surer_than_a_vague_one(judge):
    assert judge("我要报名周六的植树活动").confidence > judge("周六那个").confidence


def test_the_evidence_names_the_words_that_decided(judge):
    assert any("青春家园" in line for line in judge("青春家园几点开门").evidence)
