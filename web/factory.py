"""The Flask application of one site."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from flask import Blueprint, Flask

import web
from web import errors, identity, parameters, playing, security
from web.assets import register_assets
from web.context import KEY
from web.transfer import register_compression

if TYPE_CHECKING:
    from gisapp.bootstrap import App

MAX_BODY_BYTES = 256 * 1024
"""A closure of a few thousand vertices fits; nothing larger is ever posted."""


def create_app(app: App) -> Flask:
    """Build the web application that serves `app`.

    Parameters
    ----------
    app
        The opened site.
    """
    flask = Flask(__name__, static_folder=None)
    flask.config.update(MAX_CONTENT_LENGTH=MAX_BODY_BYTES, TRAP_HTTP_EXCEPTIONS=False)
    flask.json.ensure_ascii = False  # type: ignore[attr-defined]
    flask.extensions[KEY] = app
    flask.url_map.converters["int"] = parameters.Serial
    register_assets(flask)
    security.register(flask)
    identity.register(flask)
    errors.register(flask)
    register_compression(flask)
    playing.register(flask)  # last: its mark is set before an answer is compressed
    for blueprint in blueprints():
        flask.register_blueprint(blueprint)
    return flask


def blueprints() -> list[Blueprint]:
    """All blueprints that the packages beside this module hold: a new one needs no list."""
    folders = [one for one in iter_modules(web.__path__) if one.ispkg]
    packages = [import_module(f"web.{one.name}") for one in folders]
    held = [one for package in packages for one in vars(package).values()]
    return [one for one in held if isinstance(one, Blueprint)]
