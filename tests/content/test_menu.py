"""The account's menu stays within WeChat's limits."""

from pathlib import Path

import pytest

from content.errors import ContentError
from content.menu import Menu

ITEM = '[[button.item]]\nname = "报名"\naction = "events.list"\n'
BUTTON = '[[button]]\nname = "活动"\n'


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str) -> Menu:
        path = tmp_path / "menu.toml"
        path.write_text(text, encoding="utf-8")
        return Menu.load(path)

    return write


def test_items_become_click_and_view_buttons(written):
    link = '[[button.item]]\nname = "官网"\nurl = "https://example.org/"\n'
    assert written(BUTTON + ITEM + link).as_wechat() == {
        "button": [
            {
                "name": "活动",
                "sub_button": [
                    {"type": "click", "name": "报名", "key": "events.list"},
                    {"type": "view", "name": "官网", "url": "https://example.org/"},
                ],
            }
        ]
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("button = []", "有 0 个按钮"),
        ((BUTTON + ITEM) * 4, "有 4 个按钮"),
        (BUTTON + "item = []", "有 0 个子按钮"),
        (BUTTON + ITEM * 6, "有 6 个子按钮"),
        (BUTTON.replace("活动", "活动和报名啊") + ITEM, "18 字节"),
        (BUTTON + ITEM.replace("报名", "报" * 21), "63 字节"),
        (BUTTON + ITEM.replace("events.list", "events.lst"), "不认识的动作 events.lst"),
        (BUTTON + ITEM + 'url = "https://example.org/"', "只能写一个"),
        (BUTTON + '[[button.item]]\nname = "空"', "要写一个"),
        (BUTTON + '[[button.item]]\nname = "坏"\nurl = "javascript:x"', "https://"),
        (BUTTON + f'[[button.item]]\nname = "长"\nurl = "https://{"a" * 1020}"', "网址太长"),
        (BUTTON + ITEM + "[other]", "不认识的字段 other"),
    ],
)
def test_what_wechat_would_refuse_is_refused_here(written, text: str, problem: str):
    with pytest.raises(ContentError, match=rf"menu\.toml · .*{problem}"):
        written(text)


def test_the_shipped_menu_leads_to_learning_events_and_help():
    menu = Menu.load()
    assert [button.name for button in menu.buttons] == ["学习", "活动", "帮我"]
    assert {"referral.start", "crisis.numbers", "human.ask", "events.list"} <= {item.action for item in menu.items()}
