"""Why a message would be answered so (为什么这样回答): rehearsed in a database of its own that is thrown away.

The rehearsal is the real thing, by the same routes and handlers; only it has no other database than an empty one in
memory, no WeChat and no nudge, so nothing of it can be sent or kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from content.actions import ACTIONS
from content.lexicon import GRAVE, RISKS
from core.contacts import contacts, conversations, presence
from core.contacts.conversations import Dialogue
from core.db import Database
from core.errors import DomainError
from core.events import copies
from core.events.models import Event, Signup
from core.interactions import interactions
from core.interactions.replies import as_text, pack
from core.messages import InboundMessage, NoReply, Reply, Text
from core.models import Base
from core.outbox.models import REFERRAL_ALERT, UNHANDLED_CRISIS, Delivery
from core.privacy.models import Erasure
from core.referrals.models import SUGGESTED, WAITING, Referral
from core.resources import Resources
from core.understanding import Judgement
from core.understanding.explanation import BEHIND, NO, PASSED, WON, Answered, Explanation, RuleTried, Said, Stage
from handlers import routing
from handlers.context import Context
from handlers.registry import Registry
from handlers.routing import Decision, Situation

SOMEBODY = "rehearsal"
MOST_EARLIER = 10
REFUSED = "refused"
ALERTS = (REFERRAL_ALERT, UNHANDLED_CRISIS)

LABELS = {
    "crisis": "危机筛查",
    "tapped": "点了给出的选项",
    "conversation": "正在进行的对话",
    "pushed": "菜单、扫码和关注",
    "concern": "情绪支持",
    "both": "一句话里的两件事",
    "keyword": "关键词规则",
    "intent": "意图判断",
    "ask_back": "拿不准时反问",
    "search": "学习专栏里找",
    "by_type": "按消息类型",
    "fallback": "没听懂时的兜底",
}
# What would have been written, in words, and how it is counted.
EFFECTS: dict[str, Select[int]] = {
    "记下一个求助个案，等老师接": select(func.count()).select_from(Referral).where(Referral.state == WAITING),
    "把这个人记进推介，不催人": select(func.count()).select_from(Referral).where(Referral.state == SUGGESTED),
    "给值班老师发求助告警": select(func.count()).select_from(Delivery).where(Delivery.kind.in_(ALERTS)),
    "发一条通知": select(func.count()).select_from(Delivery).where(Delivery.kind.not_in(ALERTS)),
    "记下一次报名或候补": select(func.count()).select_from(Signup),
    "清除这个人的数据": select(func.count()).select_from(Erasure),
}


class Explainer:
    """Boot-loaded words and routes; every call is a rehearsal of its own."""

    def __init__(self, resources: Resources, registry: Registry) -> None:
        self._resources, self._registry = resources, registry

    def explain(self, text: str, earlier: Sequence[Said], now: datetime, events: Sequence[Event] = ()) -> Explanation:
        """Explain `text`, written `now` by somebody who wrote the `earlier` ones before, oldest first."""
        with _stage_of_its_own() as session:
            copies.copy_into(session, events)
            person = _Person(session, self._resources, self._registry)
            before = [person.says(said.text, said.at).answered for said in earlier[-MOST_EARLIER:]]
            counted = _count(session)
            last = person.says(text, now)
            effects = _new(session, counted, last)
        return self._told(last, before, effects)

    def _told(self, last: _Exchange, before: Sequence[Answered], effects: tuple[str, ...]) -> Explanation:
        judged, situation = last.judgement, last.situation
        return Explanation(
            text=last.answered.text,
            normal=judged.normal.text,
            tokens=judged.normal.tokens,
            risk=judged.risk,
            risk_alone=self._resources.understanding.judge(last.answered.text).risk,
            topic=judged.topic,
            intent=judged.intent,
            confidence=judged.confidence,
            scores=judged.chances or judged.scores,
            risk_shares=tuple(zip(RISKS, judged.reading.risks, strict=True)) if judged.reading else (),
            third_party=judged.third_party,
            abuse=judged.abuse,
            reasons=judged.reasons,
            evidence=judged.evidence,
            expecting=situation.expecting,
            stages=tuple(_stages(self._registry, situation, last.decision)),
            rules=tuple(_rules(self._resources, judged)),
            answer=last.answered,
            route_reasons=last.decision.reasons if last.decision else (),
            effects=effects,
            earlier=tuple(before),
            judged_with=last.judged_with,
        )


@contextmanager
def _stage_of_its_own() -> Iterator[Session]:
    database = Database("sqlite:///:memory:")
    try:
        Base.metadata.create_all(database.engine)
        with database.transaction() as session:
            yield session
            session.rollback()
    finally:
        database.close()


# --- the rehearsal --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Exchange:
    """One message of the rehearsal; `decision` is None when the handler said no to it."""

    answered: Answered
    judgement: Judgement
    situation: Situation
    decision: Decision | None
    judged_with: int
    now_expecting: str


class _Person:
    """Somebody who exists for one rehearsal."""

    def __init__(self, session: Session, resources: Resources, registry: Registry) -> None:
        self._session, self._resources, self._registry = session, resources, registry
        self._number = 0

    def says(self, text: str, at: datetime) -> _Exchange:
        """As bot/pipeline.py does it, with the same verbs."""
        self._number += 1
        message = InboundMessage(SOMEBODY, SOMEBODY, int(at.timestamp()), str(self._number), Text(text))
        session = self._session
        interaction = interactions.claim(session, message, at)
        assert interaction is not None, "each message of a rehearsal has a number of its own"
        contact = contacts.meet(session, SOMEBODY, at)
        earlier = interactions.recent_texts(session, contact.id, at)
        presence.note(session, contact, message, at)
        interaction.contact_id, interaction.text = contact.id, text
        session.flush()
        judgement = self._resources.understanding.judge(text, earlier)
        dialogue = Dialogue.of(session, contact, at)
        situation = Situation(message, judgement, dialogue.expecting, self._resources)
        ctx = Context(session, contact, dialogue, judgement, self._resources, at, interaction.id)
        decision, reply = self._answer(message, ctx)
        conversations.save(session, [dialogue])
        interaction.route = decision.name[:60] if decision else REFUSED
        interaction.risk, interaction.intent, interaction.topic = judgement.risk, judgement.intent, judgement.topic
        interaction.telling, interaction.reply_key = judgement.telling, reply.key
        session.flush()
        answered = Answered(text, at, interaction.route, reply.key, _words(reply, at))
        return _Exchange(answered, judgement, situation, decision, len(earlier), dialogue.expecting)

    def _answer(self, message: InboundMessage, ctx: Context) -> tuple[Decision | None, Reply]:
        savepoint = self._session.begin_nested()
        try:
            decision, reply = routing.answer(self._registry, message, ctx)
        except DomainError as refusal:
            savepoint.rollback()
            return None, self._resources.say(refusal.reply_key, ctx.now, **refusal.values)
        savepoint.commit()
        return decision, reply


def _words(reply: Reply, at: datetime) -> str:
    return "" if isinstance(reply, NoReply) else as_text(pack(reply, int(at.timestamp())))


def _count(session: Session) -> dict[str, int]:
    return {told: session.scalar(count) or 0 for told, count in EFFECTS.items()}


def _new(session: Session, before: dict[str, int], last: _Exchange) -> tuple[str, ...]:
    after = _count(session)
    waits = (f"等对方接着回答（{last.now_expecting}）",) if last.now_expecting else ()
    return (*(told for told in EFFECTS if after[told] > before[told]), *waits)


# --- the routing, stage by stage ------------------------------------------------------------------------------------


def _stages(registry: Registry, at: Situation, winner: Decision | None) -> Iterator[Stage]:
    """What each stage says; those before the winner that wanted the message had let it go."""
    # A handler that said no leaves no decision; it was asked first.
    winner = winner or routing.first(registry, at)
    is_over = False
    for stage in routing.STAGES:
        key, found = stage.__name__, list(stage(registry, at))
        has_won = not is_over and any(_is(winner, decision.name) for decision in found)
        is_over = is_over or has_won
        why = [reason for decision in found for reason in decision.reasons] or [_why_not(key, registry, at)]
        routes = tuple(decision.name for decision in found)
        yield Stage(key, LABELS.get(key, key), _outcome(routes, has_won, is_over), routes, tuple(dict.fromkeys(why)))


def _outcome(routes: Sequence[str], has_won: bool, is_over: bool) -> str:
    if not routes:
        return NO
    return WON if has_won else BEHIND if is_over else PASSED


def _is(winner: Decision, name: str) -> bool:
    return winner.name == name or winner.name.startswith(f"{name}>")


WhyNot = Callable[[Registry, Situation], str]


def _why_not(key: str, registry: Registry, at: Situation) -> str:
    found = WHY_NOT.get(key)
    return found(registry, at) if found else "这一关没有认领"


def _no_crisis(registry: Registry, at: Situation) -> str:
    return "没有看到眼前的危险" if at.judgement.risk == "none" else "有情绪，但没有看到眼前的危险"


def _no_conversation(registry: Registry, at: Situation) -> str:
    if at.expecting not in registry.steps:
        return "没有正在等回答的问题"
    return f"正在等“{at.expecting}”的回答，但整句话正好是一条关键词规则"


def _no_push(registry: Registry, at: Situation) -> str:
    return "是打字发来的，不是点菜单或扫码"


def _no_concern(registry: Registry, at: Situation) -> str:
    if at.judgement.risk in GRAVE:
        return "危险更大，上面的危机筛查已经接住"
    return "整句话正好是一条关键词规则" if at.judgement.risk == "concern" else "没有看到难过或困扰"


def _no_keyword(registry: Registry, at: Situation) -> str:
    match = at.resources.rules.match(at.judgement.normal.text)
    if match is not None:
        return f"“{'、'.join(match.words)}”在一句求助的话里，让求助优先"
    tried = [word for _, word in at.resources.rules.tried(at.judgement.normal.text) if word]
    return f"有规则的词都在，但被“{tried[0]}”排除" if tried else "没有一条规则的词都在这句话里"


def _no_intent(registry: Registry, at: Situation) -> str:
    if at.judgement.intent not in routing.INTENT_ACTIONS:
        return "不像在找我们能办的事"
    return f"最像“{at.judgement.intent}”，但把握只有 {at.judgement.confidence:.2f}，不够"


def _no_article(registry: Registry, at: Situation) -> str:
    return "学习专栏里没有讲这个的文章"


def _no_type(registry: Registry, at: Situation) -> str:
    return "文字没有按类型接的路，位置、图片才有"


WHY_NOT: dict[str, WhyNot] = {
    "crisis": _no_crisis,
    "conversation": _no_conversation,
    "pushed": _no_push,
    "concern": _no_concern,
    "keyword": _no_keyword,
    "intent": _no_intent,
    "search": _no_article,
    "by_type": _no_type,
}


# --- keyword rules --------------------------------------------------------------------------------------------------


def _rules(resources: Resources, judged: Judgement) -> Iterator[RuleTried]:
    """Every rule whose words are there, each once, the chosen one first."""
    chosen = resources.rules.match(judged.normal.text)
    seen: set[tuple[str, bool]] = set()
    tried = sorted(
        resources.rules.tried(judged.normal.text), key=lambda pair: (bool(pair[1]), -len("".join(pair[0].words)))
    )
    for match, stopped_by in tried:
        is_chosen = chosen is not None and not stopped_by and match == chosen
        if (match.rule.name, bool(stopped_by)) in seen:
            continue
        seen.add((match.rule.name, bool(stopped_by)))
        title = ACTIONS.get(match.rule.action, match.rule.action)
        yield RuleTried(match.rule.name, match.rule.action, title, match.words, match.whole, is_chosen, stopped_by)
