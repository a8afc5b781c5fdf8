"""The access token (接口调用凭据): one refresh an expiry, over all processes and machines (R14).

The database is the truth: whoever takes the lease on the token's row asks WeChat, everybody else goes on with the token
that is still valid, or waits for the new one. Redis is a cache in front, and each process keeps the token in memory.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core.clock import Clock, local
from core.db import Database, changed_rows, insert_ignoring_conflicts
from core.ids import new_id
from core.wechat.connection import exchange, open_session
from core.wechat.errors import WeChatError, WeChatRefused, WeChatUnknown, WeChatUnreachable
from core.wechat.models import AccessToken
from core.wechat.reactions import TOKEN_PATH, rule_for
from core.wechat.token_cache import NoCache, Token

# Longer than one call can take, short enough to wait for when its holder was killed.
LEASE = timedelta(seconds=10)
PATIENCE_S = 15.0
ASK_AGAIN_S = 0.1
AFTER_FAILURE = timedelta(seconds=5)
# Between two refreshes that were no expiry's doing, and between forced ones (platform D2).
APART = timedelta(seconds=30)
FORCED_A_DAY = 20
GIVEN_AGAIN = "the refused token was given again, and force is spent"
log = structlog.get_logger()


class _NoOtherToken(WeChatError):
    """WeChat calls the token invalid and has no other."""


class Tokens:
    """The token of one app id. Never call this within a transaction: it makes its own, and it may wait."""

    def __init__(
        self, database: Database, clock: Clock, api_base: str, app_id: str, secret: str, cache: NoCache | None = None
    ) -> None:
        self._database, self._clock = database, clock
        self._url, self._app_id, self._secret = api_base + TOKEN_PATH, app_id, secret
        self._cache = cache or NoCache()
        self._http = open_session()
        self._kept: Token | None = None

    def current(self) -> str:
        """A token that WeChat takes. Raises WeChatRefused, or WeChatUnreachable when none is to be had."""
        now = self._clock.now()
        if self._kept is None or not self._kept.is_fresh(now):
            cached = self._cache.read(self._app_id)
            self._kept = cached if cached and cached.is_fresh(now) else self._shared_or_kept(now)
        return self._kept.value

    def renew(self, refused: str) -> str | None:
        """Another token than the one that WeChat calls invalid; None when no other would help now.

        Raises WeChatRefused, WeChatUnreachable when it cannot be fetched.
        """
        self._kept = None
        try:
            with _database_errors():
                self._kept = self._shared(refused)
        except _NoOtherToken as why:
            log.error("token_refused", why=str(why))
            return None
        # The refused call, a normal refresh, a forced one: a fourth call would be too many (R13); the next takes it.
        return None if self._kept.forced else self._kept.value

    def close(self) -> None:
        """Drop the connections to WeChat."""
        self._http.close()

    def _shared_or_kept(self, now: datetime) -> Token:
        try:
            with _database_errors():
                return self._shared()
        except WeChatUnreachable as error:
            if self._kept is None or not self._kept.is_usable(now):
                raise
            log.warning("token_kept", error=str(error))
            return self._kept

    def _shared(self, refused: str | None = None) -> Token:
        """The token of all processes, fetched by one of them when it is due, or is the refused one."""
        give_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up:
            row, now = self._row(), self._clock.now()
            stored = _stored(row)
            token = None if stored is None or stored.value == refused else stored
            if token and token.is_fresh(now):
                self._cache.write(self._app_id, token, now)
                return token
            if stored and stored.value == refused and now < stored.obtained_at + APART:
                raise _NoOtherToken("it was only just fetched")
            usable = token if token and token.is_usable(now) else None
            if row.refreshing_until is None or row.refreshing_until <= now:
                found = self._refresh(row, refused, usable)
            elif row.holder is None and usable is None:
                raise _NoOtherToken(GIVEN_AGAIN) if refused and row.fault == GIVEN_AGAIN else _paused(row)
            else:
                found = usable
            if found:
                return found
            time.sleep(ASK_AGAIN_S * random.uniform(0.5, 1.5))
        raise WeChatUnreachable(f"{TOKEN_PATH}: nobody fetched a token within {PATIENCE_S:.0f} s")

    def _row(self) -> AccessToken:
        query = select(AccessToken).where(AccessToken.app_id == self._app_id)
        with self._database.reading() as session:
            row = session.scalar(query)
        if row is not None:
            return row
        with self._database.transaction() as session:
            values = {"id": new_id(), "app_id": self._app_id}
            session.execute(insert_ignoring_conflicts(session.get_bind().dialect, AccessToken).values(**values))
            return session.scalars(query).one()

    # --- the lease --------------------------------------------------------------------------------------------------

    def _refresh(self, row: AccessToken, refused: str | None, usable: Token | None) -> Token | None:
        """Take the lease and ask WeChat; None when somebody else was faster."""
        lease = new_id()
        if not self._take(row, lease):
            return None
        try:
            token = self._fetch(lease, refused)
        except WeChatError as error:
            self._release(lease, self._pause(error), fault=str(error)[:60])
            if usable is None:
                raise
            log.warning("token_not_refreshed", error=str(error))
            return usable
        self._store(lease, token)
        return token

    def _take(self, row: AccessToken, lease: UUID) -> bool:
        """One conditional UPDATE: the lease is free, and nothing was stored since `row` was read."""
        now = self._clock.now()
        free = or_(AccessToken.refreshing_until.is_(None), AccessToken.refreshing_until <= now)
        unchanged = AccessToken.value_sealed.is_not_distinct_from(row.value_sealed)
        statement = update(AccessToken).where(AccessToken.app_id == self._app_id, free, unchanged)
        with self._database.transaction() as session:
            return changed_rows(session, statement.values(refreshing_until=now + LEASE, holder=lease)) == 1

    def _store(self, lease: UUID, token: Token) -> None:
        now = self._clock.now()
        with self._database.transaction() as session:
            row = session.scalar(self._held(lease).with_for_update())
            if row is None:
                return  # the lease ran out, and whoever took it stores what it fetched
            row.value, row.obtained_at, row.expires_at = token.value, token.obtained_at, token.expires_at
            row.holder, row.fault = None, ""
            # What WeChat gives is what there is: asking for it again at once would be a loop.
            row.refreshing_until = None if token.is_fresh(now) else now + APART
        self._cache.write(self._app_id, token, now)
        log.info("token_refreshed", seconds_left=int((token.expires_at - now).total_seconds()), forced=token.forced)

    def _release(self, lease: UUID, pause: timedelta, fault: str) -> None:
        values: dict[str, Any] = {"holder": None, "refreshing_until": self._clock.now() + pause, "fault": fault}
        with self._database.transaction() as session:
            session.execute(update(AccessToken).where(AccessToken.holder == lease).values(**values))

    @staticmethod
    def _pause(error: WeChatError) -> timedelta:
        if isinstance(error, _NoOtherToken):
            return APART
        wait_s = rule_for(error).wait_s if isinstance(error, WeChatRefused) else 0
        return max(AFTER_FAILURE, timedelta(seconds=wait_s))

    def _held(self, lease: UUID) -> Any:
        return select(AccessToken).where(AccessToken.app_id == self._app_id, AccessToken.holder == lease)

    # --- WeChat -----------------------------------------------------------------------------------------------------

    def _fetch(self, lease: UUID, refused: str | None) -> Token:
        token = self._ask(force=False)
        if token.value != refused:
            return token
        # The platform calls a token invalid and gives the same one again: only force helps.
        if not self._may_force(lease):
            raise _NoOtherToken(GIVEN_AGAIN)
        return self._ask(force=True)

    def _may_force(self, lease: UUID) -> bool:
        """Count a forced refresh before it is made: 20 a day and 30 s apart, over all processes."""
        now = self._clock.now()
        today = local(now).date().isoformat()
        with self._database.transaction() as session:
            row = session.scalar(self._held(lease).with_for_update())
            if row is None or (row.forced_at and now < row.forced_at + APART):
                return False
            times = row.forced_times if row.forced_on == today else 0
            if times >= FORCED_A_DAY:
                return False
            row.forced_at, row.forced_on, row.forced_times = now, today, times + 1
            row.refreshing_until = now + LEASE
            return True

    def _ask(self, force: bool) -> Token:
        """Call stable_token once. Whatever goes wrong here, the call that needs the token has not left."""
        asked_at = self._clock.now()
        who = {"grant_type": "client_credential", "appid": self._app_id, "secret": self._secret}
        try:
            answer = exchange(self._http, "post", self._url, {}, {**who, "force_refresh": force})
            lasts = timedelta(seconds=int(answer["expires_in"]))
            return Token(str(answer["access_token"]), asked_at, asked_at + lasts, forced=force)
        except (WeChatUnknown, KeyError, ValueError, TypeError) as error:
            raise WeChatUnreachable(f"{TOKEN_PATH}: no token came: {type(error).__name__}") from None


def newest(session: Session) -> AccessToken | None:
    """The row of the token that was fetched last, for who watches it; its value is nobody's business there."""
    fetched = select(AccessToken).where(AccessToken.obtained_at.is_not(None))
    return session.scalar(fetched.order_by(AccessToken.obtained_at.desc()).limit(1))


def expires_at(session: Session) -> datetime | None:
    """When the newest token ends; None when none was ever fetched."""
    row = newest(session)
    return row.expires_at if row else None


def _paused(row: AccessToken) -> WeChatUnreachable:
    return WeChatUnreachable(f"{TOKEN_PATH}: no token, and a pause before the next try: {row.fault}")


def _stored(row: AccessToken) -> Token | None:
    value = row.value
    if value is None or row.obtained_at is None or row.expires_at is None:
        return None
    return Token(value, row.obtained_at, row.expires_at)


@contextmanager
def _database_errors() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise WeChatUnreachable(f"{TOKEN_PATH}: no token: the database failed: {type(error).__name__}") from None
