"""Bringing files into the database: checked whole; what is right is stored, the rest waits."""

from gisapp.importing.osm_resources import import_osm_resources
from gisapp.importing.outcome import Fault, ImportingError, ImportOutcome, Notice, WrongRow
from gisapp.importing.resources import import_resources
from gisapp.importing.site import SiteImport, import_site

__all__ = [
    "Fault",
    "ImportOutcome",
    "ImportingError",
    "Notice",
    "SiteImport",
    "WrongRow",
    "import_osm_resources",
    "import_resources",
    "import_site",
]
