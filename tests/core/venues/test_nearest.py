"""Distances, against known ones."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.resources import Resources
from core.venues.nearest import distance, is_position, nearest

LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)


@pytest.mark.parametrize(
    ("place", "other", "kilometres"),
    [
        ((34.7466, 113.6253), (34.7466, 113.6253), 0),
        ((34.7466, 113.6253), (39.9042, 116.4074), 624.1),  # Zhengzhou, Beijing
        ((51.5007, -0.1246), (40.6892, -74.0445), 5574.8),  # London, New York
        ((0, 179.5), (0, -179.5), 111.2),  # over the date line
        ((90, 0), (-90, 0), 20015.1),
    ],
)
def test_known_distances(place: tuple[float, float], other: tuple[float, float], kilometres: float) -> None:
    assert distance(*place, *other) / 1000 == pytest.approx(kilometres, rel=2e-3, abs=0.01)


@settings(deadline=None)
@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_distance_is_the_same_both_ways_and_on_the_globe(a: float, b: float, c: float, d: float) -> None:
    assert distance(a, b, c, d) == pytest.approx(distance(c, d, a, b), abs=1e-3)
    assert 0 <= distance(a, b, c, d) <= math.pi * 6_371_100


def test_nearest_gives_all_in_order(resources: Resources) -> None:
    found = nearest(resources.venues, 34.7525, 113.668)
    metres = [one.metres for one in found]
    assert len(found) == len(resources.venues)
    assert metres == sorted(metres)


@pytest.mark.parametrize("place", [(0, 0), (91, 0), (0, 181), (float("nan"), 1), (float("inf"), 1)])
def test_what_is_no_position(place: tuple[float, float]) -> None:
    assert not is_position(*place)
