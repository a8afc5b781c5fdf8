"""Attacks on the door as real gunicorn serves it."""

import socket

import pytest


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_sender_that_stalls_is_hung_up_on_and_an_endless_one_is_cut(product):
    product.start_web()
    port = int(product.environment["PORT"])
    head = b"POST /wechat?signature=1&timestamp=1&nonce=1 HTTP/1.1\r\nHost: x\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as stalled:
        stalled.sendall(head + b"Content-Length: 5000\r\n\r\n<xml>")
        assert b" 408 " in stalled.recv(200)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as endless:
        endless.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n")
        chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
        for _ in range(6):
            endless.sendall(chunk)
        assert b" 413 " in endless.recv(200)
