"""Logs: one JSON line an event, with request id; never an OpenID, never what somebody wrote (P10)."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(level: str) -> None:
    """Set up structlog for this process; also takes in what libraries log."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    # Libraries' own lines (SQLAlchemy prints statements with values on INFO) stay out unless they warn.
    logging.basicConfig(level=max(number, logging.WARNING), stream=sys.stderr, format="%(levelname)s %(name)s")
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
        print(line, file=sys.stderr, flush=True)

    debug = info = warning = error = critical = exception = msg


def _where_only(_logger: object, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Of an exception keep its type and place; its message and locals may hold what a person wrote."""
    if not event.pop("exc_info", None):
        return event
    kind, _, trace = sys.exc_info()
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    event.update(exception=getattr(kind, "__name__", "?"), at=places[-8:])
    return event
