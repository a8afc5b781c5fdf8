"""`python -m bench pipeline`: the account against a bare Flask + wechatpy echo in one run, every reply checked."""

from bench.pipeline.run import main

__all__ = ["main"]
