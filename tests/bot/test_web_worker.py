"""The short way of callbacks, attacked over raw sockets: each push gets its own answer, whoever else knocks (R1)."""

from __future__ import annotations

import itertools
import signal
import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from bench.servers import environment, ports
from bot.inbound import read_message
from bot.web_worker import MOST_BYTES, read_push
from core.clock import SystemClock
from core.config import Settings
from core.interactions.models import Interaction
from tests.support import databases, pushes
from tests.support.product import Product, deployed

WORRYING = "我不想活了"
MENU = "回复“更多”"
PATIENCE = 40  # seconds; WeChat has five, but a loaded test machine is slow
FEW_CONNECTIONS = "--worker-connections 80"  # 64 threads, so that no more than 16 connections are kept alive
HEAD = b"POST /wechat?signature=1&timestamp=1&nonce=1 HTTP/1.1\r\nHost: x\r\n"
FORGED = HEAD + b"Content-Length: 5\r\n\r\n<xml>"
_numbers = itertools.count(31_000_000_000_000_001)


def whole(fields: bytes = b"Content-Length: 2\r\n", body: bytes = b"ab") -> bytes:
    return HEAD + fields + b"\r\n" + body


TAKEN = {
    "plain": whole(),
    "name in small letters": whole(b"content-length: 2\r\n"),
    "no blank": whole(b"Content-Length:2\r\n"),
    "blanks and tabs": whole(b"Content-Length: \t 2\t \r\n"),
    "zeros": whole(b"Content-Length: 0002\r\n"),
    "empty value": whole(b"X-Nothing:\r\nContent-Length: 2\r\n"),
    "keep-alive": whole(b"Connection: Keep-Alive\r\nContent-Length: 2\r\n"),
}
LEFT_TO_GUNICORN = {
    "nothing": b"",
    "cut in the head": HEAD,
    "cut in the body": whole(body=b"a"),
    "more behind the body": whole(body=b"abc"),
    "another push behind it": whole() + whole(),
    "plus": whole(b"Content-Length: +2\r\n"),
    "minus": whole(b"Content-Length: -2\r\n"),
    "underscore": whole(b"Content-Length: 0_2\r\n"),
    "other digits": whole("Content-Length: ２\r\n".encode()),
    "list": whole(b"Content-Length: 2, 2\r\n"),
    "no length": whole(b""),
    "two lengths": whole(b"Content-Length: 2\r\nContent-Length: 2\r\n"),
    "two lengths, one in capitals": whole(b"Content-Length: 2\r\nCONTENT-LENGTH: 30\r\n"),
    "length and chunks": whole(b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"),
    "chunks": whole(b"Transfer-Encoding : chunked\r\nContent-Length: 2\r\n"),
    "expects": whole(b"Expect: 100-continue\r\nContent-Length: 2\r\n"),
    "upgrade": whole(b"Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n"),
    "keep-alive and close": whole(b"Connection: keep-alive, close\r\nContent-Length: 2\r\n"),
    "keep-alive, then close": whole(b"Connection: keep-alive\r\nConnection: close\r\nContent-Length: 2\r\n"),
    "folded": whole(b"X-Long: a\r\n b\r\nContent-Length: 2\r\n"),
    "length in a fold": whole(b"X-Long: a\r\n Content-Length: 2\r\n"),
    "line feeds alone": whole().replace(b"\r\n", b"\n"),
    "a line feed in a value": whole(b"X: a\nContent-Length: 9\r\nContent-Length: 2\r\n"),
    "a carriage return in a value": whole(b"X: a\rContent-Length: 9\r\nContent-Length: 2\r\n"),
    "a zero in a value": whole(b"X: a\0\r\nContent-Length: 2\r\n"),
    "underscore in a name": whole(b"Content_Length: 2\r\n"),
    "blank before the colon": whole(b"Content-Length : 2\r\n"),
    "no name": whole(b": 2\r\nContent-Length: 2\r\n"),
    "HTTP/1.0": whole().replace(b"HTTP/1.1", b"HTTP/1.0"),
    "GET": whole().replace(b"POST", b"GET"),
    "small letters": whole().replace(b"POST", b"post"),
    "another path": whole().replace(b"/wechat", b"/wechat/"),
    "absolute": whole().replace(b"/wechat", b"http://x/wechat"),
    "a blank in the address": whole().replace(b"nonce=1", b"nonce=1 1"),
    "too long": whole(b"Content-Length: %d\r\n" % MOST_BYTES, b"x" * MOST_BYTES),
    "too many fields": whole(b"A: b\r\n" * 61 + b"Content-Length: 2\r\n"),
}


@pytest.mark.parametrize("data", TAKEN.values(), ids=TAKEN)
def test_a_plain_push_is_read_whole(data):
    push = read_push(data)
    assert push is not None
    assert (push.query, push.body, push.length) == ("signature=1&timestamp=1&nonce=1", b"ab", len(data))
    assert push.keeps_alive


def test_whoever_wants_to_close_is_heard():
    push = read_push(whole(b"Connection: Close\r\nContent-Length: 2\r\n"))
    assert push is not None
    assert not push.keeps_alive


@pytest.mark.parametrize("data", LEFT_TO_GUNICORN.values(), ids=LEFT_TO_GUNICORN)
def test_what_is_not_plain_is_left_to_gunicorn(data):
    assert read_push(data) is None


@pytest.mark.timeout(30)
@pytest.mark.parametrize("line", [b"X-A: b\r\n", b"X-A:  \r\n", b"X-A:\t \t\r\n", b"X-A:" + b" " * 120 + b"x\r\n"])
@pytest.mark.parametrize("end", [b"", b"Content-Le", b"\0\r\n\r\n", b"Content-Length: 5\r\n\r\n<xml>"])
def test_a_head_that_was_made_to_be_hard_to_read_is_soon_read(line, end):
    # Two ways to read each line would be 2^55 ways to read them all, on the thread that everybody waits for.
    push = read_push(HEAD + line * 55 + end)
    assert (push is not None) is end.endswith(b"<xml>")


class Door:
    """A running web process, and pushes for it."""

    def __init__(self, product: Product, port: int) -> None:
        self.product, self._port = product, port
        values = {name.lower(): value for name, value in product.environment.items()}
        self.settings = Settings(_env_file=None, **values)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE)

    def request(self, text: str = "菜单", who: str = "o_lin", fields: bytes = b"") -> bytes:
        """A push of its own, as WeChat sends it."""
        return self.post(*pushes.push(self.settings, pushes.text_xml(who, text, next(_numbers))), fields)

    def post(self, query: str, body: bytes, fields: bytes = b"") -> bytes:
        head = f"POST /wechat?{query} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
        return head.encode() + fields + b"\r\n" + body

    def reply(self, connection: socket.socket) -> dict[str, str]:
        """The fields of the reply that comes next on this connection."""
        status, _, body = read_answer(connection)
        assert status == 200, body
        return pushes.reply_fields(pushes.opened_reply(self.settings, body))

    def says(self, text: str, who: str = "o_lin") -> str:
        """The reply to a push on a connection of its own."""
        with self.connect() as connection:
            connection.sendall(self.request(text, who))
            return self.reply(connection)["Content"]


