"""Places of files are covered and become candidates as records do; a file is kept whole or not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from gisapp.bootstrap import App
from gisapp.errors import InputError, UnknownRecordError
from gisapp.planning.candidates import Candidates, candidates_of
from gisapp.planning.demands import demand_of
from gisapp.planning.layers import layers, places_of, read_places, retire_layer, take_in
from gisapp.rights import ForbiddenError, Right, system_actor
from tests.planning.test_coverage import judged
from tests.tiny_site import A, B, C, D

ACTOR = system_actor("planner")


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def feature(shape: shapely.Geometry, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": json.loads(shapely.to_geojson(shape)),
    }


def kept(app: App, given: Any, **more: Any) -> str:
    places = read_places(given, name="places")
    with app.store.session(write=True) as session:
        return take_in(session, ACTOR, places, name="格网", **more).id


def test_points_and_polygons_are_covered(tiny_app: App) -> None:
    """A polygon by a point inside; what lies beyond the border is told."""
    cell = shapely.box(100.03, 29.995, 100.05, 30.005)
    far = shapely.Point(120.0, 40.0)
    layer = kept(
        tiny_app,
        collection(
            feature(shapely.Point(A), id="a", name="甲村", people=120),
            feature(cell, id="b", name="乙格", people=80),
            feature(far, id="c", name="远处", people=7),
        ),
        source="试验",
        year=2020,
    )
    found = judged(tiny_app, {"demand": f"layer:{layer}"})
    places = found.places.set_index("id")
    assert set(places.index) == {"a", "b"}
    assert places["people"].tolist() == [120.0, 80.0]
    assert places["approximate"].tolist() == [False, True]
    assert cell.contains(places.geometry["b"])
    assert places["county"].notna().all()
    notes = " ".join(note.en for note in found.demand.notes)
    assert "试验" in notes
    assert "2020" in notes
    assert "1 places lie beyond the border" in notes


def test_a_layer_gives_candidates(tiny_app: App) -> None:
    layer = kept(tiny_app, collection(*(feature(shapely.Point(one)) for one in (B, C, D))))
    with tiny_app.store.session() as session:
        found = candidates_of(session, tiny_app.router.network, Candidates(layer=layer))
    assert [(one.x, one.y) for one in found] == [B, C, D]
    assert [one.id for one in found] == [f"{layer}/{number}" for number in (1, 2, 3)]


def test_a_file_of_another_program(tiny_app: App, tmp_path: Path) -> None:
    """A GeoPackage in metres with Chinese columns."""
    path = tmp_path / "villages.gpkg"
    frame = gpd.GeoDataFrame(
        {"编号": ["1", "2"], "名称": ["一", "二"], "人口": [10.0, None]},
        geometry=[shapely.Point(A), shapely.Point(B)],
        crs="EPSG:4326",
    )
    frame.to_crs("EPSG:4546").to_file(path)
    layer = kept(tiny_app, path)
    with tiny_app.store.session() as session:
        (row,) = layers(session)
        assert (row.id, row.places, row.made_by) == (layer, 2, ACTOR.who)
        places = demand_of(session, f"layer:{layer}").places
    assert places["name"].tolist() == ["一", "二"]
    assert places["people"].isna().tolist() == [False, True]
    assert places.geometry[0].distance(shapely.Point(A)) < 1e-7


def test_what_was_put_away_is_unknown(tiny_app: App) -> None:
    layer = kept(tiny_app, collection(feature(shapely.Point(A))))
    with tiny_app.store.session(write=True) as session:
        retire_layer(session, ACTOR, layer)
    with tiny_app.store.session() as session:
        assert layers(session) == []
        with pytest.raises(UnknownRecordError) as raised:
            demand_of(session, f"layer:{layer}")
    assert raised.value.code == "planning.unknown_layer"


def test_who_may_not_plan_takes_nothing_in(tiny_app: App) -> None:
    viewer = replace(ACTOR, rights=frozenset({Right.VIEW}))
    places = read_places(collection(feature(shapely.Point(A))), name="x")
    with tiny_app.store.session(write=True) as session, pytest.raises(ForbiddenError):
        take_in(session, viewer, places, name="x")
    with tiny_app.store.session() as session:
        assert layers(session) == []


def test_it_comes_back_as_it_was(tiny_app: App) -> None:
    given = read_places(
        collection(feature(shapely.Point(A), id="a", people=3), feature(shapely.box(0, 0, 1, 1))),
        name="x",
    )
    with tiny_app.store.session(write=True) as session:
        row = take_in(session, ACTOR, given, name="x")
        found = places_of(row)
    assert found["id"].tolist() == given["id"].tolist()
    assert shapely.equals(found.geometry.to_numpy(), given.geometry.to_numpy()).all()
    assert found["people"].isna().tolist() == given["people"].isna().tolist()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "no features"),
        ({"features": "x"}, "no features"),
        (collection(), "no features"),
        (collection({"geometry": None}), "number 1"),
        (collection(feature(shapely.LineString([A, B]))), "number 1"),
        (
            collection({"geometry": {"type": "Point", "coordinates": "x"}, "properties": {}}),
            "point",
        ),
        (collection(feature(shapely.Point(181.0, 0.0))), "off the globe: number 1"),
        (
            collection(*(feature(shapely.Point(A), id="a") for _ in range(2))),
            "there twice: number 2",
        ),
        (collection(feature(shapely.Point(A), people="many")), "people that are no number"),
        (collection(feature(shapely.Point(A), people=-1)), "people that are no number"),
        (
            collection(feature(shapely.Polygon([(0, 0), (1, 1), (0, 1), (1, 0)]))),
            "no valid point or polygon: number 1",
        ),
    ],
)
def test_faults_are_named(given: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as raised:
        read_places(given, name="places")
    assert raised.value.code == "planning.bad_layer"
    assert said in str(raised.value)
