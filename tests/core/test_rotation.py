"""Key rotation: everything opens under the new key alone, by the operator's own command."""

from __future__ import annotations

import base64
import subprocess
import sys

from bench.servers.environment import ROOT, product_environment
from core.config import Settings
from core.contacts.models import Contact
from core.crypto import Keyring, install
from core.db import Database
from tests.support.pushes import text_xml

NEW = base64.b64encode(b"n" * 32).decode()


def test_after_rotation_the_old_key_can_be_thrown_away(tmp_path, database_url):
    """In a fresh process, as the operator runs it: only there does a missing import show."""
    from bot.inbound import read_message
    from bot.parts import build
    from core import audit

    environment = product_environment(tmp_path, DATABASE_URL=database_url)
    old = Settings(_env_file=None, **{name.lower(): value for name, value in environment.items()})
    bot = build(old)
    bot.pipeline.receive(read_message(text_xml("o_lin", "我不想活了")))
    rotated = environment | {"DATA_KEYS": f"k2:{NEW},{environment['DATA_KEYS']}"}
    command = [sys.executable, "-m", "bot", "rotate-keys"]
    done = subprocess.run(command, cwd=ROOT, env=rotated, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr
    bot.store.database.close()

    install(Keyring.parse(f"k2:{NEW}", old.lookup_key))
    database = Database(database_url)
    with database.transaction() as session:
        assert session.query(Contact).one().open_id == "o_lin"
        assert not any(audit.run(session, bot.store.clock.now()).values())
    database.close()
