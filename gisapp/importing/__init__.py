"""Bringing files into the database: checked whole, then stored whole or not at all."""

from gisapp.importing.osm_resources import import_osm_resources
from gisapp.importing.outcome import Fault, ImportingError, ImportOutcome
from gisapp.importing.resources import import_resources
from gisapp.importing.site import SiteImport, import_site

__all__ = [
    "Fault",
    "ImportOutcome",
    "ImportingError",
    "SiteImport",
    "import_osm_resources",
    "import_resources",
    "import_site",
]
