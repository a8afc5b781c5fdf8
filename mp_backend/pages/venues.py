"""青春家园: a list to look through by district or name, and a page for each."""

from __future__ import annotations

from math import ceil
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, make_response, render_template, request

from content.venues.venues import Venue
from core.venues import finding
from mp_backend.pages.headers import cached
from mp_backend.pages.house import House

A_PAGE = 20
LONGEST_QUERY = 30
# Tencent's address for “show this point on a map”; opens the map app of the phone.
MAP = "https://apis.map.qq.com/uri/v1/marker"


def add(door: Blueprint, house: House) -> None:
    venues = house.resources.venues

    @door.get("/venues/")
    def list_venues() -> Response:
        district = request.args.get("district", "")
        words = request.args.get("q", "").strip()[:LONGEST_QUERY]
        found = finding.listed(venues, district, words)
        pages = max(1, ceil(len(found) / A_PAGE))
        number = min(max(request.args.get("page", 1, type=int), 1), pages)
        return _page(
            "venues.html",
            venues=found[(number - 1) * A_PAGE : number * A_PAGE],
            total=len(found),
            districts=[(name, len(venues.in_district(name))) for name in venues.districts],
            district=district if district in venues.districts else "",
            words=words,
            page=number,
            pages=pages,
        )

    @door.get("/venues/<venue_id>")
    def show_venue(venue_id: str) -> Response:
        venue = next(iter(finding.by_ids(venues, [venue_id])), None) or abort(404)
        return _page("venue.html", venue=venue, map_url=_map(venue, house.resources.account_name))

    def _page(template: str, **values: object) -> Response:
        return cached(make_response(render_template(f"pages/{template}", **values)))


def _map(venue: Venue, referer: str) -> str:
    marker = f"coord:{venue.latitude},{venue.longitude};title:{venue.name};addr:{venue.address}"
    return f"{MAP}?{urlencode({'marker': marker, 'referer': referer})}"
