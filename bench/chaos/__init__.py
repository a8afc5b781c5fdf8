"""`python -m bench chaos`: kill -9 on two machines, and an audit of what is left (R1, R2, R12, R20)."""

from bench.chaos.command import main

__all__ = ["main"]
