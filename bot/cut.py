"""Cut a reply that is too long for WeChat where it hurts least."""

from __future__ import annotations

import re
import unicodedata

ELLIPSIS = "…"
WINDOW = 200  # bytes before the limit in which we look for a good place
BACK_OFF = 64  # characters; a longer cluster is no emoji but mischief

_BREAK = re.compile(r"\n|[。！？!?；;]+[”’」』）)]*")
_NUMBER = re.compile(r"\d[\d-]{2,}")
_ZWJ = "\u200d"


def cut(text: str, limit: int) -> str:
    """The text in at most `limit` bytes; what was cut off shows as an ellipsis (…)."""
    data = text.encode()
    if len(data) <= limit:
        return text
    room = limit - len(ELLIPSIS.encode())
    hard = len(data[:room].decode(errors="ignore"))
    window = len(data[: max(room - WINDOW, 0)].decode(errors="ignore"))
    at = _good_place(text, window, hard) or _border(text, hard)
    return text[:at].rstrip() + ELLIPSIS


def _good_place(text: str, start: int, end: int) -> int | None:
    """After the last sentence or line that ends in text[start:end], sparing lines with a phone number."""
    places = [_after(found) for found in _BREAK.finditer(text, start, end)]
    places = [at for at in places if start < at <= end and _is_border(text, at) and not _in_link(text, at)]
    spared = [at for at in places if not _splits_number_line(text, at)]
    return max(spared or places, default=None)


def _after(found: re.Match[str]) -> int:
    return found.start() if found[0] == "\n" else found.end()


def _splits_number_line(text: str, at: int) -> bool:
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    end = len(text) if end < 0 else end
    return start < at < end and bool(_NUMBER.search(text, start, end))


def _border(text: str, at: int) -> int:
    """The nearest border between whole characters, numbers, words and links, at or before `at`."""
    if _in_link(text, at):
        link = text.rfind("<a", 0, at)
        if link > at // 2:
            return link
    for place in range(at, max(at - BACK_OFF, 0), -1):
        if _is_border(text, place):
            return place
    return at


def _in_link(text: str, at: int) -> bool:
    return text.rfind("<a", 0, at) > text.rfind("</a>", 0, at)


def _is_border(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at : at + 1]
    if not before or not after:
        return True
    if after == _ZWJ or before == _ZWJ or _joins(after):
        return False
    if _is_flag(before) and _is_flag(after):
        return _flags_before(text, at) % 2 == 0
    return not (_is_solid(before) and _is_solid(after))


def _joins(character: str) -> bool:
    """Whether it belongs to the character before it: accents, variation selectors, skin tones, tags."""
    code = ord(character)
    return unicodedata.category(character)[0] == "M" or 0x1F3FB <= code <= 0x1F3FF or 0xE0020 <= code <= 0xE007F


def _is_flag(character: str) -> bool:
    return 0x1F1E6 <= ord(character) <= 0x1F1FF


def _flags_before(text: str, at: int) -> int:
    count = 0
    while count < at and _is_flag(text[at - 1 - count]):
        count += 1
    return count


def _is_solid(character: str) -> bool:
    """Whether it stands in a number, a word in Latin letters or a bare address, none of which is read by halves."""
    return character.isascii() and character.isprintable() and character not in " <>"
