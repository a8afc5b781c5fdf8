"""Gunicorn's own lines as JSON like ours, and without what a caller sent: a request's address holds its signature."""

from __future__ import annotations

import logging
from typing import Any

from gunicorn.glogging import Logger as GunicornLogger  # type: ignore[import-untyped]

from core.logs import LibraryLines

# These go on with the caller's own bytes.
ABOUT_A_REQUEST = ("Invalid request from", "Error handling request", "Socket error processing request")
# Before the first request: here an operator needs the reason itself, such as a setting that is missing.
AT_START = "Exception in worker process"


class Logger(GunicornLogger):
    """For `logger_class` in gunicorn.conf.py."""

    def setup(self, cfg: Any) -> None:
        """Set up as gunicorn does, then write in our form."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(GunicornLines())


class GunicornLines(LibraryLines):
    """Gunicorn speaks of processes, which an operator wants to read; of requests only that something was wrong."""

    def facts(self, record: logging.LogRecord) -> dict[str, Any]:
        """With the message, as far as it is gunicorn's own."""
        # On DEBUG it names each request's path, and a path can be somebody's private link.
        said = record.getMessage() if record.levelno > logging.DEBUG else str(record.msg)
        message = next((start for start in ABOUT_A_REQUEST if said.startswith(start)), said)
        facts = super().facts(record) | {"event": "gunicorn", "message": message}
        if message == AT_START and record.exc_info:
            facts["why"] = str(record.exc_info[1])
        return facts
