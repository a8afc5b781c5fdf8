"""A tiny bot (回调小程序) for the simulator's tests: verifies, opens, answers, remembers every request."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from simulator import envelope

TOKEN = "simtoken2026"
KEY = "zhangsanlisiwangwu0123456789ABCDEFGHIJKLMNO"
APP_ID = "wx0123456789abcdef"


@dataclass(frozen=True)
class Received:
    """One request as it came, with the message inside."""

    query: dict[str, str]
    body: str
    xml: etree._Element | None

    def field(self, name: str) -> str | None:
        return self.xml.findtext(name) if self.xml is not None else None


@dataclass(frozen=True)
class Answer:
    """What to send back: raw bytes with a status, after a pause, or nothing at all."""

    body: bytes = b"success"
    status: int = 200
    pause: float = 0.0
    headers: tuple[tuple[str, str], ...] = ()


class Bot:
    """Listens on a free port; `reply` decides the answer to each request."""

    def __init__(self, key: str = KEY) -> None:
        self.key = key
        self.received: list[Received] = []
        self.reply: Callable[[Received], Answer] = lambda received: Answer()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/wechat"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        """Stop listening; closing twice does no harm."""
        if not self._thread.is_alive():
            return
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answers(self, text: str) -> None:
        """Answer every message with this text."""
        self.reply = lambda received: self.sealed(received, text_xml(received, text))

    def sealed(self, received: Received, xml: str, key: str | None = None, app_id: str = APP_ID) -> Answer:
        """The answer in the envelope that the request came in."""
        if "msg_signature" not in received.query:
            return Answer(xml.encode())
        return Answer(seal(xml, received.query, key or self.key, app_id).encode())

    def _open(self, query: dict[str, str], body: str) -> Received:
        if not body:
            return Received(query, body, None)
        try:
            root = etree.fromstring(body.encode())
        except etree.XMLSyntaxError:
            return Received(query, body, None)
        if query.get("encrypt_type") == "aes":
            encrypted = root.findtext("Encrypt")
            expected = envelope.sign(TOKEN, query["timestamp"], query["nonce"], encrypted)
            assert query["msg_signature"] == expected
            root = etree.fromstring(envelope.unseal(encrypted, self.key, APP_ID))
        assert query["signature"] == envelope.sign(TOKEN, query["timestamp"], query["nonce"])
        return Received(query, body, root)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        bot = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                self._send(Answer(query.get("echostr", "").encode()))

            def do_POST(self) -> None:
                query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                received = bot._open(query, body)
                bot.received.append(received)
                answer = bot.reply(received)
                time.sleep(answer.pause)
                self._send(answer)

            def _send(self, answer: Answer) -> None:
                try:
                    self.send_response(answer.status)
                    for name, value in answer.headers:
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(answer.body)))
                    self.end_headers()
                    self.wfile.write(answer.body)
                except OSError:
                    return  # the platform had hung up

            def log_message(self, *args: object) -> None:
                return

        return Handler


def text_xml(received: Received, text: str, **changed: str) -> str:
    """A text reply; fields can be changed to spoil it."""
    return reply_xml(received, "text", f"<Content><![CDATA[{text}]]></Content>", **changed)


def reply_xml(received: Received, kind: str, inside: str, **changed: str) -> str:
    head = {
        "ToUserName": received.field("FromUserName"),
        "FromUserName": received.field("ToUserName"),
        "CreateTime": "1700000000",
        "MsgType": kind,
    } | changed
    return "<xml>" + "".join(f"<{name}>{value}</{name}>" for name, value in head.items()) + inside + "</xml>"


def seal(xml: str, query: dict[str, str], key: str = KEY, app_id: str = APP_ID) -> str:
    encrypted = envelope.seal(xml.encode(), key, app_id)
    stamp, nonce = "1700000009", query["nonce"]
    signature = envelope.sign(TOKEN, stamp, nonce, encrypted)
    return (
        f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
        f"<TimeStamp>{stamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    )
