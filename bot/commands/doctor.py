"""Say what is wrong with this deployment and how to mend it. Exit code 1 when something is."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.store import Store, open_spool, open_store
from content.hotlines import Hotlines
from core import config, durability, logs, redis_client, schema
from core.staff import demo, staff
from core.wechat.client import connect
from core.wechat.errors import WeChatError, WeChatRefused

ENOUGH_DISK = 200 * 1024 * 1024


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to call WeChat too."""
    parser.add_argument("--online", action="store_true", help="also ask WeChat for the access token")


def run(arguments: argparse.Namespace) -> int:
    """Print one line a finding: `bad` must be mended, `note` should be known."""
    store = open_store(config.load())  # a faulty setting ends here, with its own message
    logs.configure(store.settings.log_level)
    bad = [*_database(store), *_redis(store), *_staff(store), *_disk(store)]
    if arguments.online:
        bad += _wechat(store)
    for line in bad:
        print(f"bad   {line}")
    for line in _notes(store):
        print(f"note  {line}")
    print("ok" if not bad else f"{len(bad)} to mend")
    return 1 if bad else 0


def _database(store: Store) -> Iterator[str]:
    try:
        if not schema.is_current(store.database):
            yield "The database's schema is not the newest: python -m bot migrate"
        yield from durability.faults(store.database)
    except SQLAlchemyError as error:
        yield (
            f"The database cannot be read ({type(error).__name__}): check DATABASE_URL, and that the server runs; "
            "if it is damaged: python -m bot restore FILE --replace"
        )


def _redis(store: Store) -> Iterator[str]:
    if (url := store.settings.redis_url) and (fault := redis_client.fault(url)):
        yield (
            f"Redis cannot be reached ({fault}): check REDIS_URL, and that the server runs. "
            "Meanwhile everything works, but alerts leave up to 5 s later"
        )


def _staff(store: Store) -> Iterator[str]:
    try:
        with store.database.reading() as session:
            count, demos = staff.admins(session), demo.active(session)
    except SQLAlchemyError:
        return  # said above
    if not count and store.settings.is_production:
        yield "Nobody can manage staff: python -m bot create-staff --login … --name … --role admin"
    if demos and store.settings.is_production:
        names = ", ".join(person.login for person in demos)
        yield f"Demo logins are in this database ({names}); they cannot sign in here, but disable them under 人员"


def _disk(store: Store) -> Iterator[str]:
    folder = Path(store.settings.spool_dir)
    try:
        spool = open_spool(store)
    except OSError:
        yield f"SPOOL_DIR cannot be made: {folder}; name a folder on a local disk that this user may write"
        return
    if not os.access(folder, os.W_OK):
        yield f"SPOOL_DIR cannot be written: chown it to the user that runs the bot: {folder}"
    elif shutil.disk_usage(folder).free < ENOUGH_DISK:
        yield f"Less than 200 MB are free where the spool lies ({folder}); make room"
    if count := spool.aside():
        yield f"{count} messages could not be processed and lie aside in SPOOL_DIR; the log says why"
    if not spool.is_empty():
        yield "Messages wait in the spool until the database is back. If it is: python -m bot worker --once"


def _wechat(store: Store) -> Iterator[str]:
    wechat = connect(store.settings, store.database, store.clock)
    try:
        wechat.callback_ips()
    except WeChatRefused as error:
        yield (
            f"WeChat refuses our calls ({error}): check WECHAT_APPID and WECHAT_APPSECRET, and for errcode 40164 the "
            "list of addresses in 公众号后台 → 设置与开发 → 基本配置 → IP白名单"
        )
    except WeChatError as error:
        yield f"WeChat cannot be called ({error}): check WECHAT_API_BASE, and that this machine may reach it"
    finally:
        wechat.close()


def _notes(store: Store) -> Iterator[str]:
    settings = store.settings
    for warning in Hotlines.load().stale(store.clock.now()):
        yield str(warning)
    if not settings.is_production:
        yield "WECHAT_API_BASE is on this machine: a simulator, not the real WeChat"
    elif not settings.public_url.startswith("https://"):
        yield "PUBLIC_URL is not https: cards would lead to pages that anybody on the way can read"
    if settings.is_production and not settings.totp_roles:
        yield "STAFF_TOTP_ROLES is empty: a guessed password is enough to read what young people wrote"
    if settings.is_production and settings.wechat_mode != "safe":
        yield f"WECHAT_MODE is {settings.wechat_mode}; safe mode (安全模式) is the one that cannot be forged"
    if settings.wechat_aes_key_previous:
        yield "WECHAT_AES_KEY_PREVIOUS is set; take it out once the switch-over is done"
