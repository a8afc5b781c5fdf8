"""Days (日期) as people name them: 明天, 这周六, 下个月3号, 月底, 周五到周日, 国庆, 暑假."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from .normalise import normalise
from .numbers import NUMBER, chinese_number

_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Days:
    """One day, or several in a row; both ends belong to it."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    @property
    def is_one(self) -> bool:
        """Whether it is a single day."""
        return self.first == self.last


def days(text: str, today: date) -> Days | None:
    """The days meant; two that are named together (周五到周日, 周六和周日) and all between them."""
    found = [(hit, _read(hit, today)) for hit in _MENTION.finditer(normalise(text).text)]
    mentions = [(hit, span) for hit, span in found if span is not None]
    if not mentions:
        return None
    hit, span = mentions[0]
    for following, more in mentions[1:]:
        if not _TOGETHER.fullmatch(hit.string[hit.end() : following.start()]) or more.last < span.first:
            break
        hit, span = following, Days(span.first, max(span.last, more.last))
    return span


def when(text: str, today: date) -> date | None:
    """The one day meant: 明天, 这周六, 下周日, 3月12日, 下个月3号; None also where several are."""
    span = days(text, today)
    return span.first if span and span.is_one else None


# --- how days are named -----------------------------------------------------------------------------------------

_TOGETHER = re.compile(r"\s*(?:到|至|和|跟|或者?|或|、|-|~|—|,|还是)?\s*")
_SOON = {
    "大后天": (3, 3), "后天": (2, 2), "明后两天": (1, 2), "明后天": (1, 2), "今明两天": (0, 1), "明天": (1, 1),
    "明日": (1, 1), "明早": (1, 1), "明晚": (1, 1), "今天": (0, 0), "今日": (0, 0), "今晚": (0, 0), "这两天": (0, 2),
    "这几天": (0, 4),
    "最近几天": (0, 4), "近几天": (0, 4), "未来一周": (0, 6), "接下来一周": (0, 6),
}  # fmt: skip
_WEEKDAYS = {name: n for n, names in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天7")) for name in names}
_DIGIT = "零〇一二两三四五六七八九十"
# 五一广场 and 五一路 are places, 二十五一, 第五一 and 五一零 numbers: no holidays.
_NO_PLACE = (
    "(?!广场|路|街|巷|公园|中学|小学|大厦|大楼|村|厂|社区|公社|商场|超市|站|批次"
    "|[0-9零一二三四五六七八九十百千点个号岁元块折])"
)
_NO_NUMBER = r"(?<![\d零一二三四五六七八九十百千第双.])"
# What follows a number of a day that is none: 3号线, 5号楼, 20号教室.
_NO_DAY = "(?![线楼院门口路厅馆桌床店车机仓库地教球选病栋座位包坑井台文电公站字段])"
_PART = "上旬|中旬|下旬|月初|月中|月底|月末|初|中|底|末"
_HOLIDAYS: dict[str, tuple[int, int, int, int]] = {  # names: month, day, days before and after it that belong to it
    "元旦": (1, 1, 0, 2), "雷锋日|雷锋纪念日": (3, 5, 0, 0), "妇女节": (3, 8, 0, 0), "植树节": (3, 12, 0, 0),
    "清明节?": (4, 5, 1, 1), "劳动节|五一": (5, 1, 0, 4), "青年节|五四(?!运动|精神|新文化|宪法|奖章)": (5, 4, 0, 0),
    "儿童节|六一": (6, 1, 0, 0), "建党节|七一(?!勋章|讲话)": (7, 1, 0, 0), "建军节|八一(?!电影|队)": (8, 1, 0, 0),
    "教师节": (9, 10, 0, 0),
    "国庆节?|十一(?=$|[,。!?\\s]|假|长假|期间|黄金周|放假|有|那几天|那天|去|回)": (10, 1, 0, 6),
    "平安夜": (12, 24, 0, 0), "圣诞节?": (12, 25, 0, 0),
}  # fmt: skip
# Weeks that schools choose each year anew, so roughly.
_SEASONS = {"寒假": ((1, 15), (2, 28)), "暑假|暑期": ((7, 1), (8, 31))}
# The first day of the lunar year, 端午 and 中秋; in a year that is missing here those names tell no day.
_LUNAR = {
    2025: ("01-29", "05-31", "10-06"), 2026: ("02-17", "06-19", "09-25"), 2027: ("02-06", "06-09", "09-15"),
    2028: ("01-26", "05-28", "10-03"), 2029: ("02-13", "06-16", "09-22"), 2030: ("02-03", "06-05", "09-12"),
    2031: ("01-23", "06-24", "10-01"), 2032: ("02-11", "06-12", "09-19"), 2033: ("01-31", "06-01", "09-08"),
    2034: ("02-19", "06-20", "09-27"), 2035: ("02-08", "06-10", "09-16"), 2036: ("01-28", "05-30", "10-04"),
    2037: ("02-15", "06-18", "09-24"), 2038: ("02-04", "06-07", "09-13"), 2039: ("01-24", "05-27", "10-02"),
    2040: ("02-12", "06-14", "09-20"),
}  # fmt: skip
_LUNAR_HOLIDAYS = {  # names: which of the three, how many days later, days before and after that belong to it
    "元宵节?|正月十五": (0, 14, 0, 0), "除夕|大年三十": (0, -1, 0, 0), "春节|过年": (0, 0, 1, 7),
    "端午节?": (1, 0, 1, 1), "中秋节?|八月十五": (2, 0, 1, 1),
}  # fmt: skip


def _names(table: dict[str, tuple[int, int, int, int]]) -> str:
    return "|".join(table)


_MENTION = re.compile(
    rf"(?P<soon>{'|'.join(sorted(_SOON, key=len, reverse=True))})"
    rf"|(?P<lunar>{_names(_LUNAR_HOLIDAYS)})(?P<lunar_day>当天|那天)?"
    rf"|{_NO_NUMBER}(?P<holiday>{_names(_HOLIDAYS)}){_NO_PLACE}(?P<holiday_day>当天|那天|当日)?"
    rf"|(?P<season>{'|'.join(_SEASONS)})"
    rf"|(?<![一两二三四五六七八九几半\d])(?P<week>下下|下|这|本|上)?个?(?:周|星期|礼拜)"
    rf"(?:(?P<weekend>六日|末)|(?P<weekday>[一二三四五六日天1-7])(?![次回趟起共直\d]|期间|个))"
    rf"|(?P<whole_week>下下|下|这|本)个?(?:周|星期|礼拜)(?![边围年岁])"
    rf"|(?:(?P<year>\d{{4}})[年/.-])?(?<![\d第.\-/])(?P<month>{NUMBER})月份?(?![天经嫂考饼])"
    rf"(?:(?P<part>{_PART})|(?P<day>{NUMBER})[日号]?(?![个岁元]))?"
    rf"|(?<![\d.\-/])(?:(?P<dotted_year>\d{{4}})[/.-])?(?P<dotted_month>\d{{1,2}})[/.-](?P<dotted_day>\d{{1,2}})"
    rf"(?:日|号)?(?![\d%./-]|小时|个|岁|点|折|元|块|万|分|公里|千米|米|倍|人|级|版|班|年)"
    rf"|(?P<months>下个?|这个?|本|上个?)月(?:(?P<months_part>{_PART})|(?P<months_day>{NUMBER})[日号]{_NO_DAY})?"
    rf"|(?<![{_DIGIT}\d])(?P<bare_part>月初|月中旬?|月底|月末)"
    rf"|(?P<year_end>年底|年末)"
    rf"|(?<![{_DIGIT}\d第.])(?P<only_day>{NUMBER})[号日]{_NO_DAY}"
)


def _read(hit: re.Match[str], today: date) -> Days | None:
    return next((read(hit, today) for name, read in _READERS.items() if hit[name]), None)


def _soon(hit: re.Match[str], today: date) -> Days:
    first, last = _SOON[hit["soon"]]
    return Days(today + first * _A_DAY, today + last * _A_DAY)


def _weekday(hit: re.Match[str], today: date) -> Days:
    day = _monday(hit["week"], today) + _WEEKDAYS[hit["weekday"]] * _A_DAY
    # a bare “周三” said on Friday means the coming one
    return _one(day + 7 * _A_DAY if not hit["week"] and day < today else day)


def _weekend(hit: re.Match[str], today: date) -> Days:
    saturday = _monday(hit["week"], today) + 5 * _A_DAY
    return Days(saturday, saturday + _A_DAY)


def _whole_week(hit: re.Match[str], today: date) -> Days:
    monday = _monday(hit["whole_week"], today)
    return Days(max(monday, today), monday + 6 * _A_DAY)


def _monday(which: str | None, today: date) -> date:
    weeks = {"上": -1, "下": 1, "下下": 2}.get(which or "", 0)
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def _named_month(hit: re.Match[str], today: date) -> Days | None:
    year, month = hit["year"], chinese_number(hit["month"]) or 0
    if hit["day"]:
        return _in_year(year, month, chinese_number(hit["day"]) or 0, today)
    if not 1 <= month <= 12 or year == "0000":
        return None
    part = _part_of_month(int(year) if year else today.year, month, hit["part"] or "")
    return part if year or part.last >= today else _part_of_month(today.year + 1, month, hit["part"] or "")


def _dotted(hit: re.Match[str], today: date) -> Days | None:
    return _in_year(hit["dotted_year"], int(hit["dotted_month"]), int(hit["dotted_day"]), today)


def _in_year(year: str | None, month: int, day: int, today: date) -> Days | None:
    if year:
        return _day(int(year), month, day)
    this_year = _day(today.year, month, day)
    return this_year if this_year is None or this_year.last >= today else _day(today.year + 1, month, day)


def _relative_month(hit: re.Match[str], today: date) -> Days | None:
    year, month = _months_on(today, {"下": 1, "上": -1}.get(hit["months"][0], 0))
    if hit["months_day"]:
        return _day(year, month, chinese_number(hit["months_day"]) or 0)
    part = _part_of_month(year, month, hit["months_part"] or "")
    return Days(max(part.first, today), part.last) if part.first <= today <= part.last else part


def _bare_part(hit: re.Match[str], today: date) -> Days:
    part = _part_of_month(today.year, today.month, hit["bare_part"])
    return part if part.last >= today else _part_of_month(*_months_on(today, 1), hit["bare_part"])


def _only_day(hit: re.Match[str], today: date) -> Days | None:
    day = chinese_number(hit["only_day"]) or 0
    return _day(*_months_on(today, 1 if day < today.day else 0), day)


def _part_of_month(year: int, month: int, part: str) -> Days:
    last = calendar.monthrange(year, month)[1]
    begin, end = _PARTS.get(part.removeprefix("月")[:1], (1, 31))
    return Days(date(year, month, begin), date(year, month, min(end, last)))


_PARTS = {"初": (1, 10), "上": (1, 10), "中": (11, 20), "下": (21, 31), "底": (24, 31), "末": (24, 31)}


def _months_on(today: date, count: int) -> tuple[int, int]:
    months = today.year * 12 + today.month - 1 + count
    return months // 12, months % 12 + 1


def _holiday(hit: re.Match[str], today: date) -> Days | None:
    month, day, before, after = _row(_HOLIDAYS, hit)
    return _coming(lambda year: date(year, month, day), before, after, hit["holiday_day"], today)


def _lunar(hit: re.Match[str], today: date) -> Days | None:
    which, later, before, after = _row(_LUNAR_HOLIDAYS, hit)

    def moment(year: int) -> date | None:
        return date.fromisoformat(f"{year}-{_LUNAR[year][which]}") + later * _A_DAY if year in _LUNAR else None

    return _coming(moment, before, after, hit["lunar_day"], today)


def _row(table: dict[str, tuple[int, int, int, int]], hit: re.Match[str]) -> tuple[int, int, int, int]:
    group = "holiday" if table is _HOLIDAYS else "lunar"
    rest = hit.string[hit.start(group) :]
    return next(row for names, row in table.items() if re.match(f"(?:{names})", rest))


def _coming(
    moment: Callable[[int], date | None], before: int, after: int, only: str | None, today: date
) -> Days | None:
    """The next time: this year's, unless it is over."""
    for year in (today.year, today.year + 1):
        day = moment(year)
        if day is not None and day + after * _A_DAY >= today:
            return _one(day) if only else Days(day - before * _A_DAY, day + after * _A_DAY)
    return None


def _season(hit: re.Match[str], today: date) -> Days | None:
    (month, day), (last_month, last_day) = next(
        span for names, span in _SEASONS.items() if hit["season"] in names.split("|")
    )
    year = today.year + (date(today.year, last_month, last_day) < today)
    return Days(date(year, month, day), date(year, last_month, last_day))


def _year_end(_hit: re.Match[str], today: date) -> Days:
    return Days(max(date(today.year, 12, 1), today), date(today.year, 12, 31))


def _one(day: date) -> Days:
    return Days(day, day)


def _day(year: int, month: int, day: int) -> Days | None:
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    return _one(date(year, month, day))


_READERS: dict[str, Callable[[re.Match[str], date], Days | None]] = {
    "soon": _soon,
    "lunar": _lunar,
    "holiday": _holiday,
    "season": _season,
    "weekend": _weekend,
    "weekday": _weekday,
    "whole_week": _whole_week,
    "month": _named_month,
    "dotted_month": _dotted,
    "months": _relative_month,
    "bare_part": _bare_part,
    "year_end": _year_end,
    "only_day": _only_day,
}