def read_answer(connection: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """Status, fields and body of one answer, and not a byte more."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        assert byte, f"closed after {head!r}"
        head += byte
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = b""
    while len(body) < int(fields["content-length"]):
        body += connection.recv(int(fields["content-length"]) - len(body))
    return int(first.split()[1]), fields, body


def is_closed(connection: socket.socket) -> bool:
    """Waits for the other side to end it."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def nothing_more(connection: socket.socket) -> bool:
    """Whether nothing came behind the answer, except perhaps the end."""
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return True


@contextmanager
def running(product: Product, arguments: str) -> Iterator[Door]:
    port = ports.free_port()
    process = product.start_web(PORT=str(port), GUNICORN_CMD_ARGS=arguments)
    yield Door(product, port)
    if process.poll() is None:
        product.kill(process, signal.SIGKILL)


@pytest.fixture(scope="module")
def product(tmp_path_factory) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("web_worker")
    url = databases.fresh_sqlite(folder)
    # A loaded test machine is no database that hangs.
    settings = environment.product_environment(folder, DATABASE_URL=url, ANSWER_DEADLINE_S="30")
    with deployed(folder, settings) as product:
        yield product


@pytest.fixture(scope="module")
def door(product) -> Iterator[Door]:
    with running(product, FEW_CONNECTIONS) as door:
        yield door


# What came, and whether gunicorn's own way (which names itself) answers it.
SHAPES = {
    "plain": (b"", 200, False),
    "another field": (b"Accept: */*\r\nPragma: no-cache\r\n", 200, False),
    "close": (b"Connection: close\r\n", 200, False),
    "two connections": (b"Connection: keep-alive\r\nConnection: close\r\n", 200, True),
    "expects": (b"Expect: 100-continue\r\n", None, True),
    "two lengths": (b"Content-Length: 3\r\n", 400, True),
    "folded": (b"X-Long: a\r\n b\r\n", 400, True),
    "chunks": (b"Transfer-Encoding: chunked\r\n", 400, True),
}


@pytest.mark.parametrize(("fields", "status", "is_gunicorns"), SHAPES.values(), ids=SHAPES)
def test_each_shape_of_a_request_is_answered(door, fields, status, is_gunicorns):
    with door.connect() as connection:
        connection.sendall(door.request(fields=fields))
        if status is None:  # “100 Continue” first, in so many words
            assert connection.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
            status = 200
        answer = read_any(connection)
        assert answer[0] == status
        if status == 200:
            assert ("server" in answer[1]) is is_gunicorns
        if fields == b"Connection: close\r\n" or status != 200:
            assert is_closed(connection)


def read_any(connection: socket.socket) -> tuple[int, dict[str, str]]:
    status, fields, _ = read_answer(connection)
    return status, fields


@pytest.mark.parametrize(("method", "status"), [(b"PUT", 405), (b"DELETE", 405), (b"GET", 403)])
def test_other_methods_are_told_so(door, method, status):
    with door.connect() as connection:
        connection.sendall(FORGED.replace(b"POST", method))
        assert read_any(connection)[0] == status


@pytest.mark.parametrize("cut", ["head", "body", "bytes"])
def test_a_push_that_comes_in_pieces_is_answered(door, cut):
    request = door.request()
    middle = {"head": 30, "body": request.index(b"\r\n\r\n") + 9, "bytes": 0}[cut]
    pieces = [request[:middle], request[middle:]] if middle else [bytes([byte]) for byte in request]
    with door.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
        assert door.reply(connection)["ToUserName"] == "o_lin"


def test_pushes_sent_before_the_answers_are_answered_in_order_on_their_connection(door):
    with door.connect() as connection:
        connection.sendall(b"".join(door.request(who=f"o_pipe_{n}") for n in range(5)))
        assert [door.reply(connection)["ToUserName"] for _ in range(5)] == [f"o_pipe_{n}" for n in range(5)]
        # Behind the first push, before its answer: the socket holds one and a half.
        first, second = door.request(who="o_first"), door.request(who="o_second")
        connection.sendall(first + second[:50])
        assert door.reply(connection)["ToUserName"] == "o_first"
        connection.sendall(second[50:])
        assert door.reply(connection)["ToUserName"] == "o_second"


def test_everybody_gets_their_own_answer_and_only_one(door):
    with ExitStack() as stack:
        connections = [stack.enter_context(door.connect()) for _ in range(30)]
        for n, connection in enumerate(connections):
            connection.sendall(door.request(who=f"o_many_{n}", text=WORRYING if n % 10 == 3 else "菜单"))
        for n, connection in enumerate(connections):
            reply = door.reply(connection)
            assert reply["ToUserName"] == f"o_many_{n}"
            assert (MENU in reply["Content"]) is (n % 10 != 3)
        for connection in connections:
            assert nothing_more(connection)


def test_whoever_leaves_before_the_answer_leaves_no_trace(door):
    # Twice as many as it can have open at once: one forgotten connection each, and the door would be shut.
    for number in range(160):
        with door.connect() as connection:
            connection.sendall(door.request() if number % 2 else FORGED)
            if number % 4 < 2:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert MENU in door.says("菜单")


def test_connections_kept_alive_do_not_keep_others_out(door):
    with ExitStack() as stack:
        told = []
        for _ in range(90):
            connection = stack.enter_context(door.connect())
            connection.sendall(door.request())
            told.append(read_any(connection)[1]["connection"])
    assert set(told) == {"keep-alive", "close"}


@pytest.mark.parametrize("knock", [FORGED, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"])
def test_whoever_does_not_hang_up_holds_up_nobody(door, knock):
    with ExitStack() as stack:
        for _ in range(12):
            connection = stack.enter_context(door.connect())
            connection.sendall(knock)
            read_any(connection)
        assert MENU in door.says("菜单")


def test_dawdlers_who_hold_every_thread_keep_no_crisis_waiting_and_are_hung_up_on(door):
    with ExitStack() as stack:
        dawdlers = [stack.enter_context(door.connect()) for _ in range(64)]
        for number, connection in enumerate(dawdlers):
            connection.sendall(HEAD if number % 2 else whole(b"Content-Length: 50\r\n"))
        crisis = door.says(WORRYING, "o_worried")
        assert "12356" in crisis
        assert MENU not in crisis
        assert MENU in door.says("菜单")
        for connection in dawdlers:
            connection.settimeout(40)
            assert connection.recv(200)[:12] in (b"", b"HTTP/1.1 408")


def test_a_stop_loses_no_answer(product):
    with running(product, "") as door, ExitStack() as stack:
        process = product._running[-1]
        connections = [stack.enter_context(door.connect()) for _ in range(40)]
        for connection in connections:
            connection.sendall(door.request())
            door.reply(connection)  # accepted: what still waits to be accepted is not this process's yet
        for n, connection in enumerate(connections):
            connection.sendall(door.request(who=f"o_stop_{n}"))
        process.send_signal(signal.SIGTERM)
        for n, connection in enumerate(connections):
            assert door.reply(connection)["ToUserName"] == f"o_stop_{n}"
        assert process.wait(30) == 0


def test_one_answer_that_cannot_be_delivered_costs_the_next_ones_nothing(bot):
    group = bot.parts.pipeline._together

    def broken(_):
        raise OSError("no room for the log")

    for number in range(3):
        message = read_message(pushes.text_xml(f"o_{number}", "菜单", 51_000 + number))
        seat = group.submit(bot.parts.pipeline._arrive(message, SystemClock().now()), broken)
        assert seat.result(30) is not None
    assert bot.hears("菜单").reply.key == "menu.help"
    assert len(bot.rows(Interaction)) == 4
