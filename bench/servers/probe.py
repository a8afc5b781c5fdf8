"""Ask a server over HTTP whether it is there."""

from __future__ import annotations

import http.client


def answers(port: int, path: str) -> bool:
    """Whether somebody on this machine answers there with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
