"""Study columns (学习专栏) to read; from boot-loaded content alone."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, render_template

from content.library import Column
from mp_backend.pages.headers import cached
from mp_backend.pages.house import House


def add(door: Blueprint, house: House) -> None:
    library = house.resources.library

    @door.get("/columns/")
    def list_columns() -> Response:
        shelves = [(column, library.articles(column.slug)) for column in library.columns()]
        return _page("columns.html", shelves=shelves)

    @door.get("/columns/<slug>/")
    def show_column(slug: str) -> Response:
        column = _column(slug)
        return _page("column.html", column=column, articles=library.articles(slug))

    @door.get("/columns/<slug>/<name>")
    def show_article(slug: str, name: str) -> Response:
        column, article = _column(slug), library.article(slug, name)
        if article is None:
            abort(404)
        beside = {"previous": library.previous(article), "next": library.next(article)}
        return _page("article.html", column=column, article=article, **beside)

    def _column(slug: str) -> Column:
        return library.column(slug) or abort(404)

    def _page(template: str, **values: object) -> Response:
        return cached(make_response(render_template(f"pages/{template}", **values)))
