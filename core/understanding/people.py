"""Whom a message is about (第三方): the writer, or someone they worry for."""

import re

_OTHERS = re.compile(
    r"(?:我们?(?:的|家|班|宿舍|学校|邻居家?|村)?(?:里|有)?(?:个|一个|那个)?)?"
    r"(?:同学|朋友|闺蜜|室友|舍友|同桌|网友|女儿|儿子|闺女|孩子|小孩|娃|妹妹|弟弟|妹|弟|侄女|侄子|外甥女?|表妹|表弟|学生|班长"
    r"|女生|男生|女孩|男孩|对象|男朋友|女朋友|老公|老婆|学妹|学弟|兄弟|姐妹|邻居|同事|群友|徒弟|奶奶|爷爷|姥姥|我妈|我爸|我姐|我哥)"
)
_SELF = re.compile(r"我(?:真的|好|也|就|都|又|现在|已经|每天|天天|总|老是|一直|有点|快|再也|自己)*(?:想死|不想活|想自杀|活不|撑不|想消失|想离开|想结束|要走了|害怕|好累|难受|被)|(?:打|骂|欺负|摸|威胁|逼|堵|跟踪|勒索|孤立|掐|踹|扇|恨|烦)(?:了|着|过)?我")
_SPEECH = re.compile(r"(?:他|她|孩子|女儿|儿子|闺女|朋友|同学|室友|闺蜜|学生|妹妹|弟弟)(?:刚|昨天|今天|总|老|一直|经常|天天|跟我|对我|给我|发|又)*(?:说|写|发|想|要|不|把|拿|割|吃|被|在|吞|站)")


def is_about_another(text: str) -> bool:
    """True when somebody else is named and the trouble is theirs; the one who hurts the writer is not a third party."""
    if not _OTHERS.search(text) and not _SPEECH.search(text):
        return False
    return not _SELF.search(text)
