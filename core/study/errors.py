"""Why an article cannot be opened."""

from core.errors import DomainError


class ArticleNotFound(DomainError):
    """There is no such column or article (any more)."""

    reply_key = "study.gone"
