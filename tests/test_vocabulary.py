"""One thing has one name, wherever it shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import layers
from gisapp.registers import KINDS
from gisapp.registers.vocabulary import VEHICLE_PROFILES
from gisapp.schema import Label
from layers import LayerSpec
from layers.model import NO_LABEL
from layers.symbols import GLYPHS, SHAPES
from routing import PROFILES
from web.map.catalogue import CATALOGUE, SYMBOL_LAYERS

SPECS = pytest.mark.parametrize("spec", SYMBOL_LAYERS, ids=lambda spec: spec.id)
ALL = pytest.mark.parametrize("spec", CATALOGUE.layers, ids=lambda spec: spec.id)


def test_every_vehicle_has_a_name() -> None:
    assert VEHICLE_PROFILES.keys() == PROFILES.keys()


def test_a_label_is_made_once() -> None:
    root = Path(layers.__file__).parents[1]
    made = [
        path.relative_to(root).as_posix()
        for package in ("gisapp", "layers", "routing", "web")
        for path in sorted((root / package).rglob("*.py"))
        if "class Label(" in path.read_text(encoding="utf-8")
    ]
    assert made == ["layers/model.py"]
    assert Label is layers.Label


@ALL
def test_every_name_is_there_in_both_languages(spec: LayerSpec) -> None:
    for label in (
        spec.label,
        *(row.label for row in spec.classes),
        *(field.unit for field in spec.fields if field.unit != NO_LABEL),
    ):
        assert label.zh
        assert label.en
        assert label.en.isascii() or "²" in label.en or "×" in label.en


@ALL
def test_classes_are_distinct_and_drawn_from_known_shapes(spec: LayerSpec) -> None:
    codes = [row.code for row in spec.classes]
    assert len(set(codes)) == len(codes)
    for row in spec.classes:
        assert row.symbol.shape in SHAPES
        assert row.symbol.glyph in GLYPHS


def test_no_two_classes_look_alike() -> None:
    looks = [row.symbol for spec in SYMBOL_LAYERS for row in spec.classes]
    differing = [(one.shape, one.glyph, one.fill, one.mark, one.scale) for one in looks]
    assert len(set(differing)) == len(differing)


def test_a_layer_is_told_apart_without_colour() -> None:
    """Layers share shape and glyph with no other layer, so that nobody needs to see colours."""
    owners: dict[tuple[str, str], set[str]] = {}
    for spec in SYMBOL_LAYERS:
        for row in spec.classes:
            owners.setdefault((row.symbol.shape, row.symbol.glyph), set()).add(spec.id)
    assert all(len(ids) == 1 for ids in owners.values())


@pytest.mark.parametrize("layer_id", ["hazard_source", "geohazard", "tailings_pond"])
def test_a_grade_is_written_on_its_symbol(layer_id: str) -> None:
    rows = CATALOGUE.layer(layer_id).classes
    assert [row.symbol.mark for row in rows] == [row.code for row in rows]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_description_of_the_map_is_json(lang: str) -> None:
    described = CATALOGUE.describe(lang)
    assert json.loads(json.dumps(described)) == described
    groups = {one["id"] for one in described["groups"]}
    assert all(one["group"] in groups for one in described["layers"])


@SPECS
def test_the_legend_names_things_as_the_register_does(spec: LayerSpec) -> None:
    if spec.class_column:
        choices = KINDS[spec.id].field(spec.class_column).choices or {}
        legend = {one.code: tuple(one.label) for one in spec.classes if one.code in choices}
        assert legend == {code: tuple(label) for code, label in choices.items()}


def test_every_kind_with_positions_has_a_layer() -> None:
    """What can be found by name can also be shown."""
    drawn = {spec.id for spec in CATALOGUE.layers}
    assert {name for name, kind in KINDS.items() if kind.geometry} <= drawn


@SPECS
def test_how_to_reach_a_person_is_asked_for_by_popups_only(spec: LayerSpec) -> None:
    """The map of all features carries no telephone; a popup is masked for its reader."""
    private = KINDS[spec.id].private_names()
    assert private
    assert private.isdisjoint({spec.class_column, spec.state_column, *spec.extra})


@SPECS
def test_a_telephone_in_a_popup_is_private(spec: LayerSpec) -> None:
    phones = {field.column for field in spec.fields if field.format == "phone"}
    assert phones <= KINDS[spec.id].private_names()
