"""One cutter for search and understanding, without a cache file."""

import tempfile

import pytest

from content import words


def test_our_own_words_stay_whole():
    assert words.cutter().lcut("去青春家园参加主题团日") == ["去", "青春家园", "参加", "主题团日"]


def test_loading_needs_no_place_to_write(monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError("read-only")

    for name in ("mkstemp", "gettempdir", "NamedTemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    assert words.cutter.__wrapped__().lcut("青春家园") == ["青春家园"]


def test_it_is_loaded_once():
    assert words.cutter() is words.cutter()


@pytest.mark.parametrize("word", ["团日", "团课", "植树", "志愿服务"])
def test_the_user_dictionary_holds_what_search_needs(word):
    assert word in dict(words.user_words())
