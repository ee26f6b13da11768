"""OGC API – Features over every register and layer."""

from web.ogc.views import blueprint

__all__ = ["blueprint"]
