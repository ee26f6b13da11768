"""Pages and JSON API of the application."""

from web.factory import create_app
from web.heavy import Heavy
from web.warming import warm

__all__ = ["Heavy", "create_app", "warm"]
