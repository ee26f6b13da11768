"""Pages and JSON API of the application."""

from web.factory import create_app

__all__ = ["create_app"]
