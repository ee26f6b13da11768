"""The course over the ground: against enumeration on made-up ground, against streams on real."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import numpy.typing as npt
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point

from gisapp.bootstrap import App
from gisapp.errors import InputError
from gisapp.heights import Heights, add_tiles
from gisapp.incidents.surroundings import descent
from gisapp.incidents.surroundings.descent import course_over_ground
from gisapp.incidents.surroundings.lines import propose
from gisapp.incidents.surroundings.plane import plane
from gisapp.incidents.surroundings.vocabulary import LineSource
from tests.heights import STEP, VOID, falling_south, tile
from tests.incidents.acting import do
from tests.incidents.surroundings.valley import DAM, HAZARD, fill_valley

WEST, SOUTH = 100, 30
START = (100.1, 30.1)
WALL = 9000
SMALL = 12


class Ground(Heights):
    """Heights of a small square, its south-western corner at :data:`START`."""

    def __init__(self, metres: npt.NDArray[np.int16]) -> None:
        super().__init__(Path("/nowhere"))
        self.metres, self.origin = metres, super().cell(*START)

    def __bool__(self) -> bool:
        return True

    def at(self, cell: tuple[int, int]) -> int | None:
        row, column = cell[0] - self.origin[0], cell[1] - self.origin[1]
        inside = 0 <= row < SMALL and 0 <= column < SMALL
        return int(self.metres[row, column]) if inside else None


def lowest_rims(metres: npt.NDArray[np.int16], start: tuple[int, int]) -> dict[int, int]:
    """For each height below the start's: how high one must climb to get there, at least."""
    graph: nx.Graph = nx.Graph()
    for row, column in np.ndindex(metres.shape):
        for near in ((row + a, column + b) for a in (0, 1) for b in (-1, 0, 1) if a or b == 1):
            if 0 <= near[0] < SMALL and 0 <= near[1] < SMALL:
                rim = max(metres[row, column], metres[near])
                graph.add_edge((row, column), near, rim=int(rim))
    tree = nx.minimum_spanning_tree(graph, weight="rim")
    found: dict[int, int] = {}
    for cell, path in nx.single_source_shortest_path(tree, start).items():
        if metres[cell] < metres[start]:
            rim = int(max(metres[one] for one in path))
            height = int(metres[cell])
            found[height] = min(rim, found.get(height, rim))
    return found


@given(st.integers(0, 2**32 - 1))
def test_a_hollow_is_left_over_its_lowest_rim(seed: int) -> None:
    rng = np.random.default_rng(seed)
    metres = rng.integers(100, 140, (SMALL, SMALL)).astype(np.int16)
    ground = Ground(metres)
    start = int(rng.integers(SMALL)), int(rng.integers(SMALL))
    cell = ground.origin[0] + start[0], ground.origin[1] + start[1]
    rims = lowest_rims(metres, start)
    way = descent._way_down(ground, cell)
    if way is None:
        assert not rims
        return
    heights = [ground.at(one) or 0 for one in way]
    assert heights[-1] < metres[start] <= min([*heights[:-1], metres[start]])
    for before, after in zip([cell, *way], way, strict=False):
        assert max(abs(before[0] - after[0]), abs(before[1] - after[1])) == 1
    if len(way) > 1:  # out of a hollow
        assert max(heights) == min(rims.values())


def valley(*, dam: bool = False) -> npt.NDArray[np.int16]:
    """A valley that falls to the south along 100.05° E, its sides rising."""
    rows, columns = np.mgrid[0:1201, 0:1201]
    metres = 500 - rows // 4 + np.abs(columns - 60)
    if dam:
        metres[900, :] = np.maximum(metres[900, :], 320)
    return metres.astype(np.int16)


def followed(folder: Path, x: float, y: float, reach_m: float = 20_000) -> LineString | None:
    return course_over_ground(Heights(folder), plane("EPSG:32647"), x, y, reach_m=reach_m)


