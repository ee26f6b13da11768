"""The interface for other systems: its description, and feeds of every register."""

from web.api.views import blueprint

__all__ = ["blueprint"]
