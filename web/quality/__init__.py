"""The quality board, its work lists and each county's share."""

from web.quality.views import blueprint

__all__ = ["blueprint"]
