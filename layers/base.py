"""The roads of the base map, and the zooms at which its names are written."""

from __future__ import annotations

from dataclasses import dataclass

from layers.model import Label, LayerSpec


@dataclass(frozen=True, kw_only=True)
class RoadClass:
    """How one group of highway classes is drawn.

    Attributes
    ----------
    code
        Name of the style in the style sheet.
    highways
        OpenStreetMap highway values it takes; their ``_link`` roads follow one zoom later.
    min_zoom
        Web Mercator zoom from which it is shown.
    """

    code: str
    label: Label
    highways: tuple[str, ...]
    min_zoom: int


ROAD_CLASSES = (
    RoadClass(
        code="motorway", label=Label("高速公路", "Motorway"), highways=("motorway",), min_zoom=0
    ),
    RoadClass(
        code="trunk", label=Label("国道、快速路", "Trunk road"), highways=("trunk",), min_zoom=0
    ),
    RoadClass(
        code="primary",
        label=Label("省道、主干路", "Primary road"),
        highways=("primary",),
        min_zoom=7,
    ),
    RoadClass(
        code="secondary",
        label=Label("县道、次干道", "Secondary road"),
        highways=("secondary",),
        min_zoom=9,
    ),
    RoadClass(
        code="tertiary", label=Label("乡道", "Tertiary road"), highways=("tertiary",), min_zoom=10
    ),
    RoadClass(
        code="minor",
        label=Label("村道、街巷", "Local road"),
        highways=("unclassified", "residential", "living_street", "road"),
        min_zoom=12,
    ),
    RoadClass(
        code="track",
        label=Label("机耕路、内部路", "Track, service road"),
        highways=("service", "track", "busway", "escape"),
        min_zoom=13,
    ),
)

PLACE_ZOOM = {"city": 0, "county": 0, "town": 10, "village": 12}
"""Zoom from which the name of each kind of place may be written."""

ROADS = LayerSpec(
    id="roads",
    label=Label("道路", "Roads"),
    group="base",
    order=30,
    geometry="line",
    extra=("highway", "tunnel"),
)
