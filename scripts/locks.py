"""A lock that cannot go stale: the kernel drops it with the last process that holds it."""

import fcntl
import os


class Lock:
    """An flock on a file that also says, for people, who holds it."""

    def __init__(self, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.fd = -1

    def take(self, wait=False):
        """True when it is ours now."""
        fd = os.open(str(self.path), os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            os.close(fd)
            return False
        self.fd = fd
        return True

    def write(self, text):
        os.ftruncate(self.fd, 0)
        os.pwrite(self.fd, text.encode("utf-8"), 0)

    def read(self):
        return self.path.read_text(encoding="utf-8")

    def release(self):
        os.close(self.fd)
        self.fd = -1
