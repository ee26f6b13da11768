"""One thing has one name, wherever it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

import layers
from gisapp.registers import KINDS
from gisapp.registers.vocabulary import VEHICLE_PROFILES
from gisapp.schema import Label
from layers import LayerSpec
from routing import PROFILES

SPECS = pytest.mark.parametrize("spec", layers.POINT_LAYERS, ids=lambda spec: spec.id)


def test_every_vehicle_has_a_name() -> None:
    assert VEHICLE_PROFILES.keys() == PROFILES.keys()


def test_a_label_is_made_once_in_the_application_and_once_in_the_map_library() -> None:
    """Importing the library costs a second, so the application keeps its own: of the same form."""
    root = Path(layers.__file__).parents[1]
    made = [
        path.relative_to(root).as_posix()
        for package in ("gisapp", "layers", "routing", "web")
        for path in sorted((root / package).rglob("*.py"))
        if "class Label(" in path.read_text(encoding="utf-8")
    ]
    assert made == ["gisapp/schema/base.py", "layers/model.py"]
    assert Label._fields == layers.Label._fields
    for lang in ("zh", "en", "fr"):
        assert Label("甲", "A").in_(lang) == layers.Label("甲", "A").in_(lang)


@SPECS
def test_the_legend_names_things_as_the_register_does(spec: LayerSpec) -> None:
    if spec.class_column:
        choices = KINDS[spec.id].field(spec.class_column).choices or {}
        legend = {one.code: tuple(one.label) for one in spec.classes if one.code in choices}
        assert legend == {code: tuple(label) for code, label in choices.items()}


def test_every_kind_with_positions_has_a_layer() -> None:
    """What can be found by name can also be shown."""
    drawn = {spec.id for spec in layers.LAYERS}
    assert {name for name, kind in KINDS.items() if kind.geometry} <= drawn


@SPECS
def test_a_layer_reads_what_its_register_holds(spec: LayerSpec) -> None:
    known = {field.name for field in KINDS[spec.id].fields}
    asked = {field.column for field in spec.fields} | set(spec.extra)
    assert asked | {spec.class_column, spec.state_column} - {""} <= known


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
