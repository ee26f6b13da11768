"""Pages of the census import: upload, quarantine, merging."""

from web.importing.views import blueprint

__all__ = ["blueprint"]
