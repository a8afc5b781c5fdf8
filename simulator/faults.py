"""Faults on request (故障注入): what goes wrong on which path, and how often."""

import threading
from dataclasses import asdict, dataclass
from itertools import count

KINDS = ("refuse", "hang", "errcode", "cut_after_receive", "html_502", "slow")
CALLBACK = "callback"
EVERYWHERE = "*"


@dataclass
class Fault:
    id: str
    path: str
    kind: str
    errcode: int | None = None
    seconds: float = 10.0
    # How many calls it still strikes; None is every one until it is removed.
    times: int | None = None


class BadFault(ValueError):
    """A fault that cannot be set; the message says why."""


class Faults:
    """The faults now set; the oldest that fits strikes first. `*` means every API path, not the callback."""

    def __init__(self) -> None:
        self._set: dict[str, Fault] = {}
        self._numbers = count(1)
        self._lock = threading.Lock()

    def add(self, path: str, kind: str, errcode: int | None, seconds: float, times: int | None) -> Fault:
        if kind not in KINDS:
            raise BadFault(f"没有 {kind!r} 这种故障，可选：{', '.join(KINDS)}")
        if kind == "errcode" and (errcode is None or path == CALLBACK):
            raise BadFault("errcode 故障要写明 errcode，并且只能用于接口路径")
        with self._lock:
            fault = Fault(f"f{next(self._numbers)}", path, kind, errcode, seconds, times)
            self._set[fault.id] = fault
            return fault

    def strike(self, path: str) -> Fault | None:
        """The fault this call meets, counted down."""
        with self._lock:
            fault = next((each for each in self._set.values() if _fits(each, path)), None)
            if fault and fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    del self._set[fault.id]
            return fault

    def remove(self, fault_id: str | None = None) -> None:
        with self._lock:
            if fault_id is None:
                self._set.clear()
            else:
                self._set.pop(fault_id, None)

    def listed(self) -> list[dict]:
        with self._lock:
            return [asdict(fault) for fault in self._set.values()]


def _fits(fault: Fault, path: str) -> bool:
    return fault.path == path or (fault.path == EVERYWHERE and path != CALLBACK)
