"""Empty the spool into the database when it is back (R21); nobody has to start it."""

from __future__ import annotations

import threading

import structlog

from bot.inbound import read_message
from bot.limits import Unavailable
from bot.pipeline import Pipeline
from bot.spool import Record, Spool
from core.crypto import SealBroken

log = structlog.get_logger()


class Drainer:
    """Looks after the spool of this machine; several processes may each have one, they take turns."""

    def __init__(self, spool: Spool, pipeline: Pipeline, every_s: float = 1.0) -> None:
        self._spool, self._pipeline, self._every_s = spool, pipeline, every_s
        self._stop = threading.Event()

    def start(self) -> None:
        """Look after it in a thread of this process."""
        threading.Thread(target=self._run, name="drain", daemon=True).start()

    def stop(self) -> None:
        """Stop after the record at hand."""
        self._stop.set()

    def drain(self) -> int:
        """Process all that waits, oldest first; gives how many. Raises Unavailable while the database is away."""
        return 0 if self._spool.is_empty() else self._spool.drain(self._replay)

    def _replay(self, record: Record) -> None:
        try:
            self._pipeline.replay(record, read_message(record.xml))
        except Unavailable:
            raise
        except Exception as error:
            # It must not block what waits behind it, and must not be lost either.
            log.critical("spooled_record_set_aside", error=type(error).__name__)
            self._spool.set_aside(record)

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            try:
                if count := self.drain():
                    log.info("spool_drained", records=count)
            except Unavailable:
                continue
            except (OSError, SealBroken) as error:
                log.critical("spool_stuck", error=type(error).__name__)
