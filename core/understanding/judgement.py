"""The judgement (判断) of one message: risk first, then what it is about and what they came for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from content import lexicon, words
from content.lexicon import GRAVE, RISKS

from . import people
from .crisis import Screen, Screening
from .intent import Router
from .normalise import Normalised, normalise

FRAGMENT = 4  # “不想” then “活了”: pieces this short are read as one
# Most messages are words that many people send (菜单, 谢谢, 有什么活动). As in normalise.py: only words, never whose.
REMEMBERED = 2048


@dataclass(frozen=True)
class Judgement:
    """Everything later stages may ask; reasons are for counselors and name categories, never a method."""

    risk: str
    topic: str
    intent: str
    confidence: float
    third_party: bool
    abuse: bool
    reasons: tuple[str, ...]
    normal: Normalised
    telling: bool = True  # whether these words can change how the next ones are judged
    scores: tuple[tuple[str, float], ...] = ()
    evidence: tuple[str, ...] = ()


class Understanding:
    """All lexica and tables, loaded once at boot; `judge` does no I/O."""

    def __init__(self, screen: Screen, router: Router) -> None:
        self._screen = screen
        self._router = router
        self._alone = lru_cache(REMEMBERED)(self._judge)

    @classmethod
    def load(cls) -> "Understanding":
        words.cutter()
        ready = cls(Screen(lexicon.crisis()), Router(lexicon.intents()))
        ready.judge("bu xiang huo 了，想報名 😭 照聘会")  # touches every table: the first message finds them warm
        return ready

    def judge(self, text: str, earlier: Sequence[str] = ()) -> Judgement:
        """Judge `text`; `earlier` are the texts of the last ten minutes, oldest first.

        What came before may raise the risk, never lower it: 哈哈 a minute ago makes nothing a joke (S11).
        """
        alone = self._alone(text)
        context = _context(earlier)
        if not context or not self._screen.may_change(context, alone.normal.text):
            return alone
        together = self._screen.judge(context + alone.normal.text, len(context))
        is_graver = RISKS.index(together.risk) > RISKS.index(alone.risk)
        return self._told(alone, together) if is_graver else alone

    def _judge(self, text: str) -> Judgement:
        normal = normalise(text)
        guess = self._router.guess(normal.text)
        calm = Judgement(
            risk="none",
            topic=self._router.topic(normal.text) or "心理" if guess.intent == "counseling" else "",
            intent=guess.intent,
            confidence=guess.confidence,
            third_party=people.is_about_another(normal.text),
            abuse=False,
            reasons=(),
            normal=normal,
            scores=guess.scores,
            evidence=guess.reasons,
        )
        return self._told(calm, self._screen.judge(normal.text, 0))

    def _told(self, judged: Judgement, seen: Screening) -> Judgement:
        """The judgement with what the screening saw."""
        telling = self._screen.tells(seen) or self._is_a_piece(judged.normal.text)
        abuse = any(name.startswith("abuse.") for name in seen.cues)
        if seen.risk == "none":
            return replace(judged, telling=telling, abuse=abuse, reasons=seen.reasons)
        third_party = ("第三方",) if judged.third_party else ()
        return replace(
            judged,
            risk=seen.risk,
            topic=self._topic(judged.normal.text, seen),
            intent="counseling",
            confidence=0.99,
            abuse=abuse,
            reasons=(*seen.reasons, *third_party),
            telling=telling,
        )

    def _is_a_piece(self, text: str) -> bool:
        return 0 < len(text) <= FRAGMENT and self._screen.may_go_on(text)

    def _topic(self, text: str, seen: Screening) -> str:
        return self._router.topic(text, seen.topics) or ("自伤自杀" if seen.risk in GRAVE else "心理")


def _context(earlier: Sequence[str]) -> str:
    parts = [normalise(text).text for text in earlier]
    return "".join(part if len(part) <= FRAGMENT else part + "\n" for part in parts)
