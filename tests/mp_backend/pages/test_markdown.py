"""Markdown: what staff paste must not run, nor load anything from elsewhere."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from mp_backend.pages.markdown import to_html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[打开](javascript:alert(1))",
        "![图](javascript:alert(1))",
        "<a href='data:text/html,x'>x</a>",
        "<style>body{display:none}</style>",
        "[x]: javascript:alert(1)\n[x]",
    ],
)
def test_nothing_runs(text: str) -> None:
    page = html.fromstring(f"<div>{to_html(text)}</div>")
    assert page.xpath("//script | //style | //@onerror") == []
    assert [url for url in page.xpath("//@href | //@src") if url.startswith(("javascript", "data"))] == []


def test_pictures_from_elsewhere_are_left_out() -> None:
    assert "evil.example" not in to_html("![图](https://evil.example/a.png)\n\n![图](//evil.example/b.png)")
    assert "/pages/covers/a.png" in to_html("![图](/pages/covers/a.png)")


TEXT = """
# 题

- 一

| a | b |
|---|---|
| 1 | 2 |

[网](https://example.org)
"""


def test_headings_lists_tables_and_links_stay() -> None:
    page = html.fromstring(f"<div>{to_html(TEXT)}</div>")
    assert [page.xpath(f"count(//{tag})") for tag in ("h1", "h2", "li", "td")] == [0, 1, 1, 2]
    assert "noopener" in page.xpath("//a/@rel")[0]


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_becomes_something(text: str) -> None:
    assert "<script" not in to_html(text)
