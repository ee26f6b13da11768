"""The map page and what it draws."""

from web.map.views import blueprint

__all__ = ["blueprint"]
