"""Lives in bench/servers/postgres.py, which tests and benches share; this name is kept while tests move over."""

from bench.servers.postgres import *  # noqa: F403
