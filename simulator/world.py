"""The world: state, clock, ledger and everything that acts on them, held together by one lock."""

import sys
import threading
from pathlib import Path

from simulator import cast, snapshot
from simulator.clock import Clock
from simulator.faults import Faults
from simulator.hub import Hub
from simulator.jobs import Jobs
from simulator.ledger import Ledger
from simulator.push import Pusher
from simulator.settings import Settings
from simulator.state import Fan, State

SAVE_EVERY_S = 1.0


class World:
    """One simulated platform with one official account and one mini-program."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.mode = settings.mode
        self.keys = [key for key in (settings.aes_key, settings.aes_key_previous) if key]
        self.cast = cast.load()
        self.lock = threading.RLock()
        settings.directory.mkdir(parents=True, exist_ok=True)
        self.state = snapshot.load(self._file) or self._fresh()
        cast.add_newcomers(self.state, self.cast)
        self.clock = Clock(self.state.clock_offset)
        self.ledger = Ledger(settings.directory / "ledger.jsonl", self.clock)
        self.hub = Hub()
        self.faults = Faults()
        self.pusher = Pusher(self)
        self.jobs = Jobs(self)
        # The last rids and what they stood for.
        self.rids: dict[str, dict] = {}
        self.api_url = f"http://127.0.0.1:{settings.api_port}"
        self.phone_url = f"http://127.0.0.1:{settings.phone_port}"
        self._saved = b""
        self._closing = threading.Event()
        self._keeper: threading.Thread | None = None

    @property
    def key(self) -> str:
        """The EncodingAESKey in use; the other one, if any, is the one before or after a rotation."""
        return self.keys[0]

    @property
    def gh_id(self) -> str:
        """The account's original id (原始ID)."""
        return self.settings.account_id or self.cast.gh_id

    @property
    def media_dir(self) -> Path:
        return self.settings.directory / "media"

    def start(self) -> None:
        """Begin the background work: due jobs, and a snapshot every second in which something changed."""
        self._keeper = threading.Thread(target=self._keep, name="simulator-keeper", daemon=True)
        self._keeper.start()

    def stop_waiting(self) -> None:
        """End live streams and pauses, so that the servers can close."""
        self._closing.set()
        self.hub.close()

    def close(self) -> None:
        self.pusher.drain()
        self._closing.set()
        if self._keeper is not None:
            self._keeper.join()  # two that save at once would fight over the same file
        self.save()
        self.ledger.close()

    def save(self) -> None:
        with self.lock:
            self.state.clock_offset = self.clock.offset
            content = snapshot.dump(self.state)
        if content != self._saved:
            snapshot.save(self._file, content)
            self._saved = content

    def pause(self, seconds: float) -> None:
        """Wait in real time, but not longer than the simulator runs."""
        self._closing.wait(seconds)

    def reset(self) -> None:
        """Back to the first day; the ledger keeps its past."""
        with self.lock:
            self.state = self._fresh()
            self.clock.reset()
            self.faults.remove()
            self.mode = self.settings.mode
            self.ledger.append("control.reset")
        self.changed()

    def changed(self) -> None:
        self.hub.tell({"type": "state"})

    def fan(self, open_id: str) -> Fan | None:
        """The person behind an openid of the account, or of the mini-program."""
        found = self.state.fans.get(open_id)
        return found or next((each for each in self.state.fans.values() if each.mp_open_id == open_id), None)

    @property
    def _file(self) -> Path:
        return self.settings.directory / "state.json"

    def _fresh(self) -> State:
        return cast.fresh_state(self.cast, self.settings.profile)

    def _keep(self) -> None:
        since_save = 0.0
        while not self._closing.wait(0.1):
            self.jobs.run_due()
            since_save += 0.1
            if since_save >= SAVE_EVERY_S:
                self._try_to_save()
                since_save = 0.0

    def _try_to_save(self) -> None:
        try:
            self.save()
        except OSError as error:
            print(f"模拟器存不了快照 cannot save {self._file}: {error}", file=sys.stderr, flush=True)
