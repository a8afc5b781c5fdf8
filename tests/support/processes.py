"""Lives in bench/servers/processes.py, which tests and benches share; this name is kept while tests move over."""

from bench.servers.processes import *  # noqa: F403
