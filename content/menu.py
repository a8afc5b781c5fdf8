"""The account's bottom menu (自定义菜单), within WeChat's limits."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.actions import ACTIONS
from content.errors import ContentError
from content.reading import Row, read_toml

MENU_FILE = Path(__file__).parent / "menu.toml"
MOST_BUTTONS, MOST_ITEMS = 3, 5
LONGEST_BUTTON, LONGEST_ITEM, LONGEST_URL = 16, 60, 1024


@dataclass(frozen=True)
class Item:
    """One entry of a button: an action (click) or a web page (view)."""

    name: str
    action: str = ""
    url: str = ""

    def as_wechat(self) -> dict[str, str]:
        if self.url:
            return {"type": "view", "name": self.name, "url": self.url}
        return {"type": "click", "name": self.name, "key": self.action}


@dataclass(frozen=True)
class Button:
    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Menu:
    buttons: tuple[Button, ...]

    @classmethod
    def load(cls, path: Path = MENU_FILE) -> "Menu":
        top = Row(read_toml(path), path, "[[button]]")
        buttons = tuple(_read_button(fields, path, index) for index, fields in enumerate(top.take("button", list), 1))
        top.done()
        if not 1 <= len(buttons) <= MOST_BUTTONS:
            raise ContentError(path, "[[button]]", f"有 {len(buttons)} 个按钮", f"写 1 到 {MOST_BUTTONS} 个")
        return cls(buttons)

    def items(self) -> Iterator[Item]:
        return (item for button in self.buttons for item in button.items)

    def as_wechat(self) -> dict[str, Any]:
        """The body of menu/create."""
        return {
            "button": [
                {"name": button.name, "sub_button": [item.as_wechat() for item in button.items]}
                for button in self.buttons
            ]
        }


def _read_button(fields: Any, path: Path, index: int) -> Button:
    row = Row(fields, path, f"第 {index} 个按钮")
    items = enumerate(row.take("item", list), 1)
    button = Button(
        _name(row, LONGEST_BUTTON),
        tuple(_read_item(item, path, f"{row.where}的第 {place} 项") for place, item in items),
    )
    row.done()
    if not 1 <= len(button.items) <= MOST_ITEMS:
        raise row.error(f"有 {len(button.items)} 个子按钮", f"写 1 到 {MOST_ITEMS} 个")
    return button


def _read_item(fields: Any, path: Path, where: str) -> Item:
    row = Row(fields, path, where)
    item = Item(_name(row, LONGEST_ITEM), row.text("action", ""), row.text("url", ""))
    row.done()
    if bool(item.action) == bool(item.url):
        raise row.error("action 和 url 要写一个，也只能写一个", "删掉一个，或补上一个")
    if item.action and item.action not in ACTIONS:
        raise row.error(f"不认识的动作 {item.action}", "用这些之一：" + "、".join(ACTIONS))
    if len(item.url.encode()) > LONGEST_URL:
        raise row.error("网址太长", f"缩短到 {LONGEST_URL} 字节以内")
    if item.url and not item.url.startswith(("https://", "http://")):
        raise row.error("网址要以 https:// 开头", "写完整的网址")
    return item


def _name(row: Row, longest: int) -> str:
    name = row.text("name")
    if len(name.encode()) > longest:
        raise row.error(f"名称“{name}”有 {len(name.encode())} 字节", f"缩短到 {longest} 字节以内（一个汉字 3 字节）")
    return name
