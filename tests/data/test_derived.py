"""What the sample makes up of a description alone: registers and fields without a maker."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import shapely

from gisapp.registers.fields import Kind
from gisapp.registers.kinds import RESOURCE_KINDS
from gisapp.registers.values import parse_cell
from tests.data.test_sample_site import SAMPLE, SITE

Rows = dict[str, list[dict[str, object]]]


@pytest.fixture(scope="module")
def builder() -> Iterator[ModuleType]:
    sys.path.insert(0, str(SAMPLE))
    try:
        yield importlib.import_module("builder.derived")
    finally:
        sys.path.remove(str(SAMPLE))


@pytest.fixture(scope="module")
def siting(builder: ModuleType) -> Any:
    """Roadsides of the sample's counties: a street across the middle of each."""
    part = {
        name: importlib.import_module(f"builder.{name}")
        for name in ("inputs", "rivers", "terrain", "siting", "streets")
    }
    inputs = part["inputs"].read_inputs(SITE)
    terrain = part["terrain"].make_terrain(inputs, part["rivers"].draw_rivers(inputs))
    streets = []
    for county in inputs.counties:
        middle = shapely.get_coordinates(county.polygon.representative_point())[0]
        streets += [
            part["streets"].Street(
                xy=middle + np.array([[0.0, along], [200.0, along]]), highway="residential"
            )
            for along in range(0, 2000, 100)
        ]
    return part["siting"].Siting(inputs, terrain, streets, [], "test")


def derived(builder: ModuleType, siting: Any, registers: Rows) -> Rows:
    builder.derive(siting, registers)
    return registers


@pytest.fixture(scope="module")
def everything(builder: ModuleType, siting: Any) -> Rows:
    """All registers, had none a maker."""
    return derived(builder, siting, {})


@pytest.mark.parametrize("kind", RESOURCE_KINDS.values(), ids=lambda kind: kind.name)
def test_a_register_without_a_maker_has_records_that_its_import_takes(
    everything: Rows, kind: Kind
) -> None:
    rows = everything[kind.name]
    assert len({row["id"] for row in rows}) == len(rows) == 20
    for row in rows:
        for field in kind.given():
            cell = str(row.get(field.name, ""))
            # What a pattern alone describes nobody can make up.
            assert cell or not field.required or field.pattern, field.name
            if cell:
                parse_cell(field, cell)
    if "name" in rows[0]:
        assert all("（合成）" in str(row["name"]) for row in rows)


def test_a_field_without_a_maker_is_filled_and_the_others_stay(
    builder: ModuleType, siting: Any, everything: Rows
) -> None:
    left = "beds"
    hospitals = [
        {name: value for name, value in row.items() if name != left}
        for row in everything["hospital"]
    ]
    again = derived(builder, siting, {"hospital": hospitals})["hospital"]
    for row, before in zip(again, everything["hospital"], strict=True):
        assert row.keys() == before.keys()
        assert {**row, left: 0} == {**before, left: 0}
        assert 0 <= int(str(row[left])) <= 100


def test_a_reference_is_to_a_record_that_is_there(everything: Rows) -> None:
    known = {row["id"] for row in everything["depot"]}
    assert {row["depot_id"] for row in everything["lot"]} <= known


def test_what_people_decide_is_left_to_them(everything: Rows) -> None:
    assert not any("override" in name for rows in everything.values() for name in rows[0])
