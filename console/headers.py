"""What browsers are told besides the page: nothing from elsewhere, nothing inline, nothing kept, no frame."""

from __future__ import annotations

from flask import Blueprint, Response, request

from console.house import House

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # Tabler's arrows and ticks are data: pictures inside its style sheet
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
KEEP = "public, max-age=31536000, immutable"  # their addresses change with their content


def add(door: Blueprint, house: House) -> None:
    @door.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        # What a person sees is kept by no browser.
        is_static = request.endpoint == f"{door.name}.static"
        response.headers["Cache-Control"] = KEEP if is_static else "no-store"
        if house.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
