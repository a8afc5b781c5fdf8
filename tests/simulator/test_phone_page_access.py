"""The phone page (手机页) for everyone: narrow screens, long words, keyboard, contrast, no code that could slip in."""

import re
from pathlib import Path

import pytest

from tests.simulator import phone_desk
from tests.simulator.phone_desk import follow_as, part

pytestmark = pytest.mark.browser

PAGE = Path(__file__).resolve().parents[2] / "simulator" / "phone"

# Text nodes one can see, whose colour does not stand out enough from the nearest ground: WCAG AA.
FAINT_TEXTS = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== 'none') return null;
      const colour = parts(style.backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || node.closest('.sr, noscript, option')) continue;
    if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const under = ground(node);
    if (!under) continue;
    const style = getComputedStyle(node);
    const [a, b] = [light(parts(style.color)), light(under)].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const need = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    if ((a + 0.05) / (b + 0.05) < need) faint.push(`${node.className}: ${walker.currentNode.data.trim()}`);
  }
  return faint;
}"""
TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"


@pytest.fixture
def narrow(browser, tmp_path):
    """The page on a real phone."""
    with phone_desk.opened(browser, tmp_path, phone_desk.PHONE, has_touch=True, is_mobile=True) as desk:
        desk.bot.answers("你好，我在。")
        yield desk


def test_on_a_narrow_screen_the_phone_fills_it_and_drawers_hold_the_rest(narrow):
    box = narrow.page.locator("#screen").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 375, 812)
    narrow.page.locator("#open-left").click()
    narrow.page.locator(".fan", has_text="林晓").click()
    narrow.page.locator("#left").wait_for(state="hidden")
    narrow.follow()
    narrow.page.locator("#open-right").click()
    part(narrow, "plain").get_by_text("subscribe").wait_for()
    narrow.page.keyboard.press("Escape")
    narrow.page.locator("#right").wait_for(state="hidden")
    assert narrow.page.evaluate("document.activeElement.id") == "open-right"


def test_long_names_and_words_never_make_the_page_wider(narrow):
    narrow.page.locator("#open-left").click()
    narrow.choose("若曦")
    narrow.follow()
    narrow.say("https://example.com/" + "a" * 300)
    narrow.page.locator(".row--fan .tap").wait_for()
    assert not narrow.page.evaluate(TOO_WIDE)
    for width in (320, 700, 800, 1100, 1280):
        narrow.page.set_viewport_size({"width": width, "height": 812})
        assert not narrow.page.evaluate(TOO_WIDE), width


def test_every_visible_text_has_enough_contrast(desk):
    assert desk.page.evaluate(FAINT_TEXTS) == []
    follow_as(desk, "林晓")
    desk.bot.answers('打 12355 或看 https://example.com <a href="https://example.com">专栏</a>')
    desk.say("我的电话 13800000000")
    desk.answers().get_by_text("12355").wait_for()
    part(desk, "reply").get_by_text("12355").wait_for()
    assert desk.page.evaluate(FAINT_TEXTS) == []


def test_all_of_it_can_be_done_by_keyboard(desk):
    page = desk.page
    page.locator(".fan", has_text="林晓").focus()
    page.keyboard.press("Enter")
    page.locator("#who", has_text="林晓").wait_for()
    page.locator("#follow").focus()
    page.keyboard.press("Enter")
    desk.answers().first.wait_for()
    page.locator("#words").focus()
    page.keyboard.type("hi")
    page.keyboard.press("Enter")
    desk.received(2)
    page.locator("#plus").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="发送位置")
    dialog.wait_for()
    assert dialog.evaluate("node => node.contains(document.activeElement)")
    assert page.locator("#chat").evaluate("node => node.inert")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.innerText") == "位置"


def test_who_wants_little_motion_gets_none(browser, tmp_path):
    with phone_desk.opened(browser, tmp_path, reduced_motion="reduce") as desk:
        desk.page.get_by_label("公众号资料").click()
        seconds = desk.page.locator(".sheet").evaluate("node => parseFloat(getComputedStyle(node).animationDuration)")
        assert seconds < 0.001


@pytest.mark.parametrize("file", sorted(PAGE.iterdir()), ids=lambda file: file.name)
def test_files_bring_no_inline_code_no_raw_html_and_no_foreign_host(file):
    text = file.read_text("utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+=\"|\sstyle=\"", text)
    hosts = set(re.findall(r"https?://([\w.-]+)", text))
    assert hosts <= {"www.w3.org"}
