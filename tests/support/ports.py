"""Lives in bench/servers/ports.py, which tests and benches share; this name is kept while tests move over."""

from bench.servers.ports import *  # noqa: F403
