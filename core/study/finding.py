"""Find columns (专栏) and articles (文章) by what somebody said of them."""

from __future__ import annotations

from collections.abc import Sequence

from content.library import Article, Column, Library
from core.understanding import tokens

LOOKED_AT = 30
# Words of asking, and words so common that they name no subject.
FILLERS = frozenset(
    """
    什么 怎么 怎样 如何 哪里 哪些 哪个 为什么 有没有 是不是 可以 能不能 告诉 知道 了解 一下 看看 看下 想看 想要
    我想 我要
    文章 专栏 栏目 学习 资料 材料 内容 关于 有关 搜索 查找 一篇 那篇 这篇 推送 最新 最近 推荐 阅读
    今天 明天 昨天 现在 时候 时间 地方 东西 事情 问题 情况 觉得 感觉 没有 不是 就是 还是 这个 那个 一个 我们 你们 他们
    同学 老师 大家 自己 谢谢 你好 您好 请问 帮我 我的 你的 真的 非常 特别 应该 需要 希望 喜欢 开始 以后 因为 所以 但是
    """.split()  # noqa: SIM905 (a list of one word a line would fill two screens)
)


def column_named(library: Library, text: str) -> Column | None:
    """The column whose title or keyword the words hold; the longest name wins."""
    names = [(name, column) for column in library.columns() for name in (column.title, *column.keywords)]
    found = [(len(name), column) for name, column in names if name.lower() in text]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def articles_about(library: Library, text: str, limit: int = 9) -> tuple[Article, ...]:
    """Articles that are about what the words say, best first; none when they only share a common word."""
    words = subject_words(text)
    if not words:
        return ()
    return tuple(one for one in library.search(words, LOOKED_AT) if _is_about(one, words))[:limit]


def subject_words(text: str) -> list[str]:
    """The words that name a subject."""
    return [word for word in dict.fromkeys(tokens(text)) if len(word) > 1 and word not in FILLERS]


def _is_about(article: Article, words: Sequence[str]) -> bool:
    """Half of what was said stands in the title, the keywords or the summary; or all of it in the text."""
    head = "\n".join((article.title, article.summary, *article.keywords)).lower()
    told = sum(len(word) for word in words if word in head)
    return 2 * told >= sum(map(len, words)) or (len(words) > 1 and all(word in article.body.lower() for word in words))
