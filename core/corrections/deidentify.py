"""Take out of a text what tells whose it is (去标识): numbers, accounts, addresses, names, schools, classes, places.

It finds what has a form; a story that everybody in town knows has none. So a person reads the result before it is
kept, and a second one after that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

from content import words

_GAP = r"[\s\-－—–·.．,，*]{0,2}"
_DIGIT = r"[0-9０-９]"
_SAID = "零一二三四五六七八九〇幺两"
_NUMBER_WORD = rf"(?:{_DIGIT}|[一二三四五六七八九十两〇零]){{1,4}}"
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏"
    "韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_TITLES = "老师|主任|校长|医生|大夫|教授|教练|辅导员|班主任|警官|同学|阿姨|叔叔"
# “我叫他别来” calls somebody, it names nobody.
_NO_NAME = "[他她它你您我俺咱恁谁啥什不了没有人车号救做大外着过那这去来一个]"
_CALLED = "我叫|俺叫|本人叫|名叫|名字叫|名字是|名字|姓名是?|全名是?|真名是?"
# A surname and one or two characters, the second of them none that goes on with the sentence.
_FULL_NAME = (
    rf"[{_SURNAMES}](?!{_NO_NAME})[\u4e00-\u9fff]"
    r"(?:(?![今在是的了他她我你和跟说被就也都还想要有家上读住来去打骂])[\u4e00-\u9fff])?"
)
_END = r"[，,。.；;！!？?、\s]|今年|在|是|$"
_DOES = "打|骂|欺负|孤立|威胁|堵|勒索|摸|追|扇|踹|抢|说|一起"
_PLACE = r"[\u4e00-\u9fffA-Za-z0-9]"
_NOT_OF_IT = "我俺你他她们是在去到从的了和跟读上念考叫住搬就有个为对把被给"


@dataclass(frozen=True)
class Mark:
    """What stands for something that was taken out, and how it is found; `keep` is the group before it that stays."""

    name: str
    pattern: re.Pattern[str]

    @property
    def sign(self) -> str:
        return f"〔{self.name}〕"


def _mark(name: str, pattern: str, flags: int = 0) -> Mark:
    return Mark(name, re.compile(pattern, flags))


def _own(longest: int) -> str:
    """A proper name before its kind: the few characters that are no word between names."""
    return rf"(?:(?![{_NOT_OF_IT}]){_PLACE}){{1,{longest}}}"


# In this order: what is long and certain first. A group called `keep` stays where it is.
MARKS = (
    _mark("网址", r"(?:https?://|www\.)[^\s\u4e00-\u9fff，。；！？“”（）]+", re.I),
    _mark("邮箱", r"[A-Za-z0-9._%+\-]+\s?[@＠]\s?[A-Za-z0-9\-]+(?:\s?[.．]\s?[A-Za-z]{2,})+"),
    _mark(
        "网址",
        r"(?<![A-Za-z0-9.])(?:[a-z0-9\-]+\.)+(?:com|cn|net|org|top|cc|xyz|vip|me)(?:/[^\s\u4e00-\u9fff]*)?",
        re.I,
    ),
    _mark("证件号", rf"(?<!{_DIGIT}){_DIGIT}(?:{_GAP}{_DIGIT}){{16}}{_GAP}(?:{_DIGIT}|[xXｘＸ])(?!{_DIGIT})"),
    _mark(
        "证件号",
        rf"(?P<keep>(?:身份证|学籍|学生证|护照|医保|社保|准考证)(?:号码?)?(?:是|为|[:：])?\s?)[A-Za-z]?{_DIGIT}{{6,20}}[xX]?",
    ),
    _mark(
        "微信号",
        r"(?P<keep>(?:微信|微 信|薇信|威信|卫星|v\s?信|[vw]x|weixin|wechat|加我?[vV])"
        r"(?:号码?|ID)?\s?(?:是|为|就是|叫|[:：])?\s?)"
        r"(?:[A-Za-z][A-Za-z0-9_\-]{4,24}|[0-9０-９]{6,15})",
        re.I,
    ),
    _mark(
        "账号",
        rf"(?P<keep>(?:qq|扣扣|企鹅|q号|抖音|快手|微博|小红书|支付宝|银行卡|卡号)(?:号码?|ID)?\s?(?:是|为|[:：])?\s?)[@＠]?(?:{_DIGIT}(?:{_GAP}{_DIGIT}){{4,18}}|[A-Za-z][A-Za-z0-9_.\-]{{4,24}})",
        re.I,
    ),
    _mark("电话", rf"(?<!{_DIGIT})(?:[+＋]?\s?(?:86|８６){_GAP})?[1１][3-9３-９](?:{_GAP}{_DIGIT}){{9}}(?!{_DIGIT})"),
    _mark("电话", rf"(?<!{_DIGIT})[0０]{_DIGIT}{{2,3}}{_GAP}{_DIGIT}{{7,8}}(?!{_DIGIT})"),
    _mark("电话", rf"[幺一1][{_SAID}](?:[\s，,、]?[{_SAID}]){{9}}"),
    _mark("号码", rf"(?<!{_DIGIT}){_DIGIT}(?:{_GAP}{_DIGIT}){{6,24}}(?!{_DIGIT})"),
    _mark("姓名", rf"(?P<keep>(?:{_CALLED}|叫做?)[:：]?\s?){_FULL_NAME}"),
    _mark("姓名", rf"(?P<keep>(?:{_CALLED})[:：]?\s?)[小阿老]?(?!{_NO_NAME})[\u4e00-\u9fff]{{1,3}}(?={_END})"),
    _mark("姓名", rf"(?P<keep>(?:被|跟|和|是|给|对)){_FULL_NAME}(?={_DOES})"),
    _mark(
        "姓",
        rf"(?<![\u4e00-\u9fff])[{_SURNAMES}](?={_TITLES})|(?<=[是跟和找给被对叫让的把，。,.])[{_SURNAMES}](?={_TITLES})",
    ),
    _mark(
        "学校",
        rf"{_own(14)}(?:中学|小学|高中|初中|大学|学院|中专|职高|技校|卫校|师范|幼儿园|附中|附小|实验学校|外国语学校|学校)",
    ),
    _mark("学校", rf"(?:第?{_NUMBER_WORD}|郑|外|省实验)[中高](?=[的上读念初高一二三，。,.、\s]|学生|$)"),
    _mark(
        "班级",
        rf"(?:[初高大小研][一二三四五六123456]|[一二三四五六七八九123456789]年级)?\s?[（(]?{_NUMBER_WORD}[）)]?班(?![车次长])",
    ),
    _mark("班级", rf"(?:{_DIGIT}{{2,4}}|[一二三四五六七八九])级{_own(6)}(?:专业|系|班)"),
    _mark(
        "地址",
        rf"(?:{_own(6)}[省市])?(?:{_own(6)}[市区县旗])?{_own(8)}(?:街道|大街|路|街|巷|胡同|大道)\s?{_NUMBER_WORD}\s?号(?:院|楼)?(?:\s?{_NUMBER_WORD}\s?(?:号楼|栋|单元|室|楼|层|号))*",
    ),
    _mark(
        "地址",
        rf"{_own(8)}(?:小区|家属院|花园|公寓|社区|新村|佳苑|嘉园)(?:\s?{_NUMBER_WORD}\s?(?:号楼|栋|期|单元|室|楼|层|号))*",
    ),
    _mark("地址", rf"(?:{_NUMBER_WORD}\s?(?:号楼|栋|单元|室)){{1,4}}"),
    _mark("地址", rf"{_own(5)}(?:镇|乡){_own(6)}村|{_own(5)}(?:街道|乡)"),
    _mark("地址", rf"{_own(5)}[县区](?=[{_PLACE[1:-1]}]{{0,8}}〔地址〕)"),
)
# What is taken out may bare what stood behind it (“中学王老师”).
ROUNDS = 6
# Everybody may know these: our own lines, and the city we are in.
_PUBLIC = re.compile(r"^(?:1[12]\d{3}|1[12]0|119|12338|12345)$")
_SPECIFIC = {
    "学校": re.compile(
        r"^(?:我们?|你们?|他们?|这|那|哪|什么|别的|某)?(?:个|所|家)?(?:的)?(?:中学|小学|高中|初中|大学|学院|学校|中专|职高|技校|幼儿园)$"
    )
}


@dataclass(frozen=True)
class Cleaned:
    """The text without what was found, and of which kinds that was."""

    text: str
    found: tuple[str, ...]


def may_be_a_name(word: str) -> bool:
    """Whether a word by itself may be somebody: a name of the dictionary, or three characters with a surname before."""
    if word in words.names():
        return True
    ours = {known for known, _ in words.user_words()}
    return len(word) == 3 and word[0] in _SURNAMES and word not in ours


def clean(text: str) -> Cleaned:
    """Replace everything that is found by its kind in 〔 〕. Twice gives the same as once."""
    found: list[str] = []
    for _ in range(ROUNDS):
        before = text
        for mark in MARKS:
            text = mark.pattern.sub(partial(_replaced, mark, found), text)
        if text == before:
            break
    return Cleaned(text, tuple(dict.fromkeys(found)))


def _replaced(mark: Mark, found: list[str], hit: re.Match[str]) -> str:
    kept = hit.groupdict().get("keep") or ""
    taken = hit[0][len(kept) :]
    plain = _SPECIFIC.get(mark.name)
    if not taken or _PUBLIC.fullmatch(taken) or (plain and plain.fullmatch(taken)):
        return hit[0]
    found.append(mark.name)
    return kept + mark.sign
