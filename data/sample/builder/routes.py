"""Which places are tied together, and the cells each road runs through."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import Delaunay

from .inputs import Inputs, point_array
from .leastcost import Cell, CostSurface, Tie, ordered
from .settlements import Settlement
from .streets import rank
from .terrain import Terrain, smooth_noise

FOLLOW = 0.34
BESIDE = 1.7


@dataclass
class RouteNet:
    """The union of all routed roads, as ties between cells with the best class on each."""

    terrain: Terrain
    ties: dict[Tie, tuple[int, str, str]] = field(default_factory=dict)

    def add(self, path: list[Cell], highway: str, name: str, name_en: str) -> None:
        """Add a path; a better class already there stays."""
        for a, b in pairwise(path):
            tie = ordered(a, b)
            mine = (rank(highway), name, name_en)
            theirs = self.ties.get(tie)
            if theirs is None or theirs[0] < mine[0]:
                self.ties[tie] = mine

    @property
    def cells(self) -> set[Cell]:
        """Every cell a road runs through."""
        return {cell for tie in self.ties for cell in tie}


def road_surface(inputs: Inputs, terrain: Terrain, motorways: npt.NDArray[np.bool_]) -> CostSurface:
    """Costs for ordinary roads; ``motorways`` marks cells beside a motorway, (H, W) bool."""
    rng = inputs.rng("roughness")
    rough = 1 + 0.22 * smooth_noise(rng, terrain.shape, wavelength_m=2600.0)
    rough += 0.12 * smooth_noise(rng, terrain.shape, wavelength_m=900.0)
    surface = CostSurface(terrain, np.clip(rough, 0.55, 2.0), grade=0.045)
    surface.weigh(motorways, 1.7)
    return surface


class Router:
    """Lays roads one after another over one cost surface.

    Parameters
    ----------
    named, hamlets
        Every settlement of the site, hamlets being those without a name of their own.
    """

    def __init__(
        self,
        inputs: Inputs,
        surface: CostSurface,
        named: list[Settlement],
        hamlets: list[Settlement],
    ) -> None:
        self.inputs = inputs
        self.surface = surface
        self.named = named
        self.hamlets = hamlets
        self.net = RouteNet(surface.terrain)
        self.by_code = {s.place.code: s for s in named if s.place is not None}

    def route_all(self) -> RouteNet:
        """Skeleton, then township roads, then roads between neighbours, then villages."""
        self.skeleton()
        self.townships()
        self.villages()
        return self.net

    def cell(self, settlement: Settlement) -> Cell:
        """The cell of a settlement's centre."""
        return self.surface.terrain.cell(settlement.east, settlement.north)

    def stop(self, via: str | tuple[float, float]) -> Cell:
        """The cell of a place's settlement or of a lon/lat point."""
        if not isinstance(via, str):
            return self.surface.terrain.cell(*self.inputs.to_metres.transform(*via))
        place = self.inputs.place(via)
        settlement = self.by_code.get(place.code)
        if settlement is not None:
            return self.cell(settlement)
        return self.surface.terrain.cell(place.east, place.north)

    def lay(self, path: list[Cell], highway: str, name: str, name_en: str = "") -> None:
        """Add a road and let later ones follow it."""
        self.surface.lay(path, follow=FOLLOW, beside=BESIDE)
        self.net.add(path, highway, name, name_en)

    def skeleton(self) -> None:
        """The named roads, best class first as the inputs list them."""
        for road in self.inputs.highways:
            if road.highway != "motorway":
                for a, b in pairwise([self.stop(via) for via in road.via]):
                    self.lay(self.surface.path(a, b), road.highway, road.name, road.name_en)

    def townships(self) -> None:
        """A road to every township, and between neighbours."""
        towns = [s for s in self.named if s.rank == "town"]
        self.connect(towns, "tertiary", "{}公路", batches=2)
        for a, b in gabriel_pairs(self.named, longest_m=26_000):
            same = a.name[0] == b.name[0]
            name = f"{a.name}线" if same else f"{a.name[0]}{b.name[0]}线"
            self.lay(self.surface.path(self.cell(a), self.cell(b), margin=25), "tertiary", name)

    def villages(self) -> None:
        """A road to every village, and loops where villages lie close."""
        self.connect(self.hamlets, "unclassified", "{}通村路", batches=6)
        rng = self.inputs.rng("village loops")
        for a, b in gabriel_pairs(self.hamlets, longest_m=5200):
            close = np.hypot(a.east - b.east, a.north - b.north) < 3000
            if rng.random() < (0.8 if close else 0.45):
                path = self.surface.path(self.cell(a), self.cell(b), margin=8)
                self.lay(path, "unclassified", f"{a.name}通村路")

    def connect(self, places: list[Settlement], highway: str, name: str, *, batches: int) -> None:
        """A road from each place to the network, the nearest first.

        The network is looked at anew after every few, so that the far ones branch off roads
        just laid instead of each running its own way back.
        """
        left = list(places)
        batch = len(places) // batches + 1
        while left:
            laid = self.net.cells
            distance, before = self.surface.nearest(laid)
            left.sort(key=lambda s: float(distance[self.cell(s)]))
            for place in left[:batch]:
                path = trace(self.cell(place), before, self.surface, laid)
                self.lay(path, highway, name.format(place.name))
                laid.update(path)
            left = left[batch:]


def trace(
    cell: Cell,
    before: npt.NDArray[np.int32],
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
    tree = shapely.STRtree(point_array(*xy.T))
    found = []
    for a, b in sorted(pairs):
        reach = float(np.hypot(*(xy[a] - xy[b])))
        middle = shapely.Point((xy[a] + xy[b]) / 2)
        within = tree.query(middle, predicate="dwithin", distance=reach / 2 * 0.999)
        if reach <= longest_m and not set(map(int, within)) - {a, b}:
            found.append((places[a], places[b]))
    return found
