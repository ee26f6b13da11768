"""Headers and checks that every answer and every change goes through."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from werkzeug.sansio.utils import host_is_trusted

from gisapp.errors import InputError
from gisapp.settings import Settings
from web.access import Gate, access_to
from web.context import site_app

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With no-referrer a browser hides the origin of our own forms from us as well.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}

LINK_HEADERS = {
    # The address is the secret: it goes along nowhere, into no log of ours either.
    "Referrer-Policy": "no-referrer",
    # A crew's phone is the one that is asked where it is.
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=()",
}
"""Instead of those of :data:`HEADERS`, of whatever a link in the address opens."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


ANY_HOST = "*"
MAX_SHOWN = 60


def register(flask: Flask) -> None:
    """Add the headers and the checks of host and origin to `flask`."""
    flask.before_request(_require_trusted_host)
    flask.before_request(_require_same_origin)
    flask.after_request(_add_headers)


def trusted_names(settings: Settings) -> list[str]:
    """Names that a browser may reach this server by, in lower case; addresses need none."""
    names = ["localhost", socket.gethostname(), settings.host, *settings.trusted_hosts]
    return [name.lower() for name in names if name]


def _require_trusted_host() -> None:
    """Refuse a page that had its own name point at this server.

    To the browser that page and this server are one origin (DNS rebinding). An address in
    figures cannot be pointed elsewhere, so it is as good as a trusted name; Flask's
    ``TRUSTED_HOSTS`` would need each address listed and matches none of IPv6.
    """
    settings = site_app().settings
    host = request.headers.get("Host")
    # Every browser names the host; what states none is no browser.
    if host is None or ANY_HOST in settings.trusted_hosts:
        return
    if _is_address(host) or host_is_trusted(host.lower(), trusted_names(settings)):
        return
    shown = host if len(host) <= MAX_SHOWN else f"{host[:MAX_SHOWN]}…"
    raise InputError("web.untrusted_host", host=shown)


def _is_address(host: str) -> bool:
    try:
        ip_address(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return False
    # A host that holds more than name and port is no address, whatever its end looks like.
    return "@" not in host and "/" not in host


def _require_same_origin() -> None:
    """Refuse a change that a page of another origin sent through the user's browser.

    Browsers state where a request comes from; a client that states nothing is no browser
    and carries nobody's session.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        abort(403)
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)


def _add_headers(response: Response) -> Response:
    if access_to(request.endpoint, request.method) is Gate.LINK:
        response.headers.update(LINK_HEADERS)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
