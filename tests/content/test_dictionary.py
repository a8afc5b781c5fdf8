"""The tables that are made beforehand are those that would be made today."""

from __future__ import annotations

import pytest

from content.dictionary import build

MEND = "run: python -m content.dictionary.build"


@pytest.mark.parametrize(
    ("path", "make"),
    [(build.CHARACTERS, build.characters), (build.VOCABULARY, build.vocabulary)],
    ids=["sounds", "words"],
)
def test_the_table_is_current(path, make):
    assert path.read_text("utf-8") == make(), MEND
