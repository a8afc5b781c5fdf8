"""Crisis screening (危机筛查): cues found in the text, composed by reviewed rules to a risk a counselor can follow."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from content.lexicon import RISKS, Crisis, Rule

from .matcher import Border, Match, Matcher, Pieces

WINDOW, STEP = 400, 300  # a buried sentence is judged with its neighbours, not with the whole text
NEAR, FEW = 25, 6  # how far words of time reach, and how long they are
MOST_REASONS = 6
MOST_SAME = 6  # of one cue in one window: a text that repeats itself proves nothing more and must not cost more

_DENIAL = re.compile(
    r"(?<![是能会要该么])(?:没有?|没人|不是|不会|并不|从不|不要|不能|不至于|不可能|未曾|绝不|别|不)"
    r"(?:我|真的?|是|说|因为|打算|准备|考虑|想着?|过|要|会|去|再|觉得|做|搞|什么|有|在|很|太|多|那么|特别)*$"
)
_PAST = re.compile(
    r"以前(?!的)|曾经|(?<![来走睡去死跳])之前(?!的)|从前|去年|前年|小时候|那时候?|当时|当初|上学期|那年|年前"
    r"|(?:小学|初[一二三中]|高[一二三中])(?:的时候|时|那年|那会)"
)
_PRESENT = re.compile(
    r"现在|最近|这几天|今天|今晚|又|还是|还在|仍|复发|回来了|一直|至今|到现在|天天|每天|越来越|这段|开始"
)
_EMOJI = re.compile(
    "(?: ?(?:[\u2190-\u2bff\U0001f000-\U0001faff]|表情泪))+ ?"
)  # pictures, and the word for weeping ones
_BOUNDARY = re.compile(r"[，,。；;！!？?\n]")


@dataclass(frozen=True)
class Screening:
    """What the rules say, and what they saw."""

    risk: str
    reasons: tuple[str, ...]
    cues: frozenset[str]
    topics: frozenset[str]


NOTHING = Screening("none", (), frozenset(), frozenset())


class Screen:
    """Built once from the reviewed data; every call is a pure function of its text."""

    def __init__(self, data: Crisis) -> None:
        self._matcher = Matcher(data.cues)
        self._never_quoted = data.never_quoted
        self._rules = sorted(data.rules, key=lambda rule: -RISKS.index(rule.risk))
        self._by_first = _by_first(self._rules)
        self._raising = frozenset(name for rule in self._rules for part in rule.all for name in part)
        plain = {name.rpartition(":")[2] for name in self._raising}
        self._pieces = Pieces(cue for cue in data.cues if cue.name in plain)
        self._border = Border(data.cues)

    def judge(self, text: str, fresh_from: int = 0) -> Screening:
        """Risk of the text; what lies before `fresh_from` was said earlier and only adds to what is said now."""
        seen, bare = self._scan(text, fresh_from), _EMOJI.sub("", text)
        if bare == text:
            return seen
        return _together([seen, self._scan(bare, len(_EMOJI.sub("", text[:fresh_from])))])

    def tells(self, seen: Screening) -> bool:
        """Whether what was seen can raise the risk of what is said next."""
        return not self._raising.isdisjoint(seen.cues)

    def may_change(self, context: str, text: str) -> bool:
        """Whether `context`, said before, may raise the risk of `text`; False is certain, True only possible.

        It can when a cue that raises is in it, when anything begins in it and ends in the text (“不是” and “开玩笑”),
        when it denies or dates what follows, and when pictures part the words.
        """
        if self._pieces.are_in(context) or self._border.is_crossed(context, text):
            return True
        dated = _PRESENT.search(context[-NEAR:] + text[:FEW])
        is_dated = dated is not None and dated.start() < min(NEAR, len(context))
        return is_dated or any(sign.search(part) for sign, part in ((_DENIAL, context), (_EMOJI, context + text)))

    def may_go_on(self, text: str) -> bool:
        """Whether these few characters may be a piece of something that the next message ends."""
        return self._pieces.may_go_on(text)

    def _scan(self, text: str, fresh_from: int) -> Screening:
        starts = range(0, max(1, len(text) - WINDOW + STEP), STEP)
        views = [self._look(text[at : at + WINDOW], fresh_from - at) for at in starts if at + WINDOW > fresh_from]
        return _together(views)

    def _look(self, text: str, fresh_from: int) -> Screening:
        matches = self._matcher.find(text)
        if not matches:
            return NOTHING
        found = [_in_its_light(match, text) for match in matches]
        places = _by_cue(found, fresh_from)
        # Most messages hold no cue at all, and a rule whose first part was not said cannot be true.
        asked = sorted({number for name in places for number in self._by_first.get(name, ())})
        fired = [(self._rules[at], proof) for at in asked if (proof := _proof(self._rules[at], places, fresh_from))]
        risk = fired[0][0].risk if fired else "none"
        fresh = frozenset(match.cue.name for match in found if match.end > fresh_from)
        topics = frozenset(match.cue.topic for _, proof in fired for match in proof if match.cue.topic)
        return Screening(risk, tuple(self._reason(rule, proof) for rule, proof in fired), fresh, topics)

    def _reason(self, rule: Rule, proof: tuple[Match, ...]) -> str:
        """Words are quoted only from cues marked so, and never a means or a place."""
        spoken = (match.words for match in proof if match.cue.quote)
        quoted = next((words for words in spoken if not any(word in words for word in self._never_quoted)), "")
        return f"{rule.reason}：{quoted.strip(' ,。')}" if quoted else rule.reason


def _by_first(rules: Sequence[Rule]) -> dict[str, list[int]]:
    """Which rules begin with a cue, gravest first."""
    found: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        for name in rule.all[0]:
            found.setdefault(name, []).append(number)
    return found


def _together(views: Sequence[Screening]) -> Screening:
    """The gravest view decides; what each of them saw is kept."""
    if len(views) == 1:
        return replace(views[0], reasons=tuple(dict.fromkeys(views[0].reasons))[:MOST_REASONS])
    risk = max((view.risk for view in views), key=RISKS.index)
    reasons = dict.fromkeys(reason for view in views for reason in view.reasons)
    cues = frozenset().union(*(view.cues for view in views))
    topics = frozenset().union(*(view.topics for view in views))
    return Screening(risk, tuple(reasons)[:MOST_REASONS], cues, topics)


def _by_cue(found: list[Match], fresh_from: int) -> dict[str, list[Match]]:
    """Matches of each cue, those said now first, no more than prove anything."""
    places: dict[str, list[Match]] = {}
    for match in sorted(found, key=lambda match: match.end <= fresh_from):
        same = places.setdefault(match.cue.name, [])
        if len(same) < MOST_SAME or (len(same) < 2 * MOST_SAME and all(match.words != other.words for other in same)):
            same.append(match)
    return places


def _in_its_light(match: Match, text: str) -> Match:
    """A denied or a past cue is another cue: “没想过自杀”, “小时候有过”."""
    if not match.cue.deniable:
        return match
    before = text[max(0, match.start - 12) : match.start]
    clause = _BOUNDARY.split(before)[-1]
    if _DENIAL.search(clause) and not match.words.startswith(("不", "没")):
        return _renamed(match, "denied")
    if match.words.startswith(("不", "没")) and re.search(r"(?:没有|不是|并非|没说|也没)$", clause):
        return _renamed(match, "denied")
    near = text[max(0, match.start - NEAR) : match.end + NEAR]
    if _PAST.search(near) and not _PRESENT.search(near):
        return _renamed(match, "past")
    return match


def _renamed(match: Match, light: str) -> Match:
    return replace(match, cue=replace(match.cue, name=f"{light}:{match.cue.name}"))


def _proof(rule: Rule, places: dict[str, list[Match]], fresh_from: int) -> tuple[Match, ...]:
    """The matches that make the rule true: one per part, near each other, at least one of them said now."""
    for first in _of(rule.all[0], places):
        chosen = [first]
        for part in rule.all[1:]:
            partner = next((m for m in _of(part, places) if _adds(m, chosen) and _are_near(first, m, rule.near)), None)
            if partner is None:
                break
            chosen.append(partner)
        else:
            is_fresh = any(match.end > fresh_from for match in chosen)
            if is_fresh and not any(_are_near(first, other, rule.near) for other in _of(rule.unless, places)):
                return tuple(chosen)
    return ()


def _of(names: Iterable[str], places: dict[str, list[Match]]) -> Sequence[Match]:
    return [match for name in names for match in places.get(name, ())]


def _are_near(one: Match, other: Match, near: int) -> bool:
    return max(one.start, other.start) - min(one.end, other.end) <= near


def _adds(match: Match, chosen: list[Match]) -> bool:
    """The same sign, or a sign inside its own like, proves nothing twice."""
    return all(
        match.words != other.words and (match.cue.name != other.cue.name or _are_apart(match, other))
        for other in chosen
    )


def _are_apart(one: Match, other: Match) -> bool:
    return one.end <= other.start or other.end <= one.start
