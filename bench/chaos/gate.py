"""The reverse proxy before both machines, as docs/operations.md has it: in turn, and past a machine that refuses."""

from __future__ import annotations

import contextlib
import itertools
import select
import socket
import threading


class Gate:
    """Forwards each connection to the next machine; a machine that refuses is passed over."""

    def __init__(self, port: int, machines: list[int]) -> None:
        self._machines, self._turn = machines, itertools.count()
        self._door = socket.create_server(("127.0.0.1", port), backlog=256)
        threading.Thread(target=self._serve, name="gate", daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._forward, args=(caller,), daemon=True).start()

    def _forward(self, caller: socket.socket) -> None:
        with caller:
            machine = self._connected()
            if machine is not None:
                with machine, contextlib.suppress(OSError):
                    _splice(caller, machine)

    def _connected(self) -> socket.socket | None:
        first = next(self._turn)
        for number in range(len(self._machines)):
            port = self._machines[(first + number) % len(self._machines)]
            with contextlib.suppress(OSError):
                machine = socket.create_connection(("127.0.0.1", port), timeout=2)
                machine.settimeout(None)
                return machine
        return None


def _splice(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until either side hangs up."""
    across = {one: other, other: one}
    while True:
        readable, _, _ = select.select([one, other], [], [], 30)
        if not readable:
            return
        for side in readable:
            data = side.recv(65536)
            if not data:
                return
            across[side].sendall(data)
