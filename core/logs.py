"""Logs: one JSON line an event, with request id; never an OpenID, never what somebody wrote (P10)."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import structlog


def configure(level: str) -> None:
    """Set up structlog for this process; also takes in what libraries log."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    # Libraries' own lines (SQLAlchemy prints statements with values on INFO) stay out unless they warn.
    root = logging.StreamHandler(sys.stderr)
    root.setFormatter(LibraryLines())
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[root])
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _thread_died
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _where_only,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=_Stderr,
        cache_logger_on_first_use=True,
    )


class _Stderr:
    """Writes to what stderr is at that moment: a supervisor, or a test, may have exchanged it since start-up."""

    def __init__(self, *_: object) -> None:
        pass

    def msg(self, line: str) -> None:
        # A full disk behind stderr must not cost anybody their answer (R4).
        with contextlib.suppress(OSError, ValueError):
            print(line, file=sys.stderr, flush=True)

    debug = info = warning = error = critical = exception = msg


class LibraryLines(logging.Formatter):
    """What a library says may hold values: it is enough that it spoke, and of an error the type and place."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object."""
        return json.dumps(self.facts(record), ensure_ascii=False)

    def facts(self, record: logging.LogRecord) -> dict[str, Any]:
        """What the line tells."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z")
        level = record.levelname.lower()
        said: dict[str, Any] = {"event": "library", "logger": record.name, "level": level, "timestamp": when}
        if record.exc_info and record.exc_info[0]:
            said |= _type_and_place(record.exc_info[0], record.exc_info[2])
        return said


def _thread_died(died: threading.ExceptHookArgs) -> None:
    structlog.get_logger().error("thread_died", **_type_and_place(died.exc_type, died.exc_traceback))


def _where_only(_logger: object, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Of an exception keep its type and place; its message and locals may hold what a person wrote."""
    if event.pop("exc_info", None):
        kind, _, trace = sys.exc_info()
        event.update(_type_and_place(kind, trace))
    return event


def _type_and_place(kind: type[BaseException] | None, trace: TracebackType | None) -> dict[str, Any]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return {"exception": getattr(kind, "__name__", "?"), "at": places[-8:]}
