"""Small answers (槽位) that dialogues ask for: order, yes and no, age, phone."""

import re
import unicodedata

from .normalise import normalise
from .numbers import NUMBER, chinese_number, counted

# By what one thing of several is singled out.
NEAREST, EARLIEST, NEWEST, LATEST = "nearest", "earliest", "newest", "latest"

_THING = "[个项条场号位篇期家节处站]"
_ORDINAL = re.compile(rf"(?:第|选|我?选?第|号|no\.?)?({NUMBER}){_THING}?(?:吧|的|那个|呢)?[.。、!)]?")
# What people say around a choice: 我想看第二个吧, 最后那个怎么报名.
_BEFORE = "(?:那|就|请|帮我|给我|我|俺|想|要|选择?|报名?|参加|去|看一下|看看|看|打开|点开|点|了解|来|一下| )*"
_AFTER = (
    "(?:活动|文章|专栏|栏目|青春家园|课)?(?:怎么报名?|怎么走|怎么去|报名|在哪里?|什么时候|几点|是什么|讲什么|还?有名额吗"
    "|那[个场篇家]|的|吧|呢|啊|呀|吗|好了|就行|谢谢)*[.。、!?)]?"
)
_ORDER = re.compile(rf"{_BEFORE}(?:第({NUMBER})(?:{_THING}|[ 的])?|({NUMBER})号?){_AFTER}")
_FIRST = re.compile(rf"{_BEFORE}(?:(?:头|首)一?|最(?:前|上)[面边]?的?那?)(?:{_THING}|的){_AFTER}")
_FROM_END = re.compile(rf"{_BEFORE}倒数?第({NUMBER}){_THING}?{_AFTER}")
_LAST = re.compile(rf"{_BEFORE}(?:最后|最末|末尾|最底下|最下面|最下边)的?(?:那|一|这)*(?:{_THING}|的){_AFTER}")
_MIDDLE = re.compile(rf"{_BEFORE}中间的?(?:那|一|这)*(?:{_THING}|的){_AFTER}")
MIDDLE = 0
_SUPERLATIVES = {"最近": NEAREST, "最早": EARLIEST, "最快": EARLIEST, "最先": EARLIEST, "最新": NEWEST, "最晚": LATEST}
_SUPERLATIVE = re.compile(
    rf"{_BEFORE}(?:离我(?:家|们)?)?({'|'.join(_SUPERLATIVES)})(?:开始|举行|发)?(?:的|那|一|这)+{_THING}?{_AFTER}"
)
# In the middle of a sentence it must be one thing that is meant: not 最近的活动有哪些, not 最近一个月.
_SUPERLATIVE_IN = re.compile(
    rf"({'|'.join(_SUPERLATIVES)})(?:开始|举行)?的?(?:那|这|一)+(?:个(?!月|星期|礼拜|周|学期)|[场次期])"
    "|(最早|最晚)(?:开始|举行)?的"
)
_YES = re.compile(
    r"(?:好|行|可以|同意|愿意|是|对|嗯+|恩+|要|想|没问题|确定|确认|当然|中|ok|okay|yes|y|1)"
    r"(?:的|啊|呀|吧|了|哦|呢|滴|我?同意|我?愿意|是的)*"
)
_NO = re.compile(
    r"我?(?:不|不是|不要|不用|不行|不可以|不同意|不愿意|不想|没有|没|算了|别|拒绝|否|先不|不了|不中|no|n|2)"
    r"(?:的|啊|呀|吧|了|哦|谢谢|想说|用了|要了|同意|愿意)*"
)
_CANCEL = re.compile(
    r"(?:0|零|取消|退出|返回|不用了|算了|不弄了|不办了|不报了|停|停止|结束|回去|返回(?:主)?菜单|主?菜单"
    r"|先不(?:弄|办|报)?了|我?不想?(?:报名?|填|说|写|弄|办)了|(?:等会儿?|等下|下次|以后)再(?:说|报|填)|quit|exit|cancel)(?:吧|了|谢谢|啊)*"
)
_WHO = (
    "(?:我|俺|本人|今年|现在|年龄|实岁|周岁|孩子|娃|女儿|儿子|闺女|她|他|刚|已经|就|才|满|过|有|是|也|的|:|：|,|，| )*"
)
_AGE = re.compile(rf"{_WHO}({NUMBER}) ?(?:周?岁|了)?(?:半|多|吧|了|啦|哦|啊|呢|零?{NUMBER}个月)*")
# 14岁集体生日, 18岁成人礼 and 16岁以上 are no ages of anybody.
_AGE_IN = re.compile(
    rf"(我|俺|本人)?[今年现在刚已经就满是有也才都了,: ]*(?<![第到至\-~\d])({NUMBER}) ?周?岁"
    r"(?!集体|生日|成人|仪式|以上|以下|以内|以后|之前|的时候|那年|到|至|-|~|\d)"
)
_ENGLISH_AGE = re.compile(r"\b(?:i'?m |i am |aged? )?(\d{1,2}) ?(?:years? old|yrs? old|y\.?o\.?)\b|\bi'?m (\d{1,2})\b")
# Somebody who is nearly fourteen is thirteen; who does not say how old they are has said nothing.
_NOT_YET = re.compile(rf"(?:快要?|马上就?|将近|即将|就要|下个?月)(?:要|就|过|满|到)*({NUMBER})(?:周?岁)?(?:了|生日)*")
_BELOW = re.compile(r"(?:[没不未]|还没|没有)(?:满|到|足|过)|差.{0,6}(?:满|到|就|才|岁)|虚岁|[大小]于|不止|几岁|多大")
_PHONE = re.compile(r"(?<!\d)(?:\+?86)?(1[3-9]\d{9})(?!\d)")


