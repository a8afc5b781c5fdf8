"""Crisis screening: grave messages are heard however they are said, harmless ones are left in peace."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.lexicon import RISKS
from core.understanding.judgement import _context
from core.understanding.normalise import normalise

GRAVE = ("high", "imminent")

IMMINENT = [
    "煤气我已经开了，窗户也关严了",
    "绳子系好了，椅子也搬过来了",
    "我把一整盒都咽了，现在心跳得好快",
    "我在教学楼顶楼，保安还没发现",
    "这是我发的最后一条了，密码写在便签里，别找我",
    "他拿着菜刀在客厅砸东西，我和妹妹躲在衣柜里",
    "我爸喝多了正在打我妈，她头上都是血",
    "我儿子站在阳台外面不肯下来",
    "血流了好多，我有点怕了",
    "刀就在手边，我忍不住了",
    "我把兔子送给楼下阿姨了，房间也收拾好了，就这样吧，再见",
    "考完最后一科就去找外婆了，她走了三年了",
    "写完了，信在抽屉第二层，妈妈看到别哭",
    "jin wan jiu zou le bie zhao wo",
    "想好了，今晚就4",
    "老师，小雅割腕了，我们在宿舍，怎么办",
    "明天你们就见不到我了",
    "栏杆好凉，我坐上来了",
    "我吃了一瓶安眠药",
    "我把药全吃了",
    "我站在楼顶",
    "脚已经在外面了",
    "我坐在桥栏杆上，来之前把门锁好了",
]
HIGH = [
    "不想活了",
    "想死",
    "想亖",
    "好想鼠",
    "紫砂算了",
    "bxhl，真的",
    "wbxhl",
    "4了算了",
    "wo xiang si",
    "俺不想活嘞，恁说活着图啥",
    "我好想睡一觉就再也不起来",
    "活着好累",
    "感觉大家没有我会过得更好",
    "I don't want to be alive anymore",
    "不是开玩笑，我真的想死",
    "我胳膊上全是自己划的，夏天不敢穿短袖",
    "要是我消失了爸妈就不会再吵架了吧",
    "其实去年吞过一次药，最近又开始想了",
    "继父晚上总进我房间，摸我的腿，我不敢跟妈妈说",
    "我妈拿衣架抽我，身上一条一条的",
    "网上认识的哥哥要我发不穿衣服的照片",
    "我同桌手腕上有好多刀印，她让我别告诉老师",
    "我女儿在日记里写不想活了，我该怎么办",
    "“我没想自杀”是骗你们的，我天天都想死",
    "如果我没有撑到毕业，你们还会记得我吗",
    "遗书怎么写",
    "遗书都想好怎么写了",
    "多少片安眠药会死",
    "我割腕了",
    "我又划了",
    "又划了自己",
    "胳膊上又多了几道",
    "我唔想活啦",
    "卜想活了",
    "伐想活了",
    "我不存在就好了",
    "活着没啥意思",
    "是不是我死了他们才会后悔",
    "真的不想再撑了",
    "我离家出走了",
    "我離家出走了",
    "离家出走了没地方去",
    "我被我爸赶出来了，没地方住",
    "他截了我的图威胁我",
    "他手里有我的照片，说要发出去",
    "妈妈用开水烫我",
    "表哥半夜爬我床",
    "有个叔叔给我看他下面",
    "我妈说没生过我",
    "死了都比活着强",
    "他让我转钱不然就群发",
    "我妈发现我手腕上的伤了",
    "被骗拍了视频，现在找我要钱",
]
CONCERN = [
    "室友天天阴阳怪气我",
    "爸妈要离婚了，我该跟谁",
    "工钱拖到现在也没给",
    "没有人愿意跟我一组",
    "每天失眠到四点，白天没精神",
    "没有不想活，就是没意思",
    "😭😭😭",
    "心里堵得慌，不知道跟谁说",
    "刀片",
    "全班都不理我",
    "论文写不出来，不想活了",
    "我不想活了😂",
    "全家的不幸都是因为我",
]
HARMLESS = [
    "我快被作业逼疯了哈哈哈",
    "这鬼天气热死人",
    "跳楼价甩卖",
    "紫砂壶怎么保养",
    "昨天看的电影结尾男主自杀了，太虐",
    "想死你啦，什么时候见面",
    "语文作业要写屈原投江的读后感",
    "手机死机了",
    "不想活动，就想坐着",
    "对面打野杀了我五次",
    "歌词里“我想要离开这个世界”是哪首",
    "预防自杀的讲座在哪报名",
    "打死我也不吃香菜",
    "麻烦帮我取消，我不去了，谢谢你们",
    "谢谢老师，再见",
    "我走了，拜拜",
    "今晚的活动还有名额吗",
    "救命怎么这么好吃",
    "考完就解脱了，有什么活动玩",
    "手被纸划了一下",
    "桥上风景真好，想报名黄河徒步",
    "我妈打我电话没接到，活动改时间了吗",
    "报名费怎么退",
    "鲁迅的遗书怎么赏析",
    "遗书这部剧好看吗",
    "刀片服务器多少钱",
    "划船活动又划了一圈",
    "小说女主离家出走了",
    "我的猫离家出走了",
    "搜 不存在的词呀",
    "这个词不存在",
    "志愿者证怎么办",
    "举报",
    "撤回求助",
    "撤回求助 Z-53SK37",
    "你能帮我做什么",
    "活动在楼顶吗",
    "他摸了摸我的头",
    "你怎么不理我",
    "不要把我的信息发给老师",
    "想死你了😂",
    "新闻里消防员救下一个想轻生的女孩",
    "我想去死海旅游",
    "终于解脱了，考完试",
    "别找我，我在学习",
    "切菜划了手",
    "想砍我哥的价",
    "笑😂死我了",
    "傻逼机器人",
    "滚",
    "你去死",
]


@pytest.mark.parametrize("text", IMMINENT)
def test_danger_now_is_imminent(judge, text):
    assert judge(text).risk == "imminent"


@pytest.mark.parametrize("text", HIGH)
def test_a_wish_to_die_or_ongoing_harm_is_grave(judge, text):
    judgement = judge(text)
    assert judgement.risk in GRAVE
    assert judgement.intent == "counseling"


@pytest.mark.parametrize("text", CONCERN)
def test_distress_without_danger_is_a_concern(judge, text):
    assert judge(text).risk == "concern"


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_message_raises_no_alarm(judge, text):
    assert judge(text).risk == "none"


def test_a_denied_wish_is_heard_softly(judge):
    assert judge("不是想自杀，就是问问").risk == "concern"
    assert judge("放心，我不会自杀的").risk == "concern"


def test_risk_beats_the_errand(judge):
    judgement = judge("帮我把报名取消吧，今晚我就不在了，不想活了")
    assert (judgement.risk, judgement.intent) == ("imminent", "counseling")


@pytest.mark.parametrize("secret", ["割腕", "跳楼", "吞药", "安眠药", "烧炭", "上吊", "煤气", "绳", "刀", "农药"])
def test_reasons_name_no_method(judge, secret):
    said = [f"我想{secret}", f"今晚就{secret}", f"{secret}都准备好了，永别", f"不想活了，{secret}在手里"]
    for text in (*IMMINENT, *HIGH, *said):
        assert not any(secret in reason for reason in judge(text).reasons), text


def test_reasons_are_chinese_a_counselor_reads(judge):
    for text in (*IMMINENT, *HIGH, *CONCERN):
        reasons = judge(text).reasons
        assert reasons
        assert all(re.match(r"[\u4e00-\u9fff]", reason) for reason in reasons)


def test_the_words_said_are_quoted_where_they_show_no_method(judge):
    assert "想结束生命的说法：不想活" in judge("我不想活了").reasons
    assert not any("笑着" in reason and "或者" not in reason for reason in judge("我不想活了").reasons), (
        "nobody laughed"
    )


# --- several messages together -----------------------------------------------------------------------------------


def test_what_was_said_before_raises_what_is_said_now(judge):
    assert judge("今晚").risk == "none"
    assert judge("今晚", ["我想死"]).risk == "imminent"
    assert judge("药都买好了", ["不想活了"]).risk == "imminent"


def test_an_errand_after_a_grave_message_is_an_errand(judge):
    assert judge("周六的植树怎么报名", ["不想活了"]).risk == "none"


def test_a_sentence_typed_in_pieces_is_one_sentence(judge):
    assert judge("活了", ["我", "不想"]).risk in GRAVE


def halves(text: str) -> list[tuple[list[str], str]]:
    """The text sent as two messages, parted at every place; the short ones as three too."""
    two = [([text[:at]], text[at:]) for at in range(1, len(text))]
    return two + [([text[: at // 2], text[at // 2 : at]], text[at:]) for at in range(2, min(len(text), 6))]


def neighbours(texts: list[str]) -> list[tuple[list[str], str]]:
    """Each text after another one, whole."""
    return [([texts[(at * 7 + 3) % len(texts)]], text) for at, text in enumerate(texts)]


def test_only_what_could_not_have_mattered_is_left_unread(understanding):
    """`may_change` spares most second readings; none of those spared would have raised the risk."""
    screen, spared = understanding._screen, 0
    texts = [*IMMINENT, *HIGH, *CONCERN, *HARMLESS, "别当真，我不是开玩笑", "我现在还是会想起曾经难过的自己"]
    for earlier, text in [pair for one in texts for pair in halves(one)] + neighbours(texts):
        context, words = _context(earlier), normalise(text).text
        if context and not screen.may_change(context, words):
            spared += 1
            alone, together = screen.judge(words), screen.judge(context + words, len(context))
            assert RISKS.index(together.risk) <= RISKS.index(alone.risk), (earlier, text)
    assert spared > 300


# --- buried and disguised ----------------------------------------------------------------------------------------

CHATTER = "今天食堂的面条还可以，下午上了两节课，老师讲了很多题目，放学以后我们去操场走了几圈。"


@pytest.mark.parametrize("times", [3, 30, 200])
def test_the_key_sentence_is_found_in_a_long_letter(judge, times):
    assert judge(CHATTER * times + "其实我不想活了。" + CHATTER * times).risk in GRAVE


@pytest.mark.parametrize(
    "text",
    ["不想🐔活了", "我想💗死", "我想自🌸杀", "不 🐔 想 🐔 活了", "不想😂活了", "我想😭死", "割🔪腕", "我💊不想活了"],
)
def test_a_picture_inside_a_word_does_not_hide_it(judge, text):
    assert judge(text).risk in GRAVE


def test_a_picture_hides_nothing_beside_what_was_said_before(judge):
    assert judge("药都🐔买好了", ["不🐔想活了"]).risk == "imminent"
    assert judge("周六的植树🌲怎么报名🐔", ["不🐔想活了"]).risk == "none"


def test_chatter_alone_stays_harmless(judge):
    assert judge(CHATTER * 200).risk == "none"


@settings(max_examples=80, deadline=None)
@given(st.sampled_from([*HIGH[:3], "我真的不想活了", "我想自杀"]), st.data())
def test_invisible_characters_hide_nothing(judge, text, data):
    for _ in range(3):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.sampled_from("\u200b\u200d\u2060\ufeff\u00ad")) + text[at:]
    assert judge(text).risk in GRAVE


@settings(max_examples=60, deadline=None)
@given(*[st.text(alphabet="今天天气很好吃饭了没有的，。", max_size=60)] * 2)
def test_a_wish_to_die_survives_any_neighbours(judge, before, after):
    assert judge(f"{before}。我真的不想活了。{after}").risk in GRAVE


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.lists(st.text(max_size=40), max_size=3))
def test_judging_never_raises(judge, text, earlier):
    judgement = judge(text, earlier)
    assert 0 <= judgement.confidence <= 1
    assert judgement.normal.original == text


# --- who and what ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "is_other"),
    [
        ("我女儿在日记里写不想活了，我该怎么办", True),
        ("我朋友说他在天台，让我别报警", True),
        ("同桌手腕上有好多刀印", True),
        ("我不想活了", False),
        ("同学都打我，我想死", False),
        ("我爸打我，我不想回家", False),
    ],
)
def test_worry_for_another_is_told_from_ones_own(judge, text, is_other):
    assert judge(text).third_party is is_other


@pytest.mark.parametrize(
    ("text", "is_abuse"),
    [
        ("我爸天天打我", True),
        ("老板摸我大腿", True),
        ("他威胁要发我的照片", True),
        ("我不想活了", False),
        ("被中介骗了押金", False),
    ],
)
def test_harm_by_another_chooses_the_text_with_110(judge, text, is_abuse):
    assert judge(text).abuse is is_abuse


@pytest.mark.parametrize("text", ["我想杀了他", "我要弄死他", "我真想捅死我们班主任", "我想杀了我妈"])
def test_a_threat_to_others_is_grave_but_no_victims_text(judge, text):
    judgement = judge(text)
    assert judgement.risk in GRAVE
    assert not judgement.abuse


@pytest.mark.parametrize("text", ["他说要杀了我", "我爸要杀了我妈", "他打我，我想杀了他", "我爸要打死她"])
def test_a_victim_of_threats_gets_the_text_with_110(judge, text):
    judgement = judge(text)
    assert judgement.risk in GRAVE
    assert judgement.abuse


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("我离家出走了", "家庭"),
        ("我不想活了", "自伤自杀"),
        ("老板拖欠工资三个月", "劳动权益"),
        ("叔叔摸我", "性侵害"),
        ("周六植树怎么报名", ""),
    ],
)
def test_the_topic_is_the_setting_they_name(judge, text, topic):
    assert judge(text).topic == topic
