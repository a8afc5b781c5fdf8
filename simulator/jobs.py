"""Jobs (异步任务): what the platform does later by its own clock, such as finishing a mass send."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.state import Job

if TYPE_CHECKING:
    from simulator.world import World

# kind → what to do; the API files that start a job register its end here.
_ENDS: dict[str, Callable[[World, dict], None]] = {}


def ends(kind: str) -> Callable:
    """Register the function that ends jobs of this kind."""

    def keep(function: Callable[[World, dict], None]) -> Callable[[World, dict], None]:
        if kind in _ENDS:
            raise ValueError(f"jobs of kind {kind!r} have two ends")
        _ENDS[kind] = function
        return function

    return keep


class Jobs:
    def __init__(self, world: World):
        self._world = world

    def later(self, kind: str, facts: dict, delay: float | None = None) -> None:
        wait = self._world.settings.job_delay_s if delay is None else delay
        self._world.state.jobs.append(Job(self._world.clock.now() + wait, kind, facts))

    def run_due(self) -> None:
        """Run what is due, oldest first."""
        world = self._world
        with world.lock:
            now = world.clock.now()
            due = sorted((job for job in world.state.jobs if job.due <= now), key=lambda job: job.due)
            for job in due:
                world.state.jobs.remove(job)
                try:
                    _ENDS[job.kind](world, job.facts)
                except Exception:  # one job that fails must not end the clockwork for all others
                    world.ledger.append("job.failed", job=job.kind, facts=job.facts, trace=traceback.format_exc())
