"""Pages and JSON API of the application."""

from web.factory import create_app
from web.heavy import Heavy

__all__ = ["Heavy", "create_app"]
