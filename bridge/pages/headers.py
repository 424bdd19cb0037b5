"""Headers that every answer carries: what a page may load, whom it may tell, what it may use."""

import secrets

from aiohttp import web
from aiohttp.typedefs import Handler

NONCE = web.RequestKey("nonce", str)
#: Whether browsers are told to use https alone from now on. Not with a certificate made for a first try.
HSTS = web.AppKey("hsts", bool)

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": with that, browsers send forms with "Origin: null".
    "Referrer-Policy": "same-origin",
    "Server": "Gloria",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), "
    "geolocation=(), payment=(), usb=()",
}


def _content_security_policy(nonce: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self'",
            "font-src 'self'",
            "img-src 'self' data:",
            "media-src 'self' blob:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


@web.middleware
async def secure_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request a nonce and the answer its headers."""
    request[NONCE] = secrets.token_urlsafe(16)
    return await handler(request)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal handler (on_response_prepare): errors and streams get the headers too."""
    response.headers.update(_FIXED)
    if request.app[HSTS]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if response.content_type == "text/html":
        response.headers.setdefault("Content-Security-Policy", _content_security_policy(request.get(NONCE, "")))
        response.headers.setdefault("Cache-Control", "no-store")
    elif request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-cache")
    elif response.status != 101:
        response.headers.setdefault("Cache-Control", "no-store")
