"""Lives in bench/servers/waiting.py, which tests and benches share; this name is kept while tests move over."""

from bench.servers.waiting import *  # noqa: F403
