"""Whom a message is about (第三方): the writer, or someone they worry for."""

import re

_CARED_FOR = (
    "同学|朋友|闺蜜|室友|舍友|同桌|网友|女儿|儿子|闺女|孩子|小孩|娃|妹妹|弟弟|妹|弟|侄女|侄子|外甥女|外甥|表妹|表弟|堂妹|堂弟|孙子|孙女"
    "|学生|班长|女生|男生|女孩|男孩|学妹|学弟|兄弟|哥们|姐妹|发小|群友|徒弟|有个人|有人"
)
_KIN = "妈|爸|姐|哥|奶|爷|姥|舅|叔|姨|姑|爹|娘|继父|后妈|老公|老婆|男友|女友|男朋友|女朋友|对象|前男友|前女友|父母|家"
# What someone says who worries: “我该怎么办”, “我劝不住”, “我是班长”.
_WORRY = (
    "该怎么|怎么|该|好怕|很怕|怕|有点怕|有点害怕|害怕|好害怕|担心|很担心|拉不|拦不|劝|问|看见|看到|发现|觉得(?:他|她)|应该|能|要不要|想帮|想救|是(?!想)"
    "|夜里|一步|都不敢|不敢|也不敢|也不知道|不知道|联系|打电话|打她|打他|打了|给他|给她|跟他|跟她|说|当妈|当爸|和他|和她|听|刚|知道|在她|在他|才|们"
)
_OTHER = re.compile(_CARED_FOR)
_AS_KIN = re.compile(rf"我们?(?:的|家|班|宿舍|学校|邻居)*(?:里|有|上|一|个|那)*(?:{_CARED_FOR}|{_KIN}|班|校|宿舍|学校)")
_SELF = re.compile(rf"我(?!{_WORRY})")
_DONE_TO_ME = re.compile(
    r"(?:打|骂|欺负|摸|威胁|逼|堵|跟踪|勒索|孤立|掐|踹|扇|恨|烦|碰|亲|抢|锁|关|拍|泼|找|等)(?:了|着|过|得)?我"
)
# What they said, and that they said it to the writer, is not about the writer.
_SPOKEN = re.compile(
    r"[“\"][^”\"]*[”\"]|(?:跟|对|给|和|问|让|求|告诉)我|我(?:女儿|儿子)?(?:，|,)|我人在|我(?:1[0-9]|十[一二三四五六七八九])"
)
_BY_THEM = re.compile(rf"(?:被|跟|和|同|给|对|向|让)(?:{_CARED_FOR})(?!说他|说她)")


def is_about_another(text: str) -> bool:
    """True when somebody else is named and the trouble is theirs; who hurts the writer is no third party."""
    without = _AS_KIN.sub(lambda hit: hit[0].replace("我", "某"), _SPOKEN.sub("", text))
    if not _OTHER.search(_BY_THEM.sub("", without)):
        return False
    return not _SELF.search(without) and not _DONE_TO_ME.search(without)
