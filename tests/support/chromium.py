"""The system's Chromium: nothing is downloaded for browser tests."""

import ctypes
import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Containers give no user namespaces and little shared memory.
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage")


def browser_path() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def what_is_lacking(path: str | None) -> str:
    """The Debian package to install before a browser can run here; empty when all is there."""
    if path is None:
        return "chromium"
    try:
        ctypes.CDLL("libatomic.so.1")  # Playwright's own node needs it, and bare machines lack it
    except OSError:
        return "libatomic1"
    return ""


def is_required() -> bool:
    """In CI a missing browser is a failure: a skipped test would look like a passed one."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")
