"""One try at the callback: a POST or GET that is cut off after the 5 seconds WeChat grants, dribbling or not."""

import http.client
import socket
import ssl
import threading
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from simulator.clock import Clock

ANSWER_CAP = 1024 * 1024


@dataclass
class Outcome:
    """What came back: a status with a body, or how it failed ("refused", "timeout")."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    failure: str | None = None
    detail: str = ""
    ms: int = 0


def call(method: str, url: str, body: bytes | None, headers: dict[str, str], limit_s: float) -> Outcome:
    """Send once. The limit covers connecting, waiting and reading together."""
    began = Clock.stopwatch()
    connection = _connection(url, limit_s)
    cut = _Cut(connection, limit_s)
    try:
        connection.connect()
        cut.interval = max(0.0, limit_s - (Clock.stopwatch() - began))
        cut.start()
        outcome = _exchange(connection, method, url, body, headers)
        if cut.fired:
            outcome = Outcome(failure="timeout", detail="answer was not complete in time")
    except (OSError, http.client.HTTPException) as error:
        outcome = _failed(error, cut.fired)
    finally:
        cut.stop()
        connection.close()
    outcome.ms = round((Clock.stopwatch() - began) * 1000)
    return outcome


class _Cut(threading.Timer):
    """Hangs up when the time is over, also on a server that sends one byte now and then."""

    def __init__(self, connection: http.client.HTTPConnection, limit_s: float):
        super().__init__(limit_s, self._hang_up)
        self.daemon = True
        self.fired = False
        self._connection = connection
        self._socket: socket.socket | None = None

    def start(self) -> None:
        # The response may detach the socket from the connection, so it is kept here.
        self._socket = self._connection.sock
        super().start()

    def stop(self) -> None:
        self.cancel()
        if self.ident is not None:
            self.join()

    def _hang_up(self) -> None:
        self.fired = True
        try:
            self._socket.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
        except OSError:
            return  # the other side was faster


def _connection(url: str, limit_s: float) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=limit_s)


def _exchange(connection, method: str, url: str, body: bytes | None, headers: dict[str, str]) -> Outcome:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request(method, target, body=body, headers=headers)
    with connection.getresponse() as response:
        content = response.read(ANSWER_CAP + 1)
        if response.length and len(content) <= ANSWER_CAP:
            raise http.client.IncompleteRead(content, response.length)
        return Outcome(response.status, dict(response.getheaders()), content)


def _failed(error: Exception, timed_out: bool) -> Outcome:
    if timed_out or isinstance(error, TimeoutError):
        return Outcome(failure="timeout", detail="no answer in time")
    if isinstance(error, ssl.SSLError):
        return Outcome(failure="refused", detail=f"TLS: {error.reason}")
    connected = isinstance(error, http.client.HTTPException | ConnectionResetError | BrokenPipeError)
    prefix = "" if connected else "unreachable: "
    return Outcome(failure="refused", detail=prefix + (str(error) or type(error).__name__))
