"""A WeChat that only remembers: for tests, and for looking at what would be sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.wechat.client import MiniProgramSession
from core.wechat.errors import WeChatError, WeChatRefused


@dataclass(frozen=True)
class Asked:
    """One call: which verb, with what."""

    verb: str
    values: dict[str, Any]


class NullWeChat:
    """Can everything that WeChat can, and sends nothing; `refuses` and `fails` tell it how the next calls end."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.sessions: dict[str, MiniProgramSession] = {}
        self._errors: list[WeChatError] = []
        self._always: WeChatError | None = None

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Open id and text of the customer-service messages that were taken."""
        return [(each.values["open_id"], each.values["text"]) for each in self.asked if each.verb == "send_text"]

    def refuses(self, *codes: int) -> None:
        """Refuse the next calls with these errcodes, one each."""
        self._errors += [WeChatRefused("/null", code, "as told") for code in codes]

    def fails(self, *errors: WeChatError) -> None:
        """Let the next calls end with these errors, one each."""
        self._errors += errors

    def always_fails(self, error: WeChatError | None) -> None:
        """Let every call end like this; None: no more."""
        self._always = error

    def send_text(self, open_id: str, text: str) -> None:
        """Remember it."""
        self._ask("send_text", open_id=open_id, text=text)

    def send_menu(self, open_id: str, head: str, items: dict[str, str], tail: str) -> None:
        """Remember it."""
        self._ask("send_menu", open_id=open_id, head=head, items=items, tail=tail)

    def send_template(self, open_id: str, template_id: str, data: dict[str, str], url: str, client_msg_id: str) -> str:
        """Remember it; the msgid is its number."""
        values = {"open_id": open_id, "template_id": template_id, "data": data, "url": url}
        self._ask("send_template", **values, client_msg_id=client_msg_id)
        return str(len(self.asked))

    def create_menu(self, menu: dict[str, Any]) -> None:
        """Remember it."""
        self._ask("create_menu", menu=menu)

    def code_to_session(self, js_code: str) -> MiniProgramSession:
        """The session that a test put into `sessions` under this code; 40029 for any other."""
        self._ask("code_to_session", js_code=js_code)
        if js_code not in self.sessions:
            raise WeChatRefused("/null", 40029, "invalid code")
        return self.sessions[js_code]

    def callback_ips(self) -> list[str]:
        """This machine."""
        self._ask("callback_ips")
        return ["127.0.0.1"]

    def _ask(self, verb: str, **values: Any) -> None:
        error = self._errors.pop(0) if self._errors else self._always
        if error:
            raise error
        self.asked.append(Asked(verb, values))
