"""How gunicorn serves the account; everything is set by the environment."""

import contextlib
import ctypes
import gc
import os
import shutil
import tempfile
from pathlib import Path

M_ARENA_MAX = -8  # of glibc's malloc.h

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = os.environ.get("WEB_WORKER_CLASS", "bot.web_worker.WebWorker")
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
# Threads that wait for the same commit share it (bot/group_commit.py), so many cost little and gain much.
threads = int(os.environ.get("WEB_THREADS", "64"))

# WeChat gives up after 5 s, so nothing useful runs longer; 15 s lets a slow download or a drain finish.
timeout = 30
graceful_timeout = 15
keepalive = 30

# No access log: the query string of a callback holds its signature, and in plain mode that is a key to forge with.
accesslog = None
errorlog = "-"
logger_class = "bot.gunicorn_log.Logger"
loglevel = os.environ.get("LOG_LEVEL", "info").lower()

# The heartbeat file must not wait for a busy disk, or a healthy worker is taken for a hung one.
if os.access("/dev/shm", os.W_OK):
    worker_tmp_dir = "/dev/shm"

# The socket for gunicorn's remote control would be written to the home folder; nothing here uses it.
control_socket_disable = True

# Several processes count in one folder, made anew at each start and kept through a reload (core/metrics.py).
if workers > 1 and not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="zhengqing-metrics-")


def post_fork(server, worker):
    # The C library gives each of many threads a heap of its own and hands little back: two are enough.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(M_ARENA_MAX, 2)


def post_worker_init(worker):
    # What was needed only while loading goes back to the system; what stays is not looked through again and again.
    gc.collect()
    gc.freeze()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def child_exit(server, worker):
    # Imported here: before the folder is named, the library would count in memory.
    from prometheus_client import multiprocess

    if workers > 1:
        multiprocess.mark_process_dead(worker.pid)


def on_exit(server):
    if workers > 1:
        shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)


chdir = str(Path(__file__).resolve().parent)
