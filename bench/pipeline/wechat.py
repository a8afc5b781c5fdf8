"""WeChat's own interfaces as the run needs them: another machine that takes every alert at once."""

from __future__ import annotations

import itertools
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Not one of the addresses that mean a simulator on this machine, so the account runs as it does in production.
HOST = "127.0.0.2"
MESSAGES = itertools.count(1)


class _Platform(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """A token, or an acceptance."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = {"errcode": 0, "errmsg": "ok", "msgid": next(MESSAGES)}
        if self.path.partition("?")[0].endswith("token"):
            answer = {"access_token": "of-the-bench", "expires_in": 7200}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        """Nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer((HOST, int(sys.argv[1])), _Platform).serve_forever()
