"""Lives in bench/servers/redis.py, which tests and benches share; this name is kept while tests move over."""

from bench.servers.redis import *  # noqa: F403
