"""The judgement (判断) of one message: risk first, then what it is about and what they came for."""

from collections.abc import Sequence
from dataclasses import dataclass

from content import lexicon, words
from content.lexicon import GRAVE, RISKS

from . import people
from .crisis import Screen, Screening
from .intent import Router
from .normalise import Normalised, normalise

FRAGMENT = 4  # “不想” then “活了”: pieces this short are read as one


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

    @classmethod
    def load(cls) -> "Understanding":
        words.cutter()
        ready = cls(Screen(lexicon.crisis()), Router(lexicon.intents()))
        ready.judge("bu xiang huo 了，想報名 😭 照聘会")  # touches every table: the first message finds them warm
        return ready

    def judge(self, text: str, earlier: Sequence[str] = ()) -> Judgement:
        """Judge `text`; `earlier` are the texts of the last ten minutes, oldest first."""
        normal = normalise(text)
        seen = self._seen(normal.text, _context(earlier))
        guess = self._router.guess(normal.text)
        counsel = seen.risk != "none"
        third_party = people.is_about_another(normal.text)
        return Judgement(
            risk=seen.risk,
            topic=self._topic(normal.text, seen) if counsel or guess.intent == "counseling" else "",
            intent="counseling" if counsel else guess.intent,
            confidence=0.99 if counsel else guess.confidence,
            third_party=third_party,
            abuse=any(name.startswith("abuse.") for name in seen.cues),
            reasons=(*seen.reasons, *(("第三方",) if counsel and third_party else ())),
            normal=normal,
            telling=self._screen.tells(seen) or self._is_a_piece(normal.text),
            scores=guess.scores,
            evidence=guess.reasons,
        )

    def _seen(self, text: str, context: str) -> Screening:
        """What came before may raise the risk, never lower it: 哈哈 a minute ago makes nothing a joke (S11)."""
        alone = self._screen.judge(text, 0)
        if not context:
            return alone
        return max(alone, self._screen.judge(context + text, len(context)), key=lambda one: RISKS.index(one.risk))

    def _is_a_piece(self, text: str) -> bool:
        return 0 < len(text) <= FRAGMENT and self._screen.may_go_on(text)

    def _topic(self, text: str, seen: Screening) -> str:
        return self._router.topic(text, seen.topics) or ("自伤自杀" if seen.risk in GRAVE else "心理")


def _context(earlier: Sequence[str]) -> str:
    parts = [normalise(text).text for text in earlier]
    return "".join(part if len(part) <= FRAGMENT else part + "\n" for part in parts)
