"""Venues of the city (青春家园)."""

from content.venues.venues import Venue, Venues

__all__ = ["Venue", "Venues"]
