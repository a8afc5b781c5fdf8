"""How gunicorn serves the account; everything is set by the environment."""

import os
from pathlib import Path

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = int(os.environ.get("WEB_THREADS", "16"))

# WeChat gives up after 5 s, so nothing useful runs longer; 15 s lets a slow download or a drain finish.
timeout = 30
graceful_timeout = 15
keepalive = 30

# No access log: the query string of a callback holds its signature, and in plain mode that is a key to forge with.
accesslog = None
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "info").lower()

# The heartbeat file must not wait for a busy disk, or a healthy worker is taken for a hung one.
if os.access("/dev/shm", os.W_OK):
    worker_tmp_dir = "/dev/shm"

# The socket for gunicorn's remote control would be written to the home folder; nothing here uses it.
control_socket_disable = True
chdir = str(Path(__file__).resolve().parent)
