"""The Flask application of one site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from web import errors, identity, parameters, security
from web.accounts import blueprint as accounts_blueprint
from web.api import blueprint as api_blueprint
from web.assets import register_assets
from web.context import KEY
from web.exchange import blueprint as exchange_blueprint
from web.importing import blueprint as importing_blueprint
from web.incidents import blueprint as incidents_blueprint
from web.map import blueprint as map_blueprint
from web.ogc import blueprint as ogc_blueprint
from web.quality import blueprint as quality_blueprint
from web.registers import blueprint as registers_blueprint
from web.registers import files_blueprint
from web.risks import blueprint as risks_blueprint
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
    flask.register_blueprint(accounts_blueprint)
    flask.register_blueprint(map_blueprint)
    flask.register_blueprint(incidents_blueprint)
    flask.register_blueprint(ogc_blueprint)
    flask.register_blueprint(risks_blueprint)
    flask.register_blueprint(quality_blueprint)
    flask.register_blueprint(registers_blueprint)
    flask.register_blueprint(importing_blueprint)
    flask.register_blueprint(files_blueprint)
    flask.register_blueprint(api_blueprint)
    flask.register_blueprint(exchange_blueprint)
    return flask
