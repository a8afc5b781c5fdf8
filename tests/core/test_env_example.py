"""`.env.example` lists every setting, and nothing that is none."""

from pathlib import Path

from core.config import Settings

ROOT = Path(__file__).resolve().parents[2]
# Read by gunicorn.conf.py and by the simulator, which imports nothing of ours.
OTHERS = {"HOST", "PORT", "WEB_CONCURRENCY", "WEB_THREADS", "WEB_WORKER_CLASS"}


def test_every_setting_is_explained():
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    named = {line.partition("=")[0] for line in lines if "=" in line and not line.startswith("#")}
    settings = {name.upper() for name in Settings.model_fields}
    assert settings <= named
    assert {name for name in named - settings if not name.startswith("SIMULATOR_")} == OTHERS
