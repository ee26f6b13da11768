"""Compression of text answers: a phone in the field has little bandwidth."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

MIN_BYTES = 1400
"""Below one network packet nothing is gained."""

LEVEL = 5
TEXT_TYPES = ("text/", "application/json", "application/geo+json", "image/svg+xml")


def register_compression(flask: Flask) -> None:
    """Compress text answers of `flask` where the client takes gzip."""
    flask.after_request(_compress)


def _compress(response: Response) -> Response:
    if not (response.mimetype or "").startswith(TEXT_TYPES):
        return response
    response.vary.add("Accept-Encoding")
    if (
        response.status_code != 200
        or "Content-Encoding" in response.headers
        or request.accept_encodings["gzip"] <= 0
        or request.range is not None
    ):
        return response
    response.direct_passthrough = False
    content = response.get_data()
    if len(content) < MIN_BYTES:
        return response
    response.set_data(gzip.compress(content, LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response
