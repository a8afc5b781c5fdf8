"""The snapshot (快照): the state as one JSON file, replaced as a whole so that a kill never leaves half of it."""

import os
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from simulator.state import State

_STATE = TypeAdapter(State)


def load(path: Path) -> State | None:
    """The saved state; one that cannot be read is set aside, and the simulator starts afresh."""
    if not path.exists():
        return None
    try:
        return _STATE.validate_json(path.read_bytes())
    except ValidationError:
        path.replace(path.with_suffix(".unreadable"))
        return None


def dump(state: State) -> bytes:
    return _STATE.dump_json(state)


def save(path: Path, content: bytes) -> None:
    """Write beside, fsync, rename: the old snapshot stays whole until the new one is."""
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
