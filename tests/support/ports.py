"""Free ports on this machine, for servers a test starts."""

import socket


def free_port() -> int:
    """A port nobody listens on now; whoever binds it last should be ready to ask again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
