"""The queue of nudges (任务队列): Dramatiq, on Redis or in this process. It carries ids; the truth is in the rows."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import dramatiq
import redis
import structlog
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import AgeLimit
from sqlalchemy.exc import SQLAlchemyError

from core import redis_client

log = structlog.get_logger()
QUEUE = "deliveries"
# Redis down or hung: whoever asks it gives up after this long.
PATIENCE_S = 1.0
# By then the sweep has been there long ago.
STALE_MS = 10 * 60 * 1000


class Nudges:
    """Tells workers of a delivery, and works as one of them when started; sending itself is `deliver`'s business."""

    def __init__(self, redis_url: str, deliver: Callable[[UUID], object], threads: int = 4) -> None:
        self._client = redis_client.connect(redis_url, PATIENCE_S) if redis_url else None
        self._broker = _broker(self._client)
        self._deliver, self._threads = deliver, threads
        # Without retries: a nudge that fails is no loss, the sweep comes after it.
        self._actor = dramatiq.actor(actor_name="deliver", queue_name=QUEUE, broker=self._broker)(self._work)
        self._worker: dramatiq.Worker | None = None

    def tell(self, delivery_id: UUID) -> None:
        """Put it in the queue; raises whatever the broker raises."""
        self._actor.send(str(delivery_id))

    def start(self) -> None:
        """Work on nudges, in threads of this process."""
        self._worker = dramatiq.Worker(self._broker, worker_threads=self._threads, worker_timeout=1000)
        self._worker.start()

    def stop(self) -> None:
        """Finish what is at hand, and end."""
        if self._worker is not None:
            self._worker.stop(timeout=30_000)
            self._worker = None
        self._broker.close()
        if self._client is not None:
            self._client.close()

    def _work(self, delivery_id: str) -> None:
        try:
            self._deliver(UUID(delivery_id))
        except SQLAlchemyError as error:
            log.warning("delivery_put_off", error=type(error).__name__)


def _broker(client: redis.Redis | None) -> dramatiq.Broker:
    middleware: list[dramatiq.Middleware] = [AgeLimit(max_age=STALE_MS)]
    if client is None:
        return StubBroker(middleware=middleware)
    return RedisBroker(client=client, namespace="zhengqing", middleware=middleware)
