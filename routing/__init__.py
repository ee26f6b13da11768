"""Road network for emergency dispatch and the questions asked of it.

A library of its own: it never imports the application around it.
"""

from routing.build import Street, from_streets
from routing.convert import from_graphml, from_networkx, to_networkx
from routing.errors import NotOnNetworkError, QueryError, RoadFileError, RoutingError
from routing.lines import LineColumns, from_lines
from routing.network import RoadNetwork
from routing.osm import from_osm_pbf
from routing.report import ImportReport
from routing.storage import load, save

__all__ = [
    "ImportReport",
    "LineColumns",
    "NotOnNetworkError",
    "QueryError",
    "RoadFileError",
    "RoadNetwork",
    "RoutingError",
    "Street",
    "from_graphml",
    "from_lines",
    "from_networkx",
    "from_osm_pbf",
    "from_streets",
    "load",
    "save",
    "to_networkx",
]
