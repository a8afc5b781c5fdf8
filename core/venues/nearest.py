"""The nearest 青春家园 (haversine distance, metres)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from content.venues.venues import Venue

EARTH_RADIUS = 6_371_008.8
# Farther than this, somebody is not in the city, or the position is wrong.
FAR_AWAY = 80_000


@dataclass(frozen=True)
class Nearby:
    """A venue and how far it is, in metres."""

    venue: Venue
    metres: float


def nearest(venues: Iterable[Venue], latitude: float, longitude: float) -> list[Nearby]:
    """All venues, the nearest first. Both sides are GCJ-02, so that no conversion shifts them."""
    found = (Nearby(one, distance(latitude, longitude, one.latitude, one.longitude)) for one in venues)
    return sorted(found, key=lambda one: (one.metres, one.venue.id))


def distance(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Metres between two points on the globe."""
    north, south = radians(latitude), radians(other_latitude)
    half = sin((south - north) / 2) ** 2
    half += cos(north) * cos(south) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(half)))


def is_position(latitude: float, longitude: float) -> bool:
    """Whether this is a place on the globe; phones without one send 0, 0."""
    return -90 <= latitude <= 90 and -180 <= longitude <= 180 and (latitude, longitude) != (0, 0)
