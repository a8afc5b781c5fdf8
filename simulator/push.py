"""Pushes (推送): seal a message for the callback, deliver it with retries, put the answer on the phone."""

from __future__ import annotations

import random
import secrets
import threading
from typing import TYPE_CHECKING

from simulator import attempt, chat, envelope, replies, sealing, why
from simulator.ledger import body_facts
from simulator.sealing import WECHATS_WAY, Letter, Options
from simulator.state import Push

if TYPE_CHECKING:
    from simulator.world import World

KEPT = 200


class Pusher:
    """Delivers pushes in the background, each on its own thread."""

    def __init__(self, world: World):
        self._world = world
        self._threads: set[threading.Thread] = set()
        # Whether the callback was there the last time we knocked; None before the first knock.
        self.reachable: bool | None = None
        self.last_knock = 0.0

    def send(self, letter: Letter, options: Options = WECHATS_WAY) -> Push:
        """Seal and deliver; returns at once, `push.outcome` is set when all tries are over."""
        push = sealing.seal_push(self._world, letter, options)
        with self._world.lock:
            self._world.state.pushes[push.id] = push
            for old in list(self._world.state.pushes)[:-KEPT]:
                del self._world.state.pushes[old]
        thread = threading.Thread(target=self._deliver, args=(push, options), name=f"push-{push.id}", daemon=True)
        self._threads.add(thread)
        thread.start()
        return push

    def send_shuffled(self, waiting: list) -> list[Push]:
        """Start several deliveries in random order: WeChat promises none."""
        random.shuffle(waiting)
        return [start() for start in waiting]

    def drain(self) -> None:
        """Wait for what is under way; each try ends by itself within the limit."""
        for thread in list(self._threads):
            thread.join()

    def verify_url(self) -> dict:
        """URL verification (接入验证): a signed GET whose echostr must come back unchanged."""
        world, echo = self._world, str(secrets.randbelow(10**19))
        stamp, nonce = str(int(world.clock.wall())), sealing.new_nonce()
        query = {"signature": envelope.sign(world.settings.token, stamp, nonce), "echostr": echo}
        url = sealing.with_query(world.settings.callback, query | {"timestamp": stamp, "nonce": nonce})
        answer = attempt.call("GET", url, None, {"User-Agent": "Mozilla/4.0"}, world.settings.answer_limit_s)
        self._knocked(answer)
        ok = answer.status == 200 and answer.body == echo.encode()
        world.ledger.append("verify", url=url, status=answer.status, ok=ok, **body_facts(answer.body))
        return {"ok": ok, "status": answer.status, "problem": None if ok else _verify_problem(answer)}

    def _deliver(self, push: Push, options: Options) -> None:
        try:
            self._world.ledger.append("push.sent", **_public(push))
            seen = (self._all_at_once if options.concurrent else self._one_by_one)(push, 1 + options.retries)
            self._settle(push, seen)
        finally:
            # Whoever waits for the outcome must not wait for ever.
            push.outcome = push.outcome or "failed"
            self._threads.discard(threading.current_thread())

    def _one_by_one(self, push: Push, tries: int) -> replies.Seen | None:
        for number in range(1, tries + 1):
            seen = self._try(push, number)
            if seen:
                return seen
        return None

    def _all_at_once(self, push: Push, tries: int) -> replies.Seen | None:
        """The first valid answer is the one the fan sees."""
        good: list[replies.Seen] = []

        def run(number: int) -> None:
            seen = self._try(push, number)
            if seen:
                good.append(seen)

        threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(1, tries + 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return good[0] if good else None

    def _try(self, push: Push, number: int) -> replies.Seen | None:
        """One try; None when it failed and WeChat would send again."""
        world = self._world
        started = world.clock.iso()
        answer = self._knock(push)
        seen = self._judged(push, answer)
        verdict = seen.verdict if seen else (answer.failure or "refused")
        facts: dict = {
            "n": number, "started": started, "ms": answer.ms, "status": answer.status,
            "headers": answer.headers, "verdict": verdict, **body_facts(answer.body),
        }  # fmt: skip
        facts.setdefault("body", "")
        with world.lock:
            push.attempts.append(facts)
            push.problems.extend(each for each in _problems(number, answer, seen) if each not in push.problems)
            push.why = push.why or why.read(answer.headers)
        recorded = {name: value for name, value in facts.items() if name != "n"}
        world.ledger.append("push.answered", push_id=push.id, attempt=number, **recorded)
        return seen if verdict in ("ok", "empty") else None

    def _knock(self, push: Push) -> attempt.Outcome:
        """Send once, through whatever fault is set on the callback."""
        world = self._world
        limit = world.settings.answer_limit_s
        fault = world.faults.strike("callback")
        if fault and fault.kind == "refuse":
            return attempt.Outcome(failure="refused", detail="fault: refuse")
        if fault and fault.kind in ("hang", "slow"):
            wait = limit if fault.kind == "hang" else min(limit, fault.seconds)
            world.pause(wait)
            limit -= wait
            if limit <= 0:
                return attempt.Outcome(failure="timeout", detail=f"fault: {fault.kind}", ms=round(wait * 1000))
        if fault and fault.kind == "html_502":
            return attempt.Outcome(502, {"Content-Type": "text/html"}, b"<html><h1>502 Bad Gateway</h1></html>")
        answer = attempt.call("POST", push.url, push.wire_body.encode(), push.request_headers, limit)
        self._knocked(answer)
        if fault and fault.kind == "cut_after_receive":
            return attempt.Outcome(failure="timeout", detail="fault: the answer was lost on the way", ms=answer.ms)
        return answer

    def _knocked(self, answer: attempt.Outcome) -> None:
        reachable = not answer.detail.startswith("unreachable")
        self.last_knock = self._world.clock.stopwatch()
        if reachable != self.reachable:
            self.reachable = reachable
            self._world.changed()

    def _judged(self, push: Push, answer: attempt.Outcome) -> replies.Seen | None:
        if answer.status != 200:
            return None
        if len(answer.body) > attempt.ANSWER_CAP:
            return replies.Seen("bad_reply", problems=["回复超过 1 MiB"])
        settings = self._world.settings
        asked = replies.Asked(
            push.kind, push.sender, self._world.gh_id, push.mode, push.key,
            settings.token, settings.app_id, push.answerable, self._has_media,
        )  # fmt: skip
        return replies.judge(answer.body, asked)

    def _has_media(self, media_id: str) -> bool:
        media = self._world.state.media.get(media_id)
        return media is not None and (media.permanent or self._world.clock.now() < media.created_at + 3 * 86400)

    def _settle(self, push: Push, seen: replies.Seen | None) -> None:
        world = self._world
        chat.change(world, push.open_id, push.bubble_id, status="delivered" if seen else "failed")
        if seen and seen.plain_xml:
            push.reply_plain_xml, push.reply_wire = seen.plain_xml, _last_body(push)
        if seen and seen.bubble:
            chat.add(world, push.open_id, push_id=push.id, **({"side": "account"} | seen.bubble))
        elif not seen and push.answerable:
            chat.add(world, push.open_id, "notice", "text", text=chat.BROKEN_NOTICE, push_id=push.id)
        push.outcome = "answered" if seen and seen.bubble else "silent" if seen else "failed"
        world.ledger.append("push.settled", push_id=push.id, outcome=push.outcome, problems=push.problems)


def _public(push: Push) -> dict:
    names = ("open_id", "mode", "url", "plain_xml", "wire_body")
    return {"push_id": push.id, "push_kind": push.kind, **{name: getattr(push, name) for name in names}}


def _last_body(push: Push) -> str:
    return next(each["body"] for each in reversed(push.attempts) if each["verdict"] in ("ok", "empty"))


def _problems(number: int, answer: attempt.Outcome, seen: replies.Seen | None) -> list[str]:
    if seen:
        return seen.problems
    if answer.failure:
        return [f"第 {number} 次：{answer.failure} {answer.detail}"]
    return [f"第 {number} 次：HTTP {answer.status}，只有 200 算成功"]


def _verify_problem(answer: attempt.Outcome) -> str:
    if answer.failure:
        return f"{answer.failure}: {answer.detail}"
    return f"HTTP {answer.status}，回答的不是原样的 echostr"
