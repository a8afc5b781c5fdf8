"""Push content/menu.toml to the account as its menu (自定义菜单)."""

from __future__ import annotations

import argparse
import sys

from bot.store import open_store
from content.menu import Menu
from core import config, logs
from core.wechat.client import connect
from core.wechat.errors import WeChatError, WeChatRefused


def arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_: argparse.Namespace) -> int:
    """Push it; phones show it when they next open the chat."""
    store = open_store(config.load())
    logs.configure(store.settings.log_level)
    wechat = connect(store.settings, store.database, store.clock)
    try:
        wechat.create_menu(Menu.load().as_wechat())
    except WeChatRefused as error:
        print(f"WeChat refused the menu. {error}", file=sys.stderr)
        return 1
    except WeChatError as error:
        print(f"WeChat cannot be reached at WECHAT_API_BASE. {error}", file=sys.stderr)
        return 2
    finally:
        wechat.close()
        store.database.close()
    print("The menu is set.")
    return 0
