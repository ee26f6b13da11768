"""Static files under an address that changes with their content.

The address holds a fingerprint of all files, so a browser keeps them for good and never
mixes two versions: modules import each other by relative addresses and stay within one.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response, abort, current_app, send_from_directory

from web.access import Gate, needs

STATIC = Path(__file__).parent / "static"
KEY = "gisapp.assets"
FOREVER_S = 365 * 24 * 3600


def register_assets(flask: Flask) -> None:
    """Serve ``web/static`` below ``/assets/<fingerprint>/``."""
    flask.extensions[KEY] = fingerprint(STATIC)
    flask.add_url_rule("/assets/<version>/<path:name>", "assets", _asset)


def fingerprint(folder: Path) -> str:
    """A short digest of every file in `folder`, names included."""
    digest = hashlib.sha256()
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def assets_url() -> str:
    """Address of the static files, without a closing slash."""
    return f"/assets/{current_app.extensions[KEY]}"


@needs(Gate.OPEN)
def _asset(version: str, name: str) -> Response:
    if version != current_app.extensions[KEY]:
        abort(404)
    response = send_from_directory(STATIC, name)
    response.headers["Cache-Control"] = f"public, max-age={FOREVER_S}, immutable"
    return response
