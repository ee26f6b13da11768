"""Road network for emergency dispatch and the questions asked of it.

A library of its own: it never imports the application around it.
"""

from routing.area_checks import AreaCheck, check_areas
from routing.build import Street, from_streets
from routing.claims import Claims, Crews
from routing.closures import Closure, Closures
from routing.convert import from_graphml, from_networkx, to_networkx
from routing.cover import Cover, FirstDue
from routing.disconnections import Disconnections
from routing.doubts import (
    ConfirmedLimit,
    DoubtfulLimit,
    HeldBack,
    confirm_limits,
    doubtful_limits,
)
from routing.errors import NoRouteError, NotOnNetworkError, QueryError, RoadFileError, RoutingError
from routing.explain import Unreachable
from routing.hierarchy.hierarchy import Hierarchy, hierarchy_of, load_hierarchy
from routing.hierarchy.order import can_order
from routing.isochrones import Isochrone
from routing.lines import LineColumns, from_lines
from routing.losses import Baseline, Fleet, Losses
from routing.nearest import Reached
from routing.network import RoadNetwork
from routing.osm import from_osm_pbf
from routing.positions import Position, locate, locate_many, position_on
from routing.profiles import BLOCKED, PROFILES, VehicleProfile, edge_weights_ms
from routing.report import ImportReport
from routing.resources import Resource, ResourceSet
from routing.router import Router
from routing.routes import Route, Step
from routing.service_areas import ServiceArea, ServiceAreas
from routing.storage import load, save
from routing.times import Searches, Times
from routing.warming import warm_up

__all__ = [
    "BLOCKED",
    "PROFILES",
    "AreaCheck",
    "Baseline",
    "Claims",
    "Closure",
    "Closures",
    "ConfirmedLimit",
    "Cover",
    "Crews",
    "Disconnections",
    "DoubtfulLimit",
    "FirstDue",
    "Fleet",
    "HeldBack",
    "Hierarchy",
    "ImportReport",
    "Isochrone",
    "LineColumns",
    "Losses",
    "NoRouteError",
    "NotOnNetworkError",
    "Position",
    "QueryError",
    "Reached",
    "Resource",
    "ResourceSet",
    "RoadFileError",
    "RoadNetwork",
    "Route",
    "Router",
    "RoutingError",
    "Searches",
    "ServiceArea",
    "ServiceAreas",
    "Step",
    "Street",
    "Times",
    "Unreachable",
    "VehicleProfile",
    "can_order",
    "check_areas",
    "confirm_limits",
    "doubtful_limits",
    "edge_weights_ms",
    "from_graphml",
    "from_lines",
    "from_networkx",
    "from_osm_pbf",
    "from_streets",
    "hierarchy_of",
    "load",
    "load_hierarchy",
    "locate",
    "locate_many",
    "position_on",
    "save",
    "to_networkx",
    "warm_up",
]
