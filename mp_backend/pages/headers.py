"""What browsers are told besides the page: nothing from elsewhere, nothing guessed, nothing passed on."""

from __future__ import annotations

from flask import Blueprint, Response

POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'"
# Content changes with a release; five minutes spare a slow line and hide no correction for long.
SHORT_CACHE = "public, max-age=300"


def add(door: Blueprint, is_production: bool) -> None:
    # The simulator's phone shows pages in a frame; nobody else may.
    policy = f"{POLICY}; frame-ancestors 'none'" if is_production else POLICY

    @door.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-cache")
        return response


def cached(response: Response) -> Response:
    """A page that is the same for everybody."""
    response.headers["Cache-Control"] = SHORT_CACHE
    return response
