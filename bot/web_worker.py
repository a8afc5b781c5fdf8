"""Gunicorn's threaded worker, with a short way for callbacks: read, answered and sent on the main thread.

A thread for each waiting callback spends more on waiting for its turn (the GIL) than on the message. Here a push that
lies whole in the socket is opened and judged at once, takes its seat in the group commit, and is sent off when that
has committed. Whatever is not plainly a small, well-formed POST /wechat goes gunicorn's own way, on a thread: other
pages, long letters, chunks; and so does what is out of the ordinary in the message itself, such as a crisis.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from gunicorn.util import close_graceful  # type: ignore[import-untyped]
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker  # type: ignore[import-untyped]

from bot.pipeline import Waiting
from bot.webhook import PATH, Reply, Webhook

MOST_BYTES = 8192  # head and body; ordinary pushes have one or two thousand
# How often to look for answers that are overdue; WeChat's 5 s less our deadline leave room for this.
LOOK_EVERY_S = 0.25
STALLED_S = 4.0
# A whole request must be there by then, however steadily its bytes drop in: WeChat itself gives up after 5 s.
DAWDLED_S = 8.0
# Exactly what WeChat and a proxy send; anything else is for gunicorn's parser to judge. Whatever comes, there is only
# one way to read it: where a blank could belong to either of two parts, thirty lines without an end would take minutes.
HEAD = re.compile(
    rb"POST /wechat\?([!-~]{1,4000}) HTTP/1\.1\r\n((?:[A-Za-z0-9-]{1,60}:[\t -~\x80-\xff]{0,2000}\r\n){1,60})\r\n"
)
# These change how long a body is, or what follows it.
INVOLVED = {b"transfer-encoding", b"expect", b"upgrade", b"te", b"trailer", b"http2-settings"}


@dataclass(frozen=True)
class Push:
    """A whole request."""

    query: str
    body: bytes
    length: int  # of head and body, in bytes
    keeps_alive: bool


class WebWorker(ThreadWorker):
    """For `worker_class` in gunicorn.conf.py."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._waiting: deque[Waiting] = deque()
        self._ready: deque[tuple[Any, bool, Reply]] = deque()
        self._is_woken = False
        # Not gunicorn's threads: senders who dawdle may hold all of those, and a crisis is answered here.
        self._apart = ThreadPoolExecutor(self.cfg.threads, thread_name_prefix="apart")
        self._reading: dict[Any, float] = {}

    def enqueue_req(self, conn: Any) -> None:
        """A connection may have a request: take it if it is plain, else let a thread have it."""
        webhook = getattr(self.wsgi, "extensions", {}).get("webhook")
        data = None if webhook is None or conn.initialized else _peek(conn.sock)
        if data is None or webhook is None:
            super().enqueue_req(conn)
        elif not data:
            self._await_data(conn)
        elif (push := read_push(data)) is None:
            super().enqueue_req(conn)
        else:
            self._begin(conn, push, webhook)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """As gunicorn does; looks up often enough to see who waits too long."""
        super().wait_for_and_dispatch_events(min(timeout, LOOK_EVERY_S) if self._waiting else timeout)
        self._hang_up_on_dawdlers()
        now = time.perf_counter()
        while self._waiting and self._waiting[0].is_over(now):
            self._waiting.popleft()

    def _await_data(self, conn: Any) -> None:
        self._set_timeout(conn)
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def _begin(self, conn: Any, push: Push, webhook: Webhook) -> None:
        conn.sock.recv(push.length)  # it was only looked at so far
        waiting = webhook.begin(push.query, push.body, self._apart, partial(self._answered, conn, push.keeps_alive))
        if waiting is not None:
            self._waiting.append(waiting)

    def _answered(self, conn: Any, keeps_alive: bool, reply: Reply) -> None:
        """Called on any thread; many answers of one commit wake the main thread once."""
        self._ready.append((conn, keeps_alive, reply))
        if not self._is_woken:
            self._is_woken = True
            self.method_queue.defer(self._send_all)

    def _send_all(self) -> None:
        self._is_woken = False  # before the queue is emptied, or what is added meanwhile would sleep
        while self._ready:
            conn, keeps_alive, reply = self._ready.popleft()
            is_crowded = len(self.keepalived_conns) >= self.max_keepalived
            data, keeps_alive = reply.as_http(keeps_alive and self.alive and not is_crowded)
            try:
                sent = conn.sock.send(data)
            except BlockingIOError:
                sent = 0
            except OSError:
                self._let_go(conn, False)
                continue
            if sent == len(data):
                self._let_go(conn, keeps_alive)
            else:
                self.tpool.submit(self._send_rest, conn, data[sent:], keeps_alive)

    def _send_rest(self, conn: Any, data: bytes, keeps_alive: bool) -> None:
        """To a reader too slow for the main thread."""
        try:
            conn.sock.settimeout(STALLED_S)
            conn.sock.sendall(data)
        except OSError:
            keeps_alive = False
        self.method_queue.defer(self._let_go, conn, keeps_alive)

    def _let_go(self, conn: Any, keeps_alive: bool) -> None:
        """Wait for the connection's next request, or close it; as gunicorn does after its own."""
        if not keeps_alive:
            self._close(conn)
            return
        conn.sock.setblocking(False)
        self._set_timeout(conn)
        self.keepalived_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_client_socket_readable, conn))

    def _set_timeout(self, conn: Any) -> None:
        conn.set_timeout()
        if not self.alive:
            conn.timeout = min(conn.timeout, time.monotonic() + STOP_KEEPALIVE_LINGER)

    def _close(self, conn: Any) -> None:
        if _peek(conn.sock):
            # Closed at once upon something unread, the connection would take the answer with it.
            self.tpool.submit(_linger, conn.sock).add_done_callback(
                lambda _: self.method_queue.defer(self._forget, conn)
            )
        else:
            self._forget(conn)

    def _forget(self, conn: Any) -> None:
        self.nr_conns -= 1
        conn.close()

    def handle(self, conn: Any) -> Any:
        """On a thread of gunicorn's, which closes on the main thread and would wait there for the other side."""
        self._reading[conn] = time.monotonic() + DAWDLED_S
        try:
            goes_on = super().handle(conn)
        finally:
            self._reading.pop(conn, None)
        if not goes_on:
            _linger(conn.sock)
        return goes_on

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Its head is there; of a callback the body must be in time too."""
        if req.path != PATH:
            self._reading.pop(conn, None)
        return super().handle_request(req, conn)

    def _hang_up_on_dawdlers(self) -> None:
        now = time.monotonic()
        for conn in [conn for conn, until in list(self._reading.items()) if until < now]:
            with suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RD)  # the thread that reads there finds the end

    def _cap_keepalive(self, deadline: float) -> None:
        """At the stop: whoever has sent nothing yet is waited for no longer than those who may send more."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)


