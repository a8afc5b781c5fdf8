"""Who sits on a port, and how to take another."""

import os
import socket
import time

from scripts.say import Refusal

LISTENING = "0A"
UNKNOWN_HOLDER_SECONDS = 3


def is_free(port, host="127.0.0.1"):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do it: a connection that is only fading away is no holder.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def parse(name, text):
    if text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise Refusal(
        "{}={} 不是端口号，请用 1 到 65535 之间的数字，例如：{}=8010 make run".format(name, text, name),
        "{}={} is not a port; use a number from 1 to 65535, for example: {}=8010 make run".format(name, text, name),
    )


def require_free(port, setting, root, host="127.0.0.1", patience=20):
    """Refuse a busy port; wait a little when the holder is our own last run, still closing down.

    A process that is just ending has no name any more, so an unknown holder gets a moment too.
    """
    give_up = time.monotonic() + patience
    last_known = time.monotonic()
    while not is_free(port, host):
        pid, command = holder(port)
        now = time.monotonic()
        if pid is not None:
            last_known = now
        unknown_for_long = now - last_known > UNKNOWN_HOLDER_SECONDS
        foreign = pid is not None and str(root) not in command
        if foreign or unknown_for_long or now > give_up:
            raise _busy(port, setting, pid, command)
        time.sleep(0.1)


def _busy(port, setting, pid, command):
    who = "{} ({})".format(pid, command[:80]) if pid else "?"
    other = port + 10
    return Refusal(
        "端口 {} 被占用，占用它的进程：{}。可以停掉它，或者换一个端口：{}={} make run".format(
            port, who, setting, other
        ),
        "Port {} is taken by process {}. Stop it, or use another port: {}={} make run".format(
            port, who, setting, other
        ),
    )


def holder(port):
    """(pid, command line) of the listener, or (None, "") when the system does not tell."""
    inodes = _listening_inodes(port)
    if not inodes:
        return None, ""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        if inodes & _sockets_of(pid):
            return int(pid), _command_of(pid)
    return None, ""


def _listening_inodes(port):
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            with open(table) as rows:
                fields = [row.split() for row in rows][1:]
        except OSError:
            continue
        inodes |= {f[9] for f in fields if f[3] == LISTENING and int(f[1].rsplit(":", 1)[1], 16) == port}
    return inodes


def _sockets_of(pid):
    folder = "/proc/{}/fd".format(pid)
    found = set()
    try:
        for name in os.listdir(folder):
            target = os.readlink(os.path.join(folder, name))
            if target.startswith("socket:["):
                found.add(target[8:-1])
    except OSError:
        pass  # gone in the meantime, or another user's
    return found


def _command_of(pid):
    try:
        with open("/proc/{}/cmdline".format(pid), "rb") as raw:
            return raw.read().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    except OSError:
        return ""
