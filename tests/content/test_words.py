"""One cutter for search and understanding, without a cache file."""

import sys
import tempfile
from pathlib import Path

import pytest

from content import words


@pytest.fixture(scope="module", params=["rjieba", "jieba"])
def cutter(request):
    return words.cutter() if request.param == "rjieba" else words.Plain()


def test_our_own_words_stay_whole(cutter):
    assert cutter.cut("去青春家园参加主题团日") == ["去", "青春家园", "参加", "主题团日"]


def test_without_a_build_of_rjieba_jieba_cuts(monkeypatch):
    monkeypatch.setitem(sys.modules, "rjieba", None)
    assert isinstance(words.cutter.__wrapped__(), words.Plain)


def test_both_cut_our_own_articles_alike():
    plain, fast = words.Plain(), words.cutter()
    texts = "\n".join(path.read_text("utf-8") for path in Path("content/columns").rglob("*.md"))
    # Numbers with marks between them they cut differently; nobody searches by those.
    lines = [line for line in texts.splitlines() if line and not any(char.isdigit() for char in line)]
    differing = [line for line in lines if fast.cut(line) != plain.cut(line)]
    # What no dictionary holds (再补) is guessed, and a guess may end otherwise in the last digit.
    assert len(differing) <= len(lines) / 100


def test_both_know_the_same_words(cutter):
    assert cutter.has_word("青春家园")
    assert not cutter.has_word("清年")


def test_loading_needs_no_place_to_write(monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError("read-only")

    for name in ("mkstemp", "gettempdir", "NamedTemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    assert words.cutter.__wrapped__().cut("青春家园") == ["青春家园"]


def test_it_is_loaded_once():
    assert words.cutter() is words.cutter()


@pytest.mark.parametrize("word", ["团日", "团课", "植树", "志愿服务"])
def test_the_user_dictionary_holds_what_search_needs(word):
    assert word in dict(words.user_words())
