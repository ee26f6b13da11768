"""What a road is called: by its name, or by its class where it has none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gisapp.messages import translate
from gisapp.schema import Label
from routing import RoadNetwork

_CLASSES: Final[Mapping[str, Label]] = {
    "motorway": Label("高速公路", "motorway"),
    "trunk": Label("国道或快速路", "trunk road"),
    "primary": Label("省道或主干路", "primary road"),
    "secondary": Label("县道或次干路", "secondary road"),
    "tertiary": Label("乡道", "tertiary road"),
    "unclassified": Label("村道", "minor road"),
    "residential": Label("街巷", "residential street"),
    "living_street": Label("生活街道", "living street"),
    "service": Label("内部道路", "service road"),
    "track": Label("机耕路", "track"),
}
"""Classes as the map's legend calls them, each for itself; others are plain roads."""
_ROAD: Final = Label("道路", "road")
_RAMP: Final = Label("匝道", "ramp")


def class_of(network: RoadNetwork, street: int) -> Label:
    """What a street is called by its class alone."""
    highway = network.highway_classes[network.street_highway[street]]
    if highway.endswith("_link"):
        return _RAMP
    return _CLASSES.get(highway, _ROAD)


def street_name(network: RoadNetwork, street: int) -> Label:
    """What a street is called; see :func:`called`."""
    return called(network.names[network.street_name[street]], class_of(network, street))


def called(name: str, of_class: Label, *, way_id: int | None = None) -> Label:
    """The name, which in the network is the number where a road has that alone; or its class.

    Parameters
    ----------
    way_id
        Of the roads' file, where it is to be told from others that are called alike.
    """
    texts = {}
    for lang in ("zh", "en"):
        unnamed = translate("footprint.unnamed_road", lang, kind=of_class.in_(lang))
        text = name or unnamed
        if way_id is not None:
            text = translate("footprint.road_with_number", lang, name=text, way=way_id)
        texts[lang] = text
    return Label(texts["zh"], texts["en"])
