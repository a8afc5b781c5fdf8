"""Lives in bench/servers/environment.py, which tests and benches share; this name is kept while tests move over."""

from bench.servers.environment import *  # noqa: F403
