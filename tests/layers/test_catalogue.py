"""The layers are complete: both languages, a drawable symbol for every class."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import pytest

import layers
from layers.model import NO_UNIT, Label, LayerSpec
from layers.symbols import GLYPHS, SHAPE_INSET, SHAPES

SPECS = pytest.mark.parametrize("spec", layers.LAYERS, ids=lambda spec: spec.id)
PATH = re.compile(r"[MmLlHhVvCcSsQqTtAaZz0-9 ,.+-]*")


def labels(spec: LayerSpec) -> list[Label]:
    return [
        spec.label,
        *(row.label for row in spec.classes),
        *(field.unit for field in spec.fields if field.unit != NO_UNIT),
    ]


@SPECS
def test_every_name_is_there_in_both_languages(spec: LayerSpec) -> None:
    for label in labels(spec):
        assert label.zh
        assert label.en
        assert label.en.isascii() or "²" in label.en or "×" in label.en


@SPECS
def test_classes_are_distinct_and_drawn_from_known_shapes(spec: LayerSpec) -> None:
    codes = [row.code for row in spec.classes]
    assert len(set(codes)) == len(codes)
    for row in spec.classes:
        assert row.symbol.shape in SHAPES
        assert row.symbol.glyph in GLYPHS


def test_no_two_classes_look_alike() -> None:
    looks = [row.symbol for spec in layers.POINT_LAYERS for row in spec.classes]
    differing = [(one.shape, one.glyph, one.fill, one.mark, one.scale) for one in looks]
    assert len(set(differing)) == len(differing)


def test_a_layer_is_told_apart_without_colour() -> None:
    """Layers share shape and glyph with no other layer, so that nobody needs to see colours."""
    owners: dict[tuple[str, str], set[str]] = {}
    for spec in layers.POINT_LAYERS:
        for row in spec.classes:
            owners.setdefault((row.symbol.shape, row.symbol.glyph), set()).add(spec.id)
    assert all(len(ids) == 1 for ids in owners.values())


@pytest.mark.parametrize("layer_id", ["hazard_source", "geohazard", "tailings_pond"])
def test_a_grade_is_written_on_its_symbol(layer_id: str) -> None:
    rows = layers.layer(layer_id).classes
    assert [row.symbol.mark for row in rows] == [row.code for row in rows]


def test_paths_hold_nothing_but_path_commands() -> None:
    for path in [*SHAPES.values(), *(part for glyph in GLYPHS.values() for part in glyph)]:
        assert PATH.fullmatch(path)
    assert SHAPES.keys() == SHAPE_INSET.keys()


def test_a_symbol_is_well_formed_svg() -> None:
    for spec in layers.POINT_LAYERS:
        for row in spec.classes:
            assert ET.fromstring(layers.symbol_svg(row.symbol)).tag.endswith("svg")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_description_is_json(lang: str) -> None:
    described = layers.describe(lang)
    assert json.loads(json.dumps(described)) == described
    assert {one["id"] for one in described["layers"]} == {spec.id for spec in layers.LAYERS}
    groups = {one["id"] for one in described["groups"]}
    assert all(one["group"] in groups for one in described["layers"])


def test_an_unknown_layer_is_said_so() -> None:
    with pytest.raises(layers.UnknownLayerError, match="no layer 'x'"):
        layers.layer("x")


def test_an_unknown_class_falls_to_the_last_row() -> None:
    team = layers.layer("team")
    assert team.class_of("flood").code == "flood"
    assert team.class_of("never heard of") is team.classes[-1]
