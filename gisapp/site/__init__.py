"""The site: which prefecture this is, as data."""

from gisapp.site.file import AreaSource, RoadSource, SiteFile, read_site_file
from gisapp.site.model import load_site, save_site
from gisapp.site.site import Headquarters, Site

__all__ = [
    "AreaSource",
    "Headquarters",
    "RoadSource",
    "Site",
    "SiteFile",
    "load_site",
    "read_site_file",
    "save_site",
]
