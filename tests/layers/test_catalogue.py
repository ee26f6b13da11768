"""A catalogue keeps the order of the legend; symbols are drawable."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

import layers
from layers import ROADS, Catalogue, Symbol
from layers.symbols import GLYPHS, SHAPE_INSET, SHAPES
from tests.layers.specs import HAZARD, PLACE, STATION, TEAM

PATH = re.compile(r"[MmLlHhVvCcSsQqTtAaZz0-9 ,.+-]*")
CATALOGUE = Catalogue((PLACE, ROADS, HAZARD, STATION, TEAM))


def test_layers_stand_by_group_and_order() -> None:
    assert [spec.id for spec in CATALOGUE.layers] == ["team", "hazard", "station", "place", "roads"]
    assert [one["id"] for one in CATALOGUE.describe("zh")["layers"]] == [
        spec.id for spec in CATALOGUE.layers
    ]


def test_an_unknown_layer_is_said_so() -> None:
    with pytest.raises(layers.UnknownLayerError, match="no layer 'x'"):
        CATALOGUE.layer("x")
    with pytest.raises(layers.UnknownLayerError, match="no layer 'roads'"):
        CATALOGUE.layer("roads", geometry="point")


def test_an_unknown_class_falls_to_the_last_row() -> None:
    assert TEAM.class_of("flood").code == "flood"
    assert TEAM.class_of("never heard of") is TEAM.classes[-1]


def test_paths_hold_nothing_but_path_commands() -> None:
    for path in [*SHAPES.values(), *(part for glyph in GLYPHS.values() for part in glyph)]:
        assert PATH.fullmatch(path)
    assert SHAPES.keys() == SHAPE_INSET.keys()


@pytest.mark.parametrize("glyph", GLYPHS)
def test_a_symbol_is_well_formed_svg(glyph: str) -> None:
    symbol = Symbol(shape="shield", glyph=glyph, fill="#123456", mark="1")
    assert ET.fromstring(layers.symbol_svg(symbol)).tag.endswith("svg")


def test_the_schema_of_layers_costs_no_map_library() -> None:
    """The application's labels are the library's: to import them must stay cheap."""
    heavy = "{'folium', 'geopandas', 'pandas', 'numpy'} & set(sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, layers; print({heavy})"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "set()"
