"""What every operation of the API is given: words, database, time, WeChat, limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.clock import Clock
from core.contacts.models import Contact
from core.db import Database
from core.mini_program.models import MiniProgramSession
from core.resources import Resources
from core.wechat.client import MiniProgramSession as MiniProgramIdentity
from mp_backend.limits import Limits

# Who WeChat says a wx.login code belongs to; raises a WeChatError.
CodeToSession = Callable[[str], MiniProgramIdentity]


@dataclass(frozen=True)
class Backend:
    """`code_to_session` is None where no mini-program is set up."""

    resources: Resources
    database: Database
    clock: Clock
    limits: Limits
    code_to_session: CodeToSession | None


@dataclass(frozen=True)
class LoggedIn:
    """Who calls, and by which log-in."""

    contact: Contact
    session: MiniProgramSession
    token: str = field(repr=False)


@dataclass(frozen=True)
class Call:
    """One request, checked: `query` and `body` are instances of the operation's models."""

    backend: Backend
    path: dict[str, str]
    query: Any = None
    body: Any = field(default=None, repr=False)
    caller: LoggedIn | None = None

    @property
    def me(self) -> LoggedIn:
        """The caller of an operation that only somebody who is logged in reaches."""
        assert self.caller is not None, "this operation does not say logged_in=True"
        return self.caller