def ordinal(text: str) -> int | None:
    """“第二个”, “2”, “二”, “２” → 2; None when the text is no choice from a list."""
    found = _whole(_ORDINAL, text)
    if found is None:
        return None
    return chinese_number(found[1]) if "第" in found[0] else counted(found[1])


def order(text: str) -> int | None:
    """The place in a list: “我想看第二个” → 2, “最后一个” → -1, “倒数第二个” → -2, “中间那个” → MIDDLE."""
    if (number := ordinal(text)) is not None:
        return number
    if found := _whole(_ORDER, text):
        return chinese_number(found[1]) if found[1] else counted(found[2])
    if found := _whole(_FROM_END, text):
        return -(chinese_number(found[1]) or 0) or None
    if _whole(_LAST, text):
        return -1
    if _whole(_FIRST, text):
        return 1
    return MIDDLE if _whole(_MIDDLE, text) else None


def superlative(text: str) -> str:
    """By what the whole answer singles one thing out: “离我最近的那个” → NEAREST; "" when it does not."""
    found = _whole(_SUPERLATIVE, text)
    return _SUPERLATIVES[found[1]] if found else ""


def superlative_in(text: str) -> str:
    """The same inside a sentence: “最近的那场植树什么时候” → NEAREST; "" when several things may be meant."""
    found = _SUPERLATIVE_IN.search(_plain(text))
    return _SUPERLATIVES[found[1] or found[2]] if found else ""


def is_yes(text: str) -> bool:
    return bool(_whole(_YES, text))


def is_no(text: str) -> bool:
    return bool(_whole(_NO, text))


def is_cancel(text: str) -> bool:
    """They want to leave the dialogue."""
    return bool(_whole(_CANCEL, text))


def age(text: str) -> int | None:
    """A believable age: “我14”, “十四岁”, “今年16了”; whoever is “快14了” is 13; None for 不满14, 16岁以上, 五一."""
    plain = _plain(text)
    if found := _whole(_NOT_YET, text):
        return _believable(counted(found[1]), -1)
    if _BELOW.search(plain):
        return None
    if found := _whole(_AGE, text):
        return _believable(counted(found[1]))
    if found := _ENGLISH_AGE.search(unicodedata.normalize("NFKC", text).lower()):
        return _believable(int(found[1] or found[2]))
    told = [(bool(hit[1]), counted(hit[2])) for hit in _AGE_IN.finditer(plain)]
    own = {years for is_own, years in told if is_own} or {years for _, years in told}
    return _believable(own.pop()) if len(own) == 1 else None


def _believable(years: int | None, more: int = 0) -> int | None:
    return years + more if years is not None and 1 <= years + more <= 100 else None


def phone(text: str) -> str | None:
    """An 11-digit mainland mobile number, with or without blanks and +86."""
    found = _PHONE.search(re.sub(r"(?<=\d)[ \-](?=\d)", "", normalise(text).text))
    return found[1] if found else None


def _plain(text: str) -> str:
    return normalise(text).text


def _whole(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The pattern as the whole answer, marks and blanks aside; long texts are no small answers."""
    plain = _plain(text).strip(" \n,.。!?~、\"'“”()")
    return pattern.fullmatch(plain) if len(plain) <= 20 else None
