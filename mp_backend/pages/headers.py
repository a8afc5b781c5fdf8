"""What browsers are told besides the page: nothing from elsewhere, nothing guessed, nothing passed on."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Reply

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

    # For the whole app: the redirect to a missing last slash is made before a page of ours is found.
    @door.after_app_request
    def stay_here(response: Response) -> Response | Reply:
        """A redirect names no host: the one that Flask writes into it is whatever the caller put into `Host`."""
        target = urlsplit(response.location or "")
        if target.hostname is None or target.hostname != urlsplit(request.host_url).hostname:
            return response
        return redirect(target._replace(scheme="", netloc="").geturl(), response.status_code)


def cached(response: Response) -> Response:
    """A page that is the same for everybody."""
    response.headers["Cache-Control"] = SHORT_CACHE
    return response
