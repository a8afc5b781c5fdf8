"""What breaks, and how it comes back: each kill at a moment and of a victim drawn from the seed."""

from __future__ import annotations

import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import psycopg
import redis

from bench.chaos.members import Deployment, Member
from bench.servers import processes
from bench.servers.postgres import PostgresServer, connect
from bench.servers.redis import RedisServer
from bench.servers.waiting import wait_until

# Weights: what dies most is what there is most of; a database is broken seldom, but again and again.
KILLS = {
    "web_master": 4,
    "web_worker": 6,
    "worker": 5,
    "clock": 4,
    "machine": 1,
    "postgres_backend": 2,
    "postgres_postmaster": 1,
    "redis": 1,
}
PAUSES = {"postgres_hung": 2, "redis_hung": 1, "redis_flushed": 2}
PAUSE_EVERY = 12
# More at once would only show that nothing works where nothing runs.
MOST_AT_ONCE = 3


@dataclass
class Breakage:
    """Breaks one thing after the other, and lets each come back while the next is broken."""

    deployment: Deployment
    postgres: PostgresServer
    redis: RedisServer
    chance: random.Random
    pace_s: float
    victims: tuple[str, ...]
    kills: Counter[str] = field(default_factory=Counter)
    pauses: Counter[str] = field(default_factory=Counter)
    ended_alone: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        # Processes die with the thread that started them, so the threads of this pool outlive the run.
        self._healers = ThreadPoolExecutor(7, thread_name_prefix="healer")
        self._ending = threading.Event()
        self._mending: list[Future[None]] = []
        self._busy: set[str] = set()
        self._lock = threading.Lock()

    def run(self, kills: int, until: float) -> None:
        """This many kills, or as many as the time allows."""
        self._mending.append(self._healers.submit(self._supervise))
        while self.kills.total() < kills and time.monotonic() < until:
            time.sleep(self.chance.uniform(0.3, 1.7) * self.pace_s)
            self._break_something()
            self._raise_failures()

    def heal(self) -> None:
        """Wait until all that was broken is back."""
        for future in self._mending[1:]:
            future.result()

    def stop_supervising(self) -> None:
        """From here on what ends stays ended."""
        self._ending.set()

    def close(self) -> None:
        """End the threads that held the processes; call it after these have ended."""
        self._healers.shutdown()

    def _supervise(self) -> None:
        """What ends by itself is started again, as any process manager does; how often is told."""
        while not self._ending.wait(1.0):
            with self._lock:
                for member in self.deployment.members:
                    self._start_if_ended(member)

    def _start_if_ended(self, member: Member) -> None:
        if member.name not in self._busy and not member.lives():
            self.ended_alone[member.name] += 1
            member.start()

    def _raise_failures(self) -> None:
        for future in self._mending:
            if future.done():
                future.result()

    def _break_something(self) -> None:
        pauses = self.chance.random() < 1 / PAUSE_EVERY
        weights = PAUSES if pauses else {name: KILLS[name] for name in self.victims}
        name = self.chance.choices(list(weights), list(weights.values()))[0]
        break_it: Callable[[], bool] = getattr(self, f"_{name}")
        if break_it():
            (self.pauses if pauses else self.kills)[name] += 1
            print(f"{name}: {self.kills.total()} kills", file=sys.stderr, flush=True)

    # --- the product ------------------------------------------------------------------------------------------------

    def _web_master(self) -> bool:
        return self._kill_member("web", Member.kill_master)

    def _worker(self) -> bool:
        return self._kill_member("worker", Member.kill)

    def _clock(self) -> bool:
        return self._kill_member("clock", Member.kill)

    def _kill_member(self, kind: str, kill: Callable[[Member], None]) -> bool:
        member: Member = getattr(self.chance.choice(self.deployment.machines), kind)

        def die_and_return() -> None:
            kill(member)
            member.again()

        return self._meanwhile([member.name], die_and_return)

    def _machine(self) -> bool:
        machine = self.chance.choice(self.deployment.machines)

        def die_and_return() -> None:
            for member in machine.members:
                member.kill()
            for member in machine.members:
                member.again()

        return self._meanwhile([member.name for member in machine.members], die_and_return)

    def _web_worker(self) -> bool:
        web = self.chance.choice(self.deployment.machines).web
        children = len(web.children())

        def die_and_return() -> None:
            web.kill_child(self.chance)
            wait_until(lambda: web.has_children_again(children), patience=300, what=f"{web.name} to be whole again")

        return children > 0 and self._meanwhile([web.name], die_and_return)

    # --- what it stands on ------------------------------------------------------------------------------------------

    def _postgres_backend(self) -> bool:
        """kill -9 of one backend: PostgreSQL then throws everybody out and recovers."""
        if "postgres" in self._busy:
            return False
        try:
            with connect(self.postgres.url, connect_timeout=2) as connection:
                query = (
                    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                )
                pids = [int(str(row[0])) for row in connection.execute(query).fetchall()]
        except psycopg.Error:
            return False  # it is recovering from the last one
        if pids:
            processes.signal_all([self.chance.choice(pids)], signal.SIGKILL)
        return bool(pids)

    def _postgres_postmaster(self) -> bool:
        def die_and_return() -> None:
            self.postgres.kill_postmaster()
            self.postgres.start()

        return self._meanwhile(["postgres"], die_and_return)

    def _postgres_hung(self) -> bool:
        pause = self.chance.uniform(2, 6)

        def hang() -> None:
            self.postgres.suspend()
            time.sleep(pause)
            self.postgres.resume()

        return self._meanwhile(["postgres"], hang)

    def _redis(self) -> bool:
        def die_and_return() -> None:
            self.redis.kill()
            self.redis.start()

        return self._meanwhile(["redis"], die_and_return)

    def _redis_hung(self) -> bool:
        pause = self.chance.uniform(1, 4)

        def hang() -> None:
            self.redis.suspend()
            time.sleep(pause)
            self.redis.resume()

        return self._meanwhile(["redis"], hang)

    def _redis_flushed(self) -> bool:
        def flush() -> None:
            with redis.Redis.from_url(self.redis.url, socket_timeout=5) as client:
                client.flushall()

        return self._meanwhile(["redis"], flush)

    # --- meanwhile --------------------------------------------------------------------------------------------------

    def _meanwhile(self, names: list[str], work: Callable[[], None]) -> bool:
        """Do it beside everything else; False when one of them is already broken."""
        with self._lock:
            if self._busy.intersection(names) or len(self._busy) >= MOST_AT_ONCE:
                return False
            self._busy.update(names)
        self._mending.append(self._healers.submit(self._and_release, names, work))
        return True

    def _and_release(self, names: list[str], work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            with self._lock:
                self._busy.difference_update(names)
