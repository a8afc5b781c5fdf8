"""Numbers (数字) in digits or characters: 12, 十二, 两百, 一万二, 三零六."""

import re

DIGITS = {char: n for n, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "幺": 1}
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
NUMBER = r"(?:[零〇一二两俩三四五六七八九十百千万]+|\d{1,9})"
_DIGIT, _UNIT = "".join(DIGITS), "".join(UNITS)
# 十四五 and 三百五六 are guesses, no numbers.
_COUNTED = re.compile(rf"[{_DIGIT}]?(?:[{_UNIT}]+零?[{_DIGIT}]?)+")
# “一百二” is 120 and “一万二” 12000; “十二” is 12.
_SHORT = re.compile(rf"(.*)([百千万])([{_DIGIT}])")


def chinese_number(text: str) -> int | None:
    """二十三 → 23, 一百零五 → 105, 一百二 → 120, 三零六 → 306, 12 → 12."""
    if text.isascii() and text.isdigit():
        return int(text[:9])
    if not text or any(char not in DIGITS and char not in UNITS for char in text):
        return None
    if all(char in DIGITS for char in text):
        return int("".join(str(DIGITS[char]) for char in text)[:9])
    if not _COUNTED.fullmatch(text):
        return None
    if (short := _SHORT.fullmatch(text)) and short[3] not in "零〇":
        head = _added(short[1] + short[2])
        return head + DIGITS[short[3]] * UNITS[short[2]] // 10
    return _added(text)


def counted(text: str) -> int | None:
    """As chinese_number, but a pair of characters without 十 (五一, 六一) is a name and counts nothing."""
    is_name = len(text) == 2 and all(char in DIGITS for char in text)
    return None if is_name else chinese_number(text)


def _added(text: str) -> int:
    total = part = 0
    for char in text:
        if char == "万":
            total, part = (total + part) * 10000, 0
        elif char in UNITS:
            total, part = total + (part or 1) * UNITS[char], 0
        else:
            part = DIGITS[char]
    return total + part
