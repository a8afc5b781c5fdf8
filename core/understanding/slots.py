"""Small answers (槽位) that dialogues ask for: order, yes and no, age, phone, date."""

import calendar
import re
from datetime import date, timedelta

from .normalise import normalise

_DIGITS = {char: n for n, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_NUMBER = r"[零〇一二两俩三四五六七八九十百千万]+|\d{1,9}"
_ORDINAL = re.compile(
    rf"(?:第|选|我?选?第|号|no\.?)?({_NUMBER})(?:个|项|条|场|号|位|篇|期|家)?(?:吧|的|那个|呢)?[.。、!)]?"
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
_AGE = re.compile(rf"(?:今年|我|年龄|满|虚岁|周岁|是)*({_NUMBER})(?:周?岁|了)?(?:半|多|吧|了)*")
_AGE_IN = re.compile(rf"({_NUMBER})周?岁")
_PHONE = re.compile(r"(?<!\d)(?:\+?86)?(1[3-9]\d{9})(?!\d)")
_DAYS = {"今天": 0, "今晚": 0, "今日": 0, "明天": 1, "明晚": 1, "明早": 1, "明日": 1, "后天": 2, "大后天": 3}
_DAY = re.compile("|".join(sorted(_DAYS, key=len, reverse=True)))
_WEEKDAYS = {name: n for n, names in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天末7")) for name in names}
_WEEKDAY = re.compile(r"(下下|下|这|本|上)?(?:个)?(?:周|星期|礼拜)([一二三四五六日天末1-7])")
_FULL = re.compile(rf"(?:(\d{{4}})[年/.-])?({_NUMBER})[月/.-]({_NUMBER})(?:日|号)?")
_IN_MONTH = re.compile(rf"(下个?月|这个?月|本月)?({_NUMBER})[号日](?![线楼院门口路])")


def chinese_number(text: str) -> int | None:
    """二十三 → 23, 一百零五 → 105, 12 → 12."""
    if text.isascii() and text.isdigit():
        return int(text[:9])
    if not text or any(char not in _DIGITS and char not in _UNITS for char in text):
        return None
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text)[:9])
    total = part = 0
    for char in text:
        if char == "万":
            total, part = (total + part) * 10000, 0
        elif char in _UNITS:
            total, part = total + (part or 1) * _UNITS[char], 0
        else:
            part = _DIGITS[char]
    return total + part


def ordinal(text: str) -> int | None:
    """“第二个”, “2”, “二”, “２” → 2; None when the text is no choice from a list."""
    found = _whole(_ORDINAL, text)
    return chinese_number(found[1]) if found else None


def is_yes(text: str) -> bool:
    return bool(_whole(_YES, text))


def is_no(text: str) -> bool:
    return bool(_whole(_NO, text))


def is_cancel(text: str) -> bool:
    """They want to leave the dialogue."""
    return bool(_whole(_CANCEL, text))


def age(text: str) -> int | None:
    """A believable age: “我14”, “十四岁”, “今年16了”."""
    found = _AGE_IN.search(_plain(text)) or _whole(_AGE, text)
    years = chinese_number(found[1]) if found else None
    return years if years is not None and 1 <= years <= 100 else None


def phone(text: str) -> str | None:
    """An 11-digit mainland mobile number, with or without blanks and +86."""
    found = _PHONE.search(re.sub(r"(?<=\d)[ \-](?=\d)", "", normalise(text).text))
    return found[1] if found else None


def when(text: str, today: date) -> date | None:
    """The day meant: 明天, 这周六, 下周日, 3月12日, 下个月3号."""
    plain = normalise(text).text
    if found := _DAY.search(plain):
        return today + timedelta(days=_DAYS[found[0]])
    if found := _WEEKDAY.search(plain):
        return _weekday(found[1] or "", _WEEKDAYS[found[2]], today)
    if found := _FULL.search(plain):
        return _full(found, today)
    if found := _IN_MONTH.search(plain):
        return _in_month(found[1] or "", chinese_number(found[2]) or 0, today)
    return None


def _weekday(which: str, weekday: int, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    weeks = {"上": -1, "下": 1, "下下": 2}.get(which, 0)
    day = monday + timedelta(weeks=weeks, days=weekday)
    # a bare “周三” said on Friday means the coming one
    return day + timedelta(weeks=1) if not which and day < today else day


def _full(found: re.Match[str], today: date) -> date | None:
    month, day = chinese_number(found[2]) or 0, chinese_number(found[3]) or 0
    if found[1]:
        return _date(int(found[1]), month, day)
    this_year = _date(today.year, month, day)
    return this_year if this_year is None or this_year >= today else _date(today.year + 1, month, day)


def _in_month(which: str, day: int, today: date) -> date | None:
    is_next = which.startswith("下") or (not which and day < today.day)
    year, month = (today.year + today.month // 12, today.month % 12 + 1) if is_next else (today.year, today.month)
    return _date(year, month, day)


def _date(year: int, month: int, day: int) -> date | None:
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def _plain(text: str) -> str:
    return normalise(text).text


def _whole(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The pattern as the whole answer, marks and blanks aside; long texts are no small answers."""
    plain = _plain(text).strip(" \n,.。!?~、\"'“”()")
    return pattern.fullmatch(plain) if len(plain) <= 20 else None
