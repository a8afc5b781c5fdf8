"""A client that costs little: one thread, epoll, requests made beforehand, answers kept and read after the run."""

from __future__ import annotations

import selectors
import socket
import time
from dataclasses import dataclass, field

from bench.pipeline.traffic import Push

PATIENCE_S = 30.0


@dataclass
class Exchange:
    """One push and its answer: status line and headers with the body, and the time it took in seconds."""

    push: Push
    answer: bytes
    seconds: float


@dataclass
class Load:
    """What came of a run."""

    exchanges: list[Exchange] = field(default_factory=list)
    seconds: float = 0.0
    unanswered: int = 0
    client_cpu_s: float = 0.0

    @property
    def rps(self) -> float:
        """Answers a second."""
        return len(self.exchanges) / self.seconds


class _Line:
    """One connection: a push under way, and what has come back."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.push: Push | None = None
        self.sent_at = 0.0
        self.received = b""

    def send(self, push: Push) -> None:
        self.push, self.received, self.sent_at = push, b"", time.perf_counter()
        self.socket.sendall(push.request)

    def take(self) -> bytes | None:
        """The whole answer, None while some of it is missing. Raises ConnectionError when the server hung up."""
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the server hung up")
        self.received = self.received + data if self.received else data
        return self.received if _is_whole(self.received) else None


def drive(port: int, pushes: list[Push], connections: int, seconds: float) -> Load:
    """Keep every connection busy for some time, or until the pushes run out; then wait for what is under way."""
    load, coming = Load(), iter(pushes)
    selector = selectors.DefaultSelector()
    lines = [_Line(port) for _ in range(connections)]
    begun, cpu = time.perf_counter(), time.process_time()
    for line in lines:
        selector.register(line.socket, selectors.EVENT_READ, line)
        line.send(next(coming))
    open_lines, end = connections, begun + seconds
    while open_lines:
        ready = selector.select(PATIENCE_S)
        if not ready:
            break
        for key, _ in ready:
            line = key.data
            try:
                answer = line.take()
            except OSError:
                selector.unregister(line.socket)
                open_lines -= 1
                continue
            if answer is None:
                continue
            now = time.perf_counter()
            load.exchanges.append(Exchange(line.push, answer, now - line.sent_at))
            following = next(coming, None) if now < end else None
            if following is None:
                line.push = None
                selector.unregister(line.socket)
                open_lines -= 1
            else:
                line.send(following)
    load.seconds, load.client_cpu_s = time.perf_counter() - begun, time.process_time() - cpu
    load.unanswered = sum(line.push is not None for line in lines)
    selector.close()
    for line in lines:
        line.socket.close()
    return load


def _is_whole(data: bytes) -> bool:
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return False
    at = data.find(b"ontent-Length: ", 0, end)
    if at < 0:
        at = data.lower().find(b"ontent-length: ", 0, end)
    return at >= 0 and len(data) >= end + 4 + int(data[at + 15 : data.find(b"\r", at)])