def _linger(connection: Any) -> None:
    """Let the other side read to the end and close; whoever closes ours afterwards need not wait for that."""
    if type(connection) is socket.socket:
        with suppress(OSError):
            close_graceful(connection.dup())
            connection.shutdown(socket.SHUT_RDWR)


def _peek(connection: Any) -> bytes | None:
    """What lies in the socket, without taking it; b"" when nothing has come yet, None when nothing will."""
    if not isinstance(connection, socket.socket):
        return None
    try:
        data = connection.recv(MOST_BYTES + 1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return b""
    except OSError:
        return None
    return data or None  # closed


def read_push(data: bytes) -> Push | None:
    """The request, when it is whole, alone and plainly well-formed; else None."""
    if len(data) > MOST_BYTES or (head := HEAD.match(data)) is None:
        return None
    fields = _fields(head[2])
    lengths = fields.get(b"content-length", [])
    connection = fields.get(b"connection", [b"keep-alive"])
    if len(lengths) != 1 or not lengths[0].isdigit() or len(lengths[0]) > 5 or not INVOLVED.isdisjoint(fields):
        return None
    if connection not in ([b"keep-alive"], [b"close"]) or len(data) != head.end() + int(lengths[0]):
        return None
    return Push(head[1].decode("ascii"), data[head.end() :], len(data), connection == [b"keep-alive"])


def _fields(lines: bytes) -> dict[bytes, list[bytes]]:
    """All values of each, in lower case."""
    fields: dict[bytes, list[bytes]] = {}
    for line in lines.lower().splitlines():
        name, _, value = line.partition(b":")
        fields.setdefault(name, []).append(value.strip(b"\t "))
    return fields
