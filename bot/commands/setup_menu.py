"""Push content/menu.toml to the account as its menu (自定义菜单)."""

from __future__ import annotations

import argparse
import sys

from content.menu import Menu
from core import config
from core.wechat.api import WeChatApi, WeChatRefused, WeChatUnreachable


def arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(_: argparse.Namespace) -> int:
    """Push it; phones show it when they next open the chat."""
    try:
        WeChatApi(config.load()).call("/cgi-bin/menu/create", Menu.load().as_wechat())
    except WeChatRefused as error:
        print(f"WeChat refused the menu. {error}", file=sys.stderr)
        return 1
    except WeChatUnreachable as error:
        print(f"WeChat cannot be reached at WECHAT_API_BASE. {error}", file=sys.stderr)
        return 2
    print("The menu is set.")
    return 0
