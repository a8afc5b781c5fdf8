"""A copy of the project in another folder, with our packages already in its venv: what a user has after the set-up."""

import shutil
import sys
from pathlib import Path

from bench.servers import processes
from bench.servers.environment import ROOT
from scripts import setup

NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", ".hypothesis", ".env")
STAND_IN_APP = """
def create_app():
    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"well"]
    return app
"""
STAND_IN_BOT = """
import sys
print("bot", sys.argv[1])
"""
# gunicorn.conf.py names it; ours needs the whole bot.
STAND_IN_WORKER = "from gunicorn.workers.gthread import ThreadWorker as WebWorker"
STAND_IN_SIMULATOR = """
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(os.environ["SIMULATOR_PHONE_PORT"])), Handler).serve_forever()
"""


def whole_clone(folder: Path) -> Path:
    """All of the project."""
    shutil.copytree(ROOT, folder, ignore=NOT_COPIED)
    return _with_our_venv(folder)


def stand_in_clone(folder: Path) -> Path:
    """The real scripts, with a product of a few lines: to test starting and stopping quickly."""
    shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=NOT_COPIED)
    for name in ("Makefile", "gunicorn.conf.py", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "app.py").write_text(STAND_IN_APP)
    for package, text in (("bot", STAND_IN_BOT), ("simulator", STAND_IN_SIMULATOR)):
        (folder / package).mkdir()
        (folder / package / "__main__.py").write_text(text)
    (folder / "bot" / "web_worker.py").write_text(STAND_IN_WORKER)
    (folder / "core").mkdir()
    for name in ("bot/gunicorn_log.py", "core/logs.py"):
        shutil.copy(ROOT / name, folder / name)
    return _with_our_venv(folder)


def _with_our_venv(folder: Path) -> Path:
    """A venv of its own that borrows our packages and counts as installed."""
    ours = Path(sys.prefix)
    place = setup.Place(folder)
    place.python.parent.mkdir(parents=True)
    place.python.symlink_to(Path(sys.executable))
    (place.venv / "lib").symlink_to(ours / "lib")
    shutil.copy(ours / "pyvenv.cfg", place.venv / "pyvenv.cfg")
    place.stamp.write_text(f"{setup.fingerprint(place, False)}\n{setup.fingerprint(place, True)}")
    return folder


def processes_of(folder: Path) -> list[int]:
    """Who was started with this clone's Python and still lives."""
    return processes.naming(str(folder / ".venv"))
