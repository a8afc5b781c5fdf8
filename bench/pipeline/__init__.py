"""`python -m bench pipeline`: the whole account against a bare Flask + wechatpy echo, in the same run, every reply checked."""

from bench.pipeline.run import main

__all__ = ["main"]
