"""Gunicorn's threaded worker, with a short way for callbacks: read, answered and sent on the main thread.

A thread for each waiting callback spends more on waiting for its turn (the GIL) than on the message. Here a push that lies
whole in the socket is opened and judged at once, takes its seat in the group commit, and is sent off when that has
committed. Whatever is not plainly a small, well-formed POST /wechat goes gunicorn's own way, on a thread: other pages, long
letters, chunks, slow senders; and so does what is out of the ordinary in the message itself, such as a crisis.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import Any

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker  # type: ignore[import-untyped]

from bot.pipeline import Waiting
from bot.webhook import Reply, Webhook

MOST_BYTES = 8192  # head and body; ordinary pushes have one or two thousand
# How often to look for answers that are overdue; WeChat's 5 s less our deadline leave room for this.
LOOK_EVERY_S = 0.25
STALLED_S = 4.0
# Exactly what WeChat and a proxy send; anything else is for gunicorn's parser to judge.
HEAD = re.compile(
    rb"POST /wechat\?([!-~]{1,4000}) HTTP/1\.1\r\n((?:[A-Za-z0-9-]{1,60}: ?[\t -~\x80-\xff]{0,2000}\r\n){1,60})\r\n"
)
FIELD = re.compile(rb"([A-Za-z0-9-]+): ?(.*?)[\t ]*\r\n")
# These change how long a body is, or what follows it.
INVOLVED = {b"transfer-encoding", b"expect", b"upgrade", b"te", b"trailer", b"http2-settings"}


@dataclass(frozen=True)
class Push:
    """A whole request."""

    query: str
    body: bytes
    length: int  # of head and body, in bytes
    keeps_alive: bool


class WebWorker(ThreadWorker):  # type: ignore[misc]
    """For `worker_class` in gunicorn.conf.py."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._waiting: deque[Waiting] = deque()
        self._ready: deque[tuple[Any, bool, Reply]] = deque()
        self._is_woken = False

    def enqueue_req(self, conn: Any) -> None:
        """A connection may have a request: take it if it is plain, else let a thread have it."""
        webhook = getattr(self.wsgi, "extensions", {}).get("webhook")
        data = None if webhook is None or conn.initialized else _peek(conn.sock)
        if data is None:
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
        now = time.perf_counter()
        while self._waiting and self._waiting[0].is_over(now):
            self._waiting.popleft()

    def _await_data(self, conn: Any) -> None:
        conn.set_timeout()
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def _begin(self, conn: Any, push: Push, webhook: Webhook) -> None:
        conn.sock.recv(push.length)  # it was only looked at so far
        waiting = webhook.begin(push.query, push.body, self.tpool, partial(self._answered, conn, push.keeps_alive))
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
            data, keeps_alive = reply.as_http(keeps_alive and self.alive)
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
        try:
            if not keeps_alive:
                self.nr_conns -= 1
                conn.close(graceful=True)
                return
            conn.sock.setblocking(False)
            conn.set_timeout()
            if not self.alive:
                conn.timeout = min(conn.timeout, time.monotonic() + STOP_KEEPALIVE_LINGER)
            self.keepalived_conns.append(conn)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_client_socket_readable, conn))
        except OSError:
            self.log.debug("a connection ended while it was put back")


def _peek(connection: Any) -> bytes | None:
    """What lies in the socket, without taking it; b"" when nothing has come yet, None when there is nothing to wait for."""
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
    fields = [(name.lower(), value) for name, value in FIELD.findall(head[2])]
    names = [name for name, _ in fields]
    lengths = [value for name, value in fields if name == b"content-length"]
    connection = next((value.lower() for name, value in fields if name == b"connection"), b"keep-alive")
    if len(lengths) != 1 or not lengths[0].isdigit() or len(lengths[0]) > 5 or not INVOLVED.isdisjoint(names):
        return None
    if connection not in (b"keep-alive", b"close") or len(data) != head.end() + int(lengths[0]):
        return None
    return Push(head[1].decode("ascii"), data[head.end() :], len(data), connection == b"keep-alive")
