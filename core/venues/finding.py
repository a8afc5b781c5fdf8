"""Find 青春家园 by what somebody said: a district, a name, a road."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from content.rules import fold
from content.venues.venues import DISTRICTS, Venue, Venues
from core.understanding.likeness import sounds

# What people say, besides the name without its last character.
SPOKEN = {
    "郑东": "郑东新区",
    "东区": "郑东新区",
    "管城": "管城回族区",
    "港区": "航空港区",
    "经开": "经开区",
    "高新": "高新区",
    "管城区": "管城回族区",
    "荣阳": "荥阳市",
    "莹阳": "荥阳市",
    "萦阳": "荥阳市",
    "中谋县": "中牟县",
    "登丰": "登封市",
}
NAMES = {name: name for name in DISTRICTS} | {name[:-1]: name for name in DISTRICTS if len(name) > 2} | SPOKEN
# Words that hold the name of a district and mean something else.
_ELSEWHERE = re.compile(
    "(?:去|逛|一起|出门|要|想|敢|不)上街(?!区)|上街(?:去|买|吃|玩|逛|游|走|溜达|闲)|中原(?:大学|银行|油田|工学院|大地|地区|经济)"
    "|高新(?:技术|企业|科技)|二七(?:精神|大罢工)|中牟(?:大蒜|西瓜)|信阳"
)
# What is left of a message after these is the name of a place.
ASKING = re.compile(
    "青春家园|青年之家|青春驿站|在哪里|在哪儿|在哪|哪里|哪儿|附近|有没有|有吗|怎么走|咋走|怎么去|地址|位置|我在|我想|我要|"
    "请问|你好|离|最近|找|去|的|有|吗|呢|那边|这边|一个|哪个|几点|开门|关门|站"
)


def district_in(text: str) -> str | None:
    """The district that the words name; the longest name wins (郑东新区 before 东区)."""
    plain = _ELSEWHERE.sub("", text)
    said = [name for name in NAMES if name in plain]
    return NAMES[max(said, key=len)] if said else _misheard(plain)


def _misheard(text: str) -> str | None:
    """A district by its sound (会济区, 二期区), where its last character at least is written as it should be."""
    if not any(char in text for char in "区县市"):
        return None
    heard = sounds(text)
    for name, named in _heard_names():
        for at in range(len(text) - len(name) + 1):
            if heard[at : at + len(name)] == named and text[at + len(name) - 1] == name[-1]:
                return NAMES[name]
    return None


@cache
def _heard_names() -> list[tuple[str, tuple[str, ...]]]:
    return [(name, sounds(name)) for name in NAMES if len(name) > 2 and name[-1] in "区县市"]


def by_name(venues: Venues, text: str) -> list[Venue]:
    """Venues that the words name: by their name, or by the road in the address."""
    said = fold(ASKING.sub("", text))
    for district in sorted(NAMES, key=len, reverse=True):
        # “金水区花园路” means a road; the district alone is another question.
        said = said.replace(district, "", 1) if said != district else ""
    if len(said) < 2:
        return []
    found = [one for one, name, address in _folded(venues) if said in name or said in address or name in said]
    within = district_in(text)
    return [one for one in found if one.district == within] or found


def listed(venues: Venues, district: str | None, words: str) -> Sequence[Venue]:
    """Those of this district (all, when there is no such district) that hold the words."""
    within = venues.in_district(district) if district and district in venues.districts else tuple(venues)
    said = fold(words)
    if not said:
        return within
    named = district_in(said)
    return [one for one in within if said in _words_of(one) or (named == one.district and len(said) <= len(named))]


def by_ids(venues: Venues, ids: Sequence[str]) -> list[Venue]:
    """The venues of these ids, in this order."""
    known = {one.id: one for one in venues}
    return [known[one] for one in ids if one in known]


@cache
def _folded(venues: Venues) -> list[tuple[Venue, str, str]]:
    """Each with its name and its address as they are compared."""
    return [(one, fold(one.name).removeprefix("青春家园").removesuffix("站"), fold(one.address)) for one in venues]


@cache
def _words_of(venue: Venue) -> str:
    return fold("".join((venue.name, venue.district, venue.address, *venue.facilities)))
