"""Which places are tied together, and the cells each road runs through."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import shapely
from scipy.spatial import Delaunay

from .inputs import Float64, Inputs
from .leastcost import Cell, CostSurface, Tie, ordered
from .settlements import Settlement
from .streets import Street, points_at, rank, stations
from .terrain import CELL_M, Terrain, smooth_noise

FOLLOW = 0.34
BESIDE = 1.7


@dataclass
class RouteNet:
    """The union of all routed roads, as ties between cells with the best class on each."""

    terrain: Terrain
    ties: dict[Tie, tuple[int, str, str]] = field(default_factory=dict)

    def add(self, path: list[Cell], highway: str, name: str, name_en: str) -> None:
        for a, b in zip(path[:-1], path[1:], strict=True):
            tie = ordered(a, b)
            mine = (rank(highway), name, name_en)
            theirs = self.ties.get(tie)
            if theirs is None or theirs[0] < mine[0]:
                self.ties[tie] = mine

    @property
    def cells(self) -> set[Cell]:
        return {cell for tie in self.ties for cell in tie}


def road_surface(inputs: Inputs, terrain: Terrain, motorways: Float64) -> CostSurface:
    """Costs for ordinary roads; ``motorways`` marks cells beside a motorway, (H, W) bool."""
    rng = inputs.rng("roughness")
    rough = 1 + 0.22 * smooth_noise(rng, terrain.shape, wavelength_m=2600.0)
    rough += 0.12 * smooth_noise(rng, terrain.shape, wavelength_m=900.0)
    surface = CostSurface(terrain, np.clip(rough, 0.55, 2.0), grade=0.045)
    surface.weigh(motorways.astype(bool), 1.7)
    return surface


def route_all(
    inputs: Inputs,
    terrain: Terrain,
    surface: CostSurface,
    named: list[Settlement],
    hamlets: list[Settlement],
) -> RouteNet:
    """Skeleton, then township roads, then roads between neighbours, then villages."""
    net = RouteNet(terrain)
    cell_of = {id(s): terrain.cell(s.east, s.north) for s in (*named, *hamlets)}
    by_code = {s.place.code: s for s in named if s.place is not None}

    def lay(path: list[Cell], highway: str, name: str = "", name_en: str = "") -> None:
        surface.lay(path, follow=FOLLOW, beside=BESIDE)
        net.add(path, highway, name, name_en)

    def stop(via: str | tuple[float, float]) -> Cell:
        if isinstance(via, str):
            place = inputs.place(via)
            settlement = by_code.get(place.code)
            if settlement is None:
                return terrain.cell(place.east, place.north)
            return cell_of[id(settlement)]
        return terrain.cell(*inputs.to_metres.transform(*via))

    for road in inputs.highways:
        if road.highway == "motorway":
            continue
        stops = [stop(via) for via in road.via]
        for a, b in zip(stops[:-1], stops[1:], strict=True):
            lay(surface.path(a, b), road.highway, road.name, road.name_en)

    towns = [s for s in named if s.rank == "town"]
    distance, before = surface.nearest(net.cells)
    for town in sorted(towns, key=lambda s: float(distance[cell_of[id(s)]])):
        path = trace(cell_of[id(town)], before, surface, net.cells)
        lay(path, "tertiary", f"{town.name}公路", "")

    for a, b in gabriel_pairs(named, longest_m=26_000):
        path = surface.path(cell_of[id(a)], cell_of[id(b)], margin=25)
        name = f"{a.name[0]}{b.name[0]}线" if a.name[0] != b.name[0] else f"{a.name}线"
        lay(path, "tertiary", name, "")

    distance, before = surface.nearest(net.cells)
    cells = net.cells
    for hamlet in sorted(hamlets, key=lambda s: float(distance[cell_of[id(s)]])):
        path = trace(cell_of[id(hamlet)], before, surface, cells)
        lay(path, "unclassified", f"{hamlet.name}通村路", "")
        cells.update(path)

    rng = inputs.rng("village loops")
    for a, b in gabriel_pairs(hamlets, longest_m=5200):
        if rng.random() < 0.42:
            path = surface.path(cell_of[id(a)], cell_of[id(b)], margin=8)
            lay(path, "unclassified", f"{a.name}通村路", "")
    return net


def trace(
    cell: Cell,
    before: np.ndarray[tuple[int], np.dtype[np.int32]],
    surface: CostSurface,
    laid: set[Cell],
) -> list[Cell]:
    """Cells from a place back to the first one that already has a road."""
    columns = surface.terrain.shape[1]
    path = [cell]
    while path[-1] not in laid:
        previous = int(before[path[-1][0] * columns + path[-1][1]])
        if previous < 0:
            break
        path.append((previous // columns, previous % columns))
    return path


def gabriel_pairs(
    places: list[Settlement], *, longest_m: float
) -> list[tuple[Settlement, Settlement]]:
    """Neighbours with no third place in the circle over their join (Gabriel & Sokal 1969)."""
    xy = np.array([(s.east, s.north) for s in places])
    pairs = set()
    for triangle in Delaunay(xy).simplices:
        for i in range(3):
            a, b = sorted((int(triangle[i]), int(triangle[i - 1])))
            pairs.add((a, b))
    tree = shapely.STRtree(shapely.points(xy))
    found = []
    for a, b in sorted(pairs):
        reach = float(np.hypot(*(xy[a] - xy[b])))
        middle = shapely.Point((xy[a] + xy[b]) / 2)
        within = tree.query(middle, predicate="dwithin", distance=reach / 2 * 0.999)
        if reach <= longest_m and not set(map(int, within)) - {a, b}:
            found.append((places[a], places[b]))
    return found


def draw_roads(
    inputs: Inputs, net: RouteNet, centres: dict[Cell, tuple[float, float]]
) -> list[Street]:
    """Smooth lines through the cells, cut where roads meet or change class or name.

    Parameters
    ----------
    centres
        Cells whose point is given (the centre of a settlement), metres.
    """
    terrain = net.terrain
    rng = inputs.rng("drawing")
    jitter = rng.uniform(-0.24, 0.24, (*terrain.shape, 2)) * CELL_M

    def point(cell: Cell) -> tuple[float, float]:
        if cell in centres:
            return centres[cell]
        x, y = terrain.centre(*cell)
        dx, dy = jitter[cell]
        return round(x + float(dx), 2), round(y + float(dy), 2)

    beside: dict[Cell, list[Cell]] = defaultdict(list)
    for a, b in sorted(net.ties):
        beside[a].append(b)
        beside[b].append(a)

    def label(a: Cell, b: Cell) -> tuple[int, str, str]:
        return net.ties[ordered(a, b)]

    def ends(cell: Cell) -> bool:
        around = beside[cell]
        return len(around) != 2 or label(cell, around[0]) != label(cell, around[1])

    done: set[Tie] = set()
    streets = []
    starts = [cell for cell in beside if ends(cell)]
    for start in [*starts, *beside]:
        for following in beside[start]:
            if ordered(start, following) in done:
                continue
            chain = [start, following]
            done.add(ordered(start, following))
            while not ends(chain[-1]) and chain[-1] != start:
                a, b = beside[chain[-1]]
                chain.append(b if a == chain[-2] else a)
                done.add(ordered(chain[-2], chain[-1]))
            grade, name, name_en = label(chain[0], chain[1])
            xy = np.array([point(cell) for cell in chain])
            xy, steep = wind(xy, terrain, rng, main=grade >= rank("primary"))
            streets.append(
                Street(
                    xy=xy,
                    highway=(
                        "residential",
                        "unclassified",
                        "tertiary",
                        "secondary",
                        "primary",
                        "trunk",
                    )[grade],
                    name=name,
                    name_en=name_en,
                    hilly=steep,
                )
            )
    return streets


def wind(
    xy: Float64, terrain: Terrain, rng: np.random.Generator, *, main: bool
) -> tuple[Float64, bool]:
    """Take the raster's steps out of a line, and wind it where the ground is steep.

    Returns the line, ends unmoved, and whether it runs in steep ground.
    """
    line = shapely.simplify(shapely.LineString(xy), 150.0 if main else 105.0)
    xy = shapely.get_coordinates(line)
    for _ in range(3):
        xy = chaikin(xy)
    length_m = float(stations(xy)[-1])
    count = max(int(length_m / 55.0), 2)
    at_m = np.linspace(0, length_m, count + 1)
    dense = points_at(xy, at_m)
    slope = terrain.sample(terrain.slope, dense[:, 0], dense[:, 1])
    steep = np.clip((slope - 0.02) / 0.14, 0, 1)
    wavelength = rng.uniform(330, 520) if not main else rng.uniform(600, 1000)
    phase = at_m / wavelength * 2 * np.pi + rng.uniform(0, 6.3)
    swing = np.sin(phase + 1.4 * np.sin(phase * 0.37 + rng.uniform(0, 6.3)))
    amplitude = steep * (34.0 if main else 46.0) * np.sin(phase * 0.11) ** 2
    taper = np.clip(np.minimum(at_m, length_m - at_m) / 260.0, 0, 1)
    tangent = np.gradient(dense, axis=0)
    normal = np.column_stack([-tangent[:, 1], tangent[:, 0]])
    normal /= np.maximum(np.hypot(*normal.T), 1e-9)[:, None]
    moved = dense + normal * (swing * amplitude * taper)[:, None]
    moved[0], moved[-1] = xy[0], xy[-1]
    drawn = shapely.simplify(shapely.LineString(moved), 4.0)
    return np.round(shapely.get_coordinates(drawn), 2), bool(steep.mean() > 0.3)


def chaikin(xy: Float64) -> Float64:
    """Cut the corners of a line once, ends kept (Chaikin 1974)."""
    if len(xy) < 3:
        return xy
    early = 0.75 * xy[:-1] + 0.25 * xy[1:]
    late = 0.25 * xy[:-1] + 0.75 * xy[1:]
    woven = np.empty((2 * len(early), 2))
    woven[0::2], woven[1::2] = early, late
    woven[0], woven[-1] = xy[0], xy[-1]
    return woven
