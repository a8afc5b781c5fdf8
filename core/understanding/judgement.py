"""The judgement (判断) of one message: risk first, then what it is about and what they came for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from content import lexicon, words
from content.lexicon import GRAVE, INTENTS, RISKS

from . import people, weighing
from .crisis import Screen, Screening
from .intent import Guess, Router
from .model import Model, Reading
from .normalise import Normalised, normalise

FRAGMENT = 4  # “不想” then “活了”: pieces this short are read as one
# Most messages are words that many people send (菜单, 谢谢, 有什么活动). As in normalise.py: only words, never whose.
REMEMBERED = 2048
MOST_TOGETHER = 4  # of the messages before, read as one with this
TOLD_TOGETHER = "和前几分钟的话连起来看"


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
    scores: tuple[tuple[str, float], ...] = ()  # what the phrases found say, best first
    evidence: tuple[str, ...] = ()
    chances: tuple[tuple[str, float], ...] = ()  # how likely each intent is, by phrases and model, best first
    reading: Reading | None = None  # None: judged by the rules alone

    @property
    def asked_for(self) -> str:
        """The intent by the phrases found alone; counseling where there is a risk."""
        return self.scores[0][0] if self.risk == "none" and self.scores else self.intent


class Understanding:
    """All lexica and tables, loaded once at boot; `judge` does no I/O."""

    def __init__(self, screen: Screen, router: Router, model: Model | None = None) -> None:
        self._screen = screen
        self._router = router
        self._model = model
        self._alone = lru_cache(REMEMBERED)(self._judge)

    @classmethod
    def load(cls, with_model: bool = True) -> "Understanding":
        """Without the model the rules judge alone, as when it is trained."""
        words.cutter()
        model = Model.load() if with_model else None
        ready = cls(Screen(lexicon.crisis()), Router(lexicon.intents()), model)
        ready.judge("bu xiang huo 了，想報名 😭 照聘会")  # touches every table: the first message finds them warm
        return ready

    def judge(self, text: str, earlier: Sequence[str] = ()) -> Judgement:
        """Judge `text`; `earlier` are the texts of the last ten minutes, oldest first.

        What came before may raise the risk, never lower it: 哈哈 a minute ago makes nothing a joke (S11).
        """
        alone = self._alone(text)
        context = _context(earlier)
        if not context:
            return alone
        judged = self._in_context(alone, context)
        return judged if judged.risk in GRAVE else self._read_together(judged, earlier)

    def afresh(self, text: str) -> Judgement:
        """As `judge` without what is remembered of earlier texts: to measure."""
        return self._judge(text)

    def _in_context(self, alone: Judgement, context: str) -> Judgement:
        if not self._screen.may_change(context, alone.normal.text):
            return alone
        together = self._screen.judge(context + alone.normal.text, len(context))
        is_graver = RISKS.index(together.risk) > RISKS.index(alone.risk)
        return self._told(alone, together) if is_graver else alone

    def _read_together(self, judged: Judgement, earlier: Sequence[str]) -> Judgement:
        """Several messages that are each not enough may be so as one; what is plainly harmless adds nothing to them."""
        if self._model is None or judged.reading is None or judged.reading.risks[0] >= weighing.CALM:
            return judged
        before = [self._alone(text) for text in earlier[-MOST_TOGETHER:]]
        if not any(one.reading and weighing.is_grey(one.reading) for one in before):
            return judged
        whole = "\n".join([*(one.normal.text for one in before), judged.normal.text])
        reading = self._model.read(normalise(whole))
        if reading.grave < weighing.TOGETHER:
            return judged
        risk = "imminent" if weighing.is_now(reading) else "high"
        reasons = (*judged.reasons, weighing.reason(risk, judged.risk, reading), TOLD_TOGETHER)
        return self._as_trouble(judged, risk, reasons, frozenset())

    def _judge(self, text: str) -> Judgement:
        normal = normalise(text)
        guess = self._router.guess(normal.text)
        reading = self._model.read(normal) if self._model else None
        chances = self._chances(guess, reading)
        intent, confidence = chances[0] if chances else (guess.intent, guess.confidence)
        calm = Judgement(
            risk="none",
            topic=self._router.topic(normal.text) or "心理" if intent == "counseling" else "",
            intent=intent,
            confidence=confidence,
            third_party=people.is_about_another(normal.text),
            abuse=False,
            reasons=(),
            normal=normal,
            scores=guess.scores,
            evidence=guess.reasons,
            chances=chances,
            reading=reading,
        )
        return self._weighed(self._told(calm, self._screen.judge(normal.text, 0)), calm)

    def _chances(self, guess: Guess, reading: Reading | None) -> tuple[tuple[str, float], ...]:
        if self._model is None or reading is None:
            return ()
        scores = dict(guess.scores)
        shares = self._model.blend(reading, [scores.get(name, 0.0) for name in INTENTS])
        ranked = sorted(zip(INTENTS, shares, strict=True), key=lambda one: -one[1])
        return tuple((name, round(share, 3)) for name, share in ranked)

    def _weighed(self, by_rules: Judgement, calm: Judgement) -> Judgement:
        """The rules' judgement with what the model reads in the message."""
        if by_rules.reading is None:
            return by_rules
        reading, telling = by_rules.reading, by_rules.telling or weighing.is_grey(by_rules.reading)
        risk = weighing.weigh(by_rules.risk, reading, len(by_rules.normal.text))
        if risk == by_rules.risk:
            return replace(by_rules, telling=telling)
        if risk == "none":
            return replace(calm, telling=telling, abuse=by_rules.abuse)
        reasons = (*by_rules.reasons, weighing.reason(risk, by_rules.risk, reading))
        return replace(self._as_trouble(by_rules, risk, reasons, frozenset()), telling=telling)

    def _told(self, judged: Judgement, seen: Screening) -> Judgement:
        """The judgement with what the screening saw."""
        telling = self._screen.tells(seen) or self._is_a_piece(judged.normal.text)
        abuse = any(name.startswith("abuse.") for name in seen.cues)
        if seen.risk == "none":
            return replace(judged, telling=telling, abuse=abuse, reasons=seen.reasons)
        judged = replace(judged, abuse=abuse, telling=telling)
        return self._as_trouble(judged, seen.risk, seen.reasons, seen.topics)

    def _as_trouble(self, judged: Judgement, risk: str, reasons: tuple[str, ...], topics: frozenset[str]) -> Judgement:
        third_party = ("第三方",) if judged.third_party and "第三方" not in reasons else ()
        topic = self._router.topic(judged.normal.text, topics) or ("自伤自杀" if risk in GRAVE else "心理")
        return replace(
            judged, risk=risk, topic=topic, intent="counseling", confidence=0.99, reasons=(*reasons, *third_party)
        )

    def _is_a_piece(self, text: str) -> bool:
        return 0 < len(text) <= FRAGMENT and self._screen.may_go_on(text)


def _context(earlier: Sequence[str]) -> str:
    parts = [normalise(text).text for text in earlier]
    return "".join(part if len(part) <= FRAGMENT else part + "\n" for part in parts)
