"""People of the tests: `lin = person("lin")`, `lin.says("转介")`; through the real routing, on the test's session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.contacts import contacts, conversations, presence
from core.contacts.conversations import Dialogue
from core.contacts.models import Contact
from core.errors import DomainError
from core.interactions import interactions
from core.interactions.replies import pack
from core.messages import Body, Click, InboundMessage, Reply, Scan, Subscribe, Text, Unsubscribe
from core.resources import Resources
from handlers import routing
from handlers.context import Context
from handlers.registry import Registry

# Over all people of a test run, so that no two pushes share a MsgId.
_numbers = count(24_000_000_000_000_001)


@dataclass
class Town:
    """What all people of one test share."""

    session: Session
    clock: FixedClock
    resources: Resources
    registry: Registry


@dataclass
class Person:
    """A follower; what they do returns the reply, and `route` tells which handler gave it."""

    name: str
    town: Town
    route: str = field(default="", init=False)

    @property
    def open_id(self) -> str:
        return f"o_test_{self.name}"

    @property
    def contact(self) -> Contact:
        """Their row; made when they are first seen."""
        return contacts.meet(self.town.session, self.open_id, self.town.clock.now())

    @property
    def dialogue(self) -> Dialogue:
        """The dialogue as the next message will find it."""
        return Dialogue.of(self.town.session, self.contact, self.town.clock.now())

    def says(self, text: str) -> Reply:
        return self.sends(Text(text))

    def taps(self, key: str) -> Reply:
        """Taps a menu button."""
        return self.sends(Click(key), "CLICK", key)

    def scans(self, scene: str) -> Reply:
        """Scans a QR code, as somebody who follows already."""
        return self.sends(Scan(scene), "SCAN", scene)

    def follows(self, scene: str = "") -> Reply:
        return self.sends(Subscribe(scene), "subscribe", f"qrscene_{scene}" if scene else "")

    def unfollows(self) -> Reply:
        return self.sends(Unsubscribe(), "unsubscribe")

    def sends(self, body: Body, event: str = "", event_key: str = "") -> Reply:
        """Any push, and what it is answered with."""
        number = next(_numbers)
        seconds = int(self.town.clock.now().timestamp())
        message = InboundMessage(
            open_id=self.open_id,
            account_id="gh_zhengqing",
            created_at=seconds if not event else seconds + number % 1_000_000,
            message_id="" if event else str(number),
            body=body,
            event=event,
            event_key=event_key,
        )
        return self._exchange(message)

    def _exchange(self, message: InboundMessage) -> Reply:
        # As the pipeline does it: a refusal undoes what the handler did, and is answered all the same.
        savepoint = self.town.session.begin_nested()
        try:
            reply = self._handled(message)
        except DomainError as refusal:
            savepoint.rollback()
            self.route = "refused"
            return self.town.resources.say(refusal.reply_key, self.town.clock.now(), **refusal.values)
        savepoint.commit()
        return reply

    def _handled(self, message: InboundMessage) -> Reply:
        session, now, resources = self.town.session, self.town.clock.now(), self.town.resources
        interaction = interactions.claim(session, message, now)
        assert interaction is not None, "this push was claimed before"
        contact = self.contact
        earlier = interactions.recent_texts(session, contact.id, now)
        presence.note(session, contact, message, now)
        interaction.contact_id, interaction.text = contact.id, message.text or None
        session.flush()
        judgement = resources.understanding.judge(message.text, earlier)
        dialogue = Dialogue.of(session, contact, now)
        ctx = Context(session, contact, dialogue, judgement, resources, now, interaction.id)
        decision, reply = routing.answer(self.town.registry, message, ctx)
        conversations.save(session, [dialogue])
        self.route = interaction.route = decision.name
        interaction.risk, interaction.intent, interaction.topic = judgement.risk, judgement.intent, judgement.topic
        interaction.reply_key, interaction.reply = reply.key, pack(reply, int(now.timestamp()))
        session.flush()
        return reply


def texts(reply: Reply) -> Iterator[str]:
    """Everything of a reply that a person reads."""
    if text := getattr(reply, "text", ""):
        yield text
    for article in getattr(reply, "articles", ()):
        yield from (article.title, article.description)
