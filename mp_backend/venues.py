"""青春家园: by district or by words.

Where somebody is stays on their phone: coordinates in an address end up in the logs of everybody on the way.
"""

from __future__ import annotations

from pydantic import BaseModel, Field

from content.venues.venues import Venue
from core.resources import Resources
from core.venues import finding
from mp_backend.backend import Call
from mp_backend.errors import Problem
from mp_backend.operations import CONTENT, Operation
from mp_backend.paging import PageQuery, cut, numbered, place

LONGEST_QUERY = 30


class VenueAnswer(BaseModel):
    """One 青春家园; coordinates are GCJ-02, as maps of WeChat take them."""

    id: str
    name: str
    district: str
    address: str
    latitude: float
    longitude: float
    hours: str
    phone: str
    facilities: list[str]
    checked: bool = Field(description="有没有人核对过；没核对过的，请注明“待核对”")
    page: str = Field(description="手机网页的地址")


class VenuePage(BaseModel):
    items: list[VenueAnswer]
    next: str | None


class VenueQuery(PageQuery):
    """Which venues."""

    district: str | None = Field(None, max_length=30, description="只看这个区县", examples=["金水区"])
    q: str | None = Field(None, max_length=LONGEST_QUERY, description="名称、地址或设施里的字", examples=["图书"])


def list_venues(call: Call) -> VenuePage:
    query: VenueQuery = call.query
    resources = call.backend.resources
    found = finding.listed(resources.venues, query.district, query.q or "")
    page, following = cut(numbered(found), place, query)
    return VenuePage(items=[_venue(one, resources) for _, one in page], next=following)


def show_venue(call: Call) -> VenueAnswer:
    resources = call.backend.resources
    found = finding.by_ids(resources.venues, [call.path["venue_id"]])
    if not found:
        raise Problem("venue_not_found")
    return _venue(found[0], resources)


def _venue(venue: Venue, resources: Resources) -> VenueAnswer:
    return VenueAnswer(
        id=venue.id,
        name=venue.name,
        district=venue.district,
        address=venue.address,
        latitude=venue.latitude,
        longitude=venue.longitude,
        hours=venue.hours,
        phone=venue.phone,
        facilities=list(venue.facilities),
        checked=not venue.is_demo,
        page=resources.page(f"venues/{venue.id}"),
    )


VENUE = {
    "id": "QCJY002",
    "name": "青春家园花园路站",
    "district": "金水区",
    "address": "花园路 1 号",
    "latitude": 34.7746,
    "longitude": 113.6789,
    "hours": "",
    "phone": "",
    "facilities": ["图书角"],
    "checked": False,
    "page": "https://example.org/pages/venues/QCJY002",
}
OPERATIONS = (
    Operation(
        "GET",
        "/venues",
        list_venues,
        "有哪些青春家园",
        "青春家园",
        VenuePage,
        {"items": [VENUE], "next": "WzE5XQ"},
        query=VenueQuery,
        problems=("bad_cursor",),
        cache=CONTENT,
    ),
    Operation(
        "GET",
        "/venues/{venue_id}",
        show_venue,
        "一个青春家园",
        "青春家园",
        VenueAnswer,
        VENUE,
        path_examples={"venue_id": "QCJY002"},
        problems=("venue_not_found",),
        cache=CONTENT,
    ),
)
