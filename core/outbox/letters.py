"""What leaves (信): to whom, by which of WeChat's interfaces, and in which order they are tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from sqlalchemy.orm import Session

from core.messages import TextReply
from core.outbox.models import CUSTOMER_SERVICE, TEMPLATE, Delivery

# The last two customer-service messages of a window are kept for the counselor (R15).
RESERVE = 2


class WeChat(Protocol):
    """What of the outbound client is needed here."""

    def send_text(self, open_id: str, text: str) -> Any:
        """A customer-service message (客服消息)."""
        ...

    def send_menu(self, open_id: str, head: str, items: dict[str, str], tail: str) -> Any:
        """A customer-service message with choices to tap (msgmenu)."""
        ...

    def send_template(self, open_id: str, template_id: str, data: dict[str, str], url: str, client_msg_id: str) -> Any:
        """A template message (模板消息); gives WeChat's number of it."""
        ...


@dataclass(frozen=True)
class TextLetter:
    """Words in a customer-service message; `reserve` messages of the window are left alone."""

    channel: ClassVar[str] = CUSTOMER_SERVICE
    text: str
    reserve: int = RESERVE

    def post(self, wechat: WeChat, open_id: str, _message_id: str) -> str:
        """Send it; WeChat gives such a message no number."""
        wechat.send_text(open_id, self.text)
        return ""


@dataclass(frozen=True)
class MenuLetter:
    """A question with choices to tap (msgmenu): id → what the choice says, which is also what a tap sends us."""

    channel: ClassVar[str] = CUSTOMER_SERVICE
    head: str
    items: Mapping[str, str]
    tail: str = ""
    reserve: int = RESERVE

    def post(self, wechat: WeChat, open_id: str, _message_id: str) -> str:
        """Send it; WeChat gives such a message no number."""
        wechat.send_menu(open_id, self.head, dict(self.items), self.tail)
        return ""


@dataclass(frozen=True)
class CardLetter:
    """A template message; WeChat shows the same `message_id` to the same person once."""

    channel: ClassVar[str] = TEMPLATE
    template_id: str
    data: Mapping[str, str]
    url: str = ""

    def post(self, wechat: WeChat, open_id: str, message_id: str) -> str:
        """Send it; gives WeChat's number."""
        number = wechat.send_template(open_id, self.template_id, dict(self.data), self.url, message_id)
        return str(number or "")


Letter = TextLetter | MenuLetter | CardLetter


@dataclass(frozen=True)
class Addressee:
    """One person, and the letters that may reach them, best first."""

    open_id: str
    letters: tuple[Letter, ...]


@dataclass(frozen=True)
class Plan:
    """Who is written to: everybody of a circle; the next circle only when nobody of this one could be reached."""

    circles: tuple[tuple[Addressee, ...], ...]


@dataclass(frozen=True)
class NotOwed:
    """Nothing is to leave any more, and why: the delivery ends as refused."""

    reason: str


@dataclass(frozen=True)
class Desk:
    """What writing letters takes besides the database."""

    say: Callable[..., TextReply]
    reachable: Callable[[Session], list[Any]]  # active staff with a bound WeChat, in the order of their duty (R8)
    alert_template: str = ""
    alert_fields: tuple[str, ...] = ()
    alert_url: str = ""


Writer = Callable[[Session, Delivery, Desk, datetime], Plan | NotOwed]


def to_one(open_id: str, *letters: Letter) -> Plan:
    """A plan for one person."""
    return Plan(((Addressee(open_id, letters),),))
