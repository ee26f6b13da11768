"""What is drawn on a map: layer schema, style, legend, popups."""

from layers.base import PLACE_ZOOM, ROAD_CLASSES, RoadClass
from layers.catalogue import GROUPS, LAYERS, POINT_LAYERS, describe, layer
from layers.errors import LayerError, MissingColumnError, UnknownLayerError
from layers.facts import Fact, facts
from layers.geojson import to_geojson
from layers.model import Field, Label, LayerSpec, Symbol, SymbolClass
from layers.shell import console_page
from layers.symbols import symbol_svg

__all__ = [
    "GROUPS",
    "LAYERS",
    "PLACE_ZOOM",
    "POINT_LAYERS",
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
    "console_page",
    "describe",
    "facts",
    "layer",
    "symbol_svg",
    "to_geojson",
]
