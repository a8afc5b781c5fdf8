"""What a process of ours is made of; the web application and the command line build the same."""

from __future__ import annotations

from dataclasses import dataclass

from bot.drain import Drainer
from bot.envelope import Envelope
from bot.pipeline import Pipeline
from bot.spool import Spool
from bot.store import Store, open_spool, open_store
from core.clock import Clock
from core.config import Settings
from core.resources import Resources
from handlers import examples, registry


@dataclass(frozen=True)
class Parts:
    """Everything that a message passes through."""

    store: Store
    resources: Resources
    registry: registry.Registry
    spool: Spool
    envelope: Envelope
    pipeline: Pipeline
    drainer: Drainer


def build(settings: Settings, clock: Clock | None = None, resources: Resources | None = None) -> Parts:
    """Build all parts. Raises ConfigurationError or a content error that names the mend."""
    store = open_store(settings, clock)
    resources = resources or Resources.load(
        settings.public_url, settings.city, settings.account_name, settings.wechat_has_customer_service
    )
    routes = registry.load(resources.rules)
    examples.check(routes, resources)
    spool = open_spool(store)
    pipeline = Pipeline(store.database, store.clock, routes, resources, spool, settings.answer_deadline_s)
    return Parts(store, resources, routes, spool, Envelope(settings), pipeline, Drainer(spool, pipeline))
