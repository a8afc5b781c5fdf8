"""Child processes that never outlive us, however we end."""

import ctypes
import os
import signal
import subprocess
import sys

PR_SET_PDEATHSIG = 1
# Loaded here, because between fork and exec a child must not import.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


def start(command, die_with_us=signal.SIGTERM, **options):
    """Start a child that gets a signal when we die, even by kill -9 (Linux)."""
    parent = os.getpid()

    def tie_to_parent():
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(die_with_us))
            # We may have died before the line above: then nobody would ever signal.
            if os.getppid() != parent:
                os._exit(1)

    return subprocess.Popen(command, preexec_fn=tie_to_parent, **options)


def stop(children, patience=20):
    """Ask all to end, wait for all, then end by force what is left."""
    for child in children:
        _signal(child, signal.SIGTERM)
    for child in children:
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            _signal(child, signal.SIGKILL)
            child.wait()


def _signal(child, number):
    """Each child leads a session of its own: Ctrl-C reaches only us, and force reaches its whole family."""
    if child.poll() is None:
        try:
            if number == signal.SIGKILL:
                os.killpg(child.pid, number)
            else:
                child.send_signal(number)
        except ProcessLookupError:
            pass
