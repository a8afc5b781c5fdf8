"""Words to search content with (检索词), cut as the content was."""

from content import words

from .normalise import normalise


def tokens(text: str) -> list[str]:
    return words.cut(normalise(text).text)
