"""What is drawn on a map: layer schema, style, legend, popups."""

from layers.base import AREA, PLACE_ZOOM, ROAD_CLASSES, ROADS, RoadClass
from layers.catalogue import GROUPS, LAYERS, POINT_LAYERS, describe, layer
from layers.errors import LayerError, MissingColumnError, UnknownLayerError
from layers.facts import Fact, facts
from layers.geojson import POINT_DECIMALS, collected, each_as_geojson, each_in_languages, to_geojson
from layers.model import Field, Label, LayerSpec, Symbol, SymbolClass
from layers.shell import console_page
from layers.standalone import standalone_map
from layers.symbols import symbol_svg

__all__ = [
    "AREA",
    "GROUPS",
    "LAYERS",
    "PLACE_ZOOM",
    "POINT_DECIMALS",
    "POINT_LAYERS",
    "ROADS",
    "ROAD_CLASSES",
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
    "collected",
    "console_page",
    "describe",
    "each_as_geojson",
    "each_in_languages",
    "facts",
    "layer",
    "standalone_map",
    "symbol_svg",
    "to_geojson",
]