def test_a_valley_is_followed_to_its_mouth_or_until_far_enough(tmp_path: Path) -> None:
    tile(tmp_path, WEST, SOUTH, valley())
    line = followed(tmp_path, 100.06, 30.5)
    assert line is not None
    assert line.coords[0] == pytest.approx((100.06, 30.5))
    assert all(abs(x - 100.05) < 2 * STEP for x, y in line.coords[1:] if y < 30.48)
    assert plane("EPSG:32647").metres(line).length == pytest.approx(20_000, rel=0.01)
    whole = followed(tmp_path, 100.06, 30.5, 300_000)
    assert whole is not None
    assert whole.coords[-1][1] == pytest.approx(30.0, abs=2 * STEP)


def test_a_dam_is_passed_and_a_hollow_without_a_way_out_ends_the_course(tmp_path: Path) -> None:
    tile(tmp_path, WEST, SOUTH, valley(dam=True))
    crest = (100.05, 31 - 900 * STEP)
    line = followed(tmp_path, *crest)
    assert line is not None
    # Lower on the side of the reservoir too, where the course does not wander about.
    assert max(y for _x, y in line.coords) < crest[1] + 4 * STEP
    ring = valley()
    ring[600:620, 50:70] = VOID
    ring[605:615, 55:65] = 300
    ring[610, 60] = 290
    tile(tmp_path, WEST, SOUTH, ring)
    assert followed(tmp_path, 100.05, 31 - 610 * STEP) is None
    assert followed(tmp_path, 105.0, 35.0) is None


def test_it_goes_on_across_the_border_of_two_tiles(tmp_path: Path) -> None:
    tile(tmp_path, WEST, SOUTH, valley())
    tile(tmp_path, WEST, SOUTH - 1, (valley() - 300).astype(np.int16))
    line = followed(tmp_path, 100.05, 30.05)
    assert line is not None
    assert line.coords[-1][1] < 29.9


def test_on_real_heights_it_keeps_to_the_streams(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "andorra"
    tiles = sorted(folder.glob("*.hgt.zip"))
    if not tiles:
        pytest.skip(f"no heights in {folder}")
    add_tiles(tmp_path / "heights", tiles)
    streams: gpd.GeoDataFrame = pyogrio.read_dataframe(
        folder / "andorra-2023.osm.pbf", layer="lines", where="waterway IN ('river', 'stream')"
    ).to_crs(25831)
    water = streams.geometry.union_all()
    on = plane("EPSG:25831")
    for x, y in ((1.667, 42.577), (1.60, 42.565), (1.485, 42.62), (1.45, 42.57)):
        line = course_over_ground(Heights(tmp_path / "heights"), on, x, y, reach_m=30_000)
        assert line is not None
        metres = on.metres(line)
        along = shapely.line_interpolate_point(metres, np.arange(0, metres.length, 100))
        assert np.mean(shapely.distance(along, water) < 150) > 0.95
        # The rivers of Andorra leave it to the south, by the Valira.
        assert Point(line.coords[-1]).y < 42.48


def test_a_line_is_proposed_over_the_ground_where_no_river_says_its_direction(
    tiny_apps: App,
) -> None:
    store = tiny_apps.store
    fill_valley(store, flow=None)
    with pytest.raises(InputError) as refused:
        do(store, propose, *HAZARD, by=LineSource.HEIGHTS, heights=tiny_apps.heights)
    assert refused.value.code == "downstream.no_heights"
    falling_south(tiny_apps.heights_path)
    line = do(store, propose, *HAZARD, heights=tiny_apps.heights)
    assert (line.source, line.confirmed_at) == ("heights", None)
    assert line.geom.coords[0] == pytest.approx(DAM)
    assert line.geom.coords[-1][1] < 29.8
    with pytest.raises(InputError) as refused:
        do(store, propose, *HAZARD, heights=tiny_apps.heights, by=LineSource.RIVER)
    assert refused.value.code == "downstream.no_river"
    tile(tiny_apps.heights_path, WEST, SOUTH, np.full((1201, 1201), VOID))
    (tiny_apps.heights_path / "N29E100.hgt").unlink()
    with pytest.raises(InputError) as refused:
        do(store, propose, *HAZARD, heights=tiny_apps.heights)
    assert refused.value.code == "downstream.no_descent"


def test_rivers_go_before_the_ground(tiny_app: App) -> None:
    fill_valley(tiny_app.store)
    tile(tiny_app.heights_path, WEST, SOUTH, valley())
    line = do(tiny_app.store, propose, *HAZARD, heights=tiny_app.heights)
    assert line.source == "river"
