"""What is drawn on a map: layer schema, style, legend, popups.

What needs geopandas or folium stands in modules of its own (:mod:`layers.geojson`,
:mod:`layers.shell`, :mod:`layers.standalone`): they take a second to import.
"""

from layers.base import PLACE_ZOOM, ROAD_CLASSES, ROADS, RoadClass
from layers.catalogue import GROUPS, Catalogue
from layers.errors import LayerError, MissingColumnError, UnknownLayerError
from layers.facts import Fact, facts
from layers.model import Field, Label, LayerSpec, Symbol, SymbolClass
from layers.symbols import symbol_svg

__all__ = [
    "GROUPS",
    "PLACE_ZOOM",
    "ROADS",
    "ROAD_CLASSES",
    "Catalogue",
    "Fact",
    "Field",
    "Label",
    "LayerError",
    "LayerSpec",
    "MissingColumnError",
    "RoadClass",
    "Symbol",
    "SymbolClass",
    "UnknownLayerError",
    "facts",
    "symbol_svg",
]
