"""Roads of an extent: the classes of the zoom, merged, simplified."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gisapp.roads import DEGREES_PER_PIXEL_ZOOM_0, LINK_ZOOM_STEP, PIXEL_TOLERANCE, roads_in
from layers import ROAD_CLASSES
from routing import RoadNetwork, Street, from_streets

WORLD = (-180.0, -90.0, 180.0, 90.0)
WAVE = [(float(x), float(0.001 * np.sin(40 * x))) for x in np.linspace(100, 101, 400)]


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    """One street of each class side by side, a slip road, a tunnel, a road in two pieces."""
    streets = [
        Street([(100.0, 30 + step / 10), (100.5, 30 + step / 10)], highway=one.highways[0])
        for step, one in enumerate(ROAD_CLASSES)
    ]
    return from_streets(
        [
            *streets,
            Street([(100.0, 31.0), (100.1, 31.0)], highway="trunk_link"),
            Street([(100.0, 32.0), (100.1, 32.0)], highway="trunk", name="国道", tunnel=True),
            Street([(100.1, 32.0), (100.2, 32.0)], highway="trunk", name="国道"),
            Street([(100.2, 32.0), (100.3, 32.1)], highway="trunk", name="国道"),
            Street([(100.0, 33.0), (100.1, 33.0)], highway="footpath for horses"),
            Street(WAVE, highway="motorway", name="wave"),
        ]
    )


@pytest.mark.parametrize("zoom", range(15))
def test_a_class_appears_at_its_zoom(network: RoadNetwork, zoom: int) -> None:
    found = roads_in(network, (100, 29.9, 101, 30.95), zoom)
    wanted = [one.code for one in ROAD_CLASSES if one.min_zoom <= zoom]
    # Minor roads come first, so that major ones are drawn over them.
    assert found["highway"].tolist() == wanted[::-1]


def test_slip_roads_follow_later(network: RoadNetwork) -> None:
    box = (99.9, 30.95, 100.2, 31.05)
    assert roads_in(network, box, LINK_ZOOM_STEP - 1).empty
    assert roads_in(network, box, LINK_ZOOM_STEP)["highway"].tolist() == ["trunk"]


def test_an_unknown_class_is_drawn_as_a_track(network: RoadNetwork) -> None:
    box = (99.9, 32.9, 100.2, 33.1)
    assert roads_in(network, box, 12).empty
    assert roads_in(network, box, 13)["highway"].tolist() == ["track"]


def test_pieces_of_one_road_are_joined_and_tunnels_kept_apart(network: RoadNetwork) -> None:
    found = roads_in(network, (99.9, 31.9, 100.4, 32.2), 14)
    assert found["name"].tolist() == ["国道", "国道"]
    assert found["tunnel"].tolist() == [False, True]
    joined = shapely.line_merge(found.geometry.iloc[0])
    assert joined.geom_type == "LineString"
    assert joined.length == pytest.approx(0.1 + 0.1 * 2**0.5)


def test_lines_are_as_detailed_as_pixels_are(network: RoadNetwork) -> None:
    box = (99.9, -1, 101.1, 1)
    counts = []
    for zoom in (5, 9, 13, 18):
        line = roads_in(network, box, zoom).geometry.iloc[0]
        tolerance = PIXEL_TOLERANCE * DEGREES_PER_PIXEL_ZOOM_0 / 2**zoom
        assert shapely.hausdorff_distance(line, shapely.LineString(WAVE), 0.1) <= tolerance
        counts.append(shapely.get_num_coordinates(line))
    assert counts == sorted(counts)
    assert counts[0] == 2
    assert counts[-1] > 200


def test_an_empty_extent(network: RoadNetwork) -> None:
    found = roads_in(network, (0, 0, 1, 1), 18)
    assert found.empty
    assert found.crs == "EPSG:4326"
    assert {"id", "name", "highway", "tunnel"} <= set(found.columns)


def test_every_street_is_drawn_whole(network: RoadNetwork) -> None:
    """The length of what is drawn at the closest zoom is the length of the streets."""
    drawn = shapely.length(roads_in(network, WORLD, 22).geometry.to_numpy()).sum()
    assert drawn == pytest.approx(sum(line.length for line in network.street_lines), rel=1e-6)
