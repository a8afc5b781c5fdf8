"""Free ports on this machine, for servers a test starts."""

import random
import socket

# Below the range from which the system takes ports for outgoing connections: one of those could sit on ours meanwhile.
PORTS = range(12_000, 32_000)
# Not the seeded generator, which gives all workers of a run the same numbers.
_chance = random.SystemRandom()


def free_port() -> int:
    """A port nobody listens on now; whoever binds it last should be ready to ask again."""
    while True:
        port = _chance.choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
