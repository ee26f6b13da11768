"""Streets of one settlement: an irregular grid cut to the ground it stands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely
from scipy import sparse
from scipy.sparse import csgraph

from .inputs import Float64
from .settlements import Settlement
from .terrain import Terrain

CLEAR_OF_BARRIER_M = 130.0
# a through road keeps to main streets: cost of a metre by class
WAY_COST = {"residential": 1.6, "unclassified": 1.0, "tertiary": 0.8, "secondary": 0.6}
HULL_MARGIN_M = 25.0


@dataclass
class Lattice:
    """A settlement's street grid.

    Attributes
    ----------
    nodes : (N, 2) float64
        Junctions, projected metres.
    edges : (M, 2) intp
        Node pairs.
    axis : (M,) int
        0 along the long axis, 1 across it.
    line : (M,) int
        Number of the street within its axis, 0 through the centre.
    highway : list of str
        Class of each edge; routed roads may raise it.
    road_name : list of str
        Name a through road brings; empty where the town's own name holds.
    hull : Polygon
        Ground that roads from outside must not enter.
    """

    settlement: Settlement
    nodes: Float64
    edges: npt.NDArray[np.intp]
    axis: npt.NDArray[np.intp]
    line: npt.NDArray[np.intp]
    highway: list[str]
    hull: shapely.Geometry
    road_name: list[str] = field(default_factory=list)

    @cached_property
    def on_main(self) -> npt.NDArray[np.bool_]:
        """(N,) whether a main street passes each node."""
        mask = np.zeros(len(self.nodes), dtype=bool)
        main = np.array([h != "residential" for h in self.highway], dtype=bool)
        mask[self.edges[main].ravel()] = True
        return mask

    @property
    def centre(self) -> int:
        """The node nearest to the settlement's centre."""
        s = self.settlement
        return int(np.argmin(np.hypot(*(self.nodes - (s.east, s.north)).T)))

    def way(self, start: int, end: int) -> list[int]:
        """Edges from one node to another, main streets preferred."""
        length = np.hypot(*(self.nodes[self.edges[:, 0]] - self.nodes[self.edges[:, 1]]).T)
        cost = length * np.array([WAY_COST.get(h, 0.45) for h in self.highway])
        count = len(self.nodes)
        matrix = sparse.csr_array((cost, (self.edges[:, 0], self.edges[:, 1])), (count, count))
        _, before = csgraph.dijkstra(
            matrix, directed=False, indices=[start], return_predecessors=True
        )
        number = {frozenset(map(int, e)): k for k, e in enumerate(self.edges)}
        found = []
        while end != start:
            found.append(number[frozenset((end, int(before[0, end])))])
            end = int(before[0, end])
        return found


def make_lattice(
    settlement: Settlement,
    terrain: Terrain,
    barriers: shapely.STRtree,
    rng: np.random.Generator,
) -> Lattice:
    """The street grid of a settlement.

    Parameters
    ----------
    barriers
        Tree of the rivers and motorways no town street crosses.
    """
    s = settlement
    along_m, along_number = lines(s.half_long, s.spacing, rng)
    across_m, across_number = lines(s.half_short, s.spacing, rng)
    if s.rank == "village" and s.hilly and rng.random() < 0.55:
        across_m, across_number = np.zeros(1), np.zeros(1, dtype=np.intp)
    number = np.arange(len(along_m) * len(across_m)).reshape(len(along_m), len(across_m))
    nodes, keep = junctions(s, along_m, across_m, rng)
    points = shapely.points(nodes)
    near = barriers.query(points, predicate="dwithin", distance=CLEAR_OF_BARRIER_M)
    keep[near[0]] = False
    if s.rank != "village":
        slope = terrain.sample(terrain.slope, nodes[:, 0], nodes[:, 1])
        keep &= slope < 0.16
    centre = int(np.argmin(np.hypot(*(nodes - (s.east, s.north)).T)))
    keep[centre] = True

    long_edges = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    cross_edges = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    edges = np.concatenate([long_edges, cross_edges])
    axis = np.repeat([0, 1], [len(long_edges), len(cross_edges)])
    line = np.concatenate(
        [np.tile(across_number, len(along_m) - 1), np.repeat(along_number, len(across_m) - 1)]
    )
    usable = keep[edges].all(axis=1)
    segments = shapely.linestrings(nodes[edges])
    if len(edges):
        usable[barriers.query(segments, predicate="intersects")[0]] = False
    edges, axis, line = edges[usable], axis[usable], line[usable]
    main = is_main(s, line)
    chosen = thin(len(nodes), edges, main, rng, share=0.12 if s.rank in ("city", "seat") else 0.22)
    edges, axis, line, main = edges[chosen], axis[chosen], line[chosen], main[chosen]

    count = len(nodes)
    matrix = sparse.csr_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (count, count))
    _, component = csgraph.connected_components(matrix, directed=False)
    home = component == component[centre]
    inside = home[edges].all(axis=1) if len(edges) else np.zeros(0, dtype=bool)
    renumber = np.cumsum(home) - 1
    edges = renumber[edges[inside]].reshape(-1, 2)
    axis, line, main = axis[inside], line[inside], main[inside]
    kept_nodes = np.round(nodes[home], 2)
    hull = shapely.buffer(
        shapely.concave_hull(shapely.multipoints(kept_nodes), ratio=0.25), HULL_MARGIN_M
    )
    highway = [class_of(s, int(n), main=bool(m)) for m, n in zip(main, line, strict=True)]
    return Lattice(
        settlement=s,
        nodes=kept_nodes,
        edges=edges,
        axis=axis,
        line=line,
        highway=highway,
        hull=hull,
        road_name=[""] * len(edges),
    )


def junctions(
    s: Settlement, along_m: Float64, across_m: Float64, rng: np.random.Generator
) -> tuple[Float64, npt.NDArray[np.bool_]]:
    """(N, 2) crossings of the streets, bent and shaken, and which lie in the built-up area."""
    u, v = np.meshgrid(along_m, across_m, indexing="ij")
    wobble = 0.07 if s.rank in ("city", "seat") else 0.16
    bend = rng.normal(0, 1, 4) * (0.05 if s.rank in ("city", "seat") else 0.12)
    u = u + rng.normal(0, wobble * s.spacing * 0.6, u.shape)
    v = v + rng.normal(0, wobble * s.spacing * 0.6, v.shape)
    u_unit, v_unit = u / s.half_long, v / max(s.half_short, s.spacing)
    v = v + s.half_long * 0.5 * (bend[0] * u_unit**2 + bend[1] * u_unit**3)
    u = u + s.half_short * 0.5 * (bend[2] * v_unit**2 + bend[3] * v_unit * u_unit)
    cos, sin = np.cos(s.angle), np.sin(s.angle)
    nodes = np.column_stack(
        [s.east + u.ravel() * cos - v.ravel() * sin, s.north + u.ravel() * sin + v.ravel() * cos]
    )
    if s.rank == "village":
        u_unit, v_unit = u_unit * 0.72, v_unit * 0.72
    turn = np.arctan2(v_unit, u_unit).ravel()
    lobes = rng.normal(0, 1, 6) * 0.11
    edge = 1 + sum(lobes[k] * np.sin((k // 2 + 2) * turn + (k % 2) * 1.57) for k in range(6))
    keep = np.hypot(u_unit, v_unit).ravel() < edge * rng.uniform(0.97, 1.12, len(nodes))
    return nodes, keep


def lines(
    half: float, spacing: float, rng: np.random.Generator
) -> tuple[Float64, npt.NDArray[np.intp]]:
    """Offsets of parallel streets from the centre line, and their numbers."""
    per_side = max(int(half / spacing), 0)
    right = np.cumsum(rng.uniform(0.72, 1.3, per_side)) * spacing
    left = -np.cumsum(rng.uniform(0.72, 1.3, per_side)) * spacing
    offsets = np.concatenate([left[::-1], [0.0], right])
    return offsets, np.arange(-per_side, per_side + 1)


def is_main(s: Settlement, line: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Which numbered streets are main ones."""
    if s.rank == "city":
        return np.asarray(line % 4 == 0)
    if s.rank == "seat":
        return np.asarray(line % (5 if not s.hilly else 3) == 0)
    return np.asarray(line == 0)


def class_of(s: Settlement, line: int, *, main: bool) -> str:
    """Highway class of a street before through roads raise it."""
    if not main:
        return "residential"
    if s.rank == "city":
        return "primary" if line == 0 else "secondary" if line % 8 == 0 else "tertiary"
    if s.rank == "seat":
        return "secondary" if line == 0 else "tertiary"
    return "tertiary" if s.rank == "town" else "unclassified"


def thin(
    count: int,
    edges: npt.NDArray[np.intp],
    main: npt.NDArray[np.bool_],
    rng: np.random.Generator,
    *,
    share: float,
) -> npt.NDArray[np.bool_]:
    """Mask that drops a share of the lanes without cutting anything off."""
    weight = rng.random(len(edges)) + 1.0
    weight[main] -= 0.9
    matrix = sparse.csr_array((weight, (edges[:, 0], edges[:, 1])), (count, count))
    spanning = csgraph.minimum_spanning_tree(matrix).tocoo()
    needed = set(zip(spanning.row.tolist(), spanning.col.tolist(), strict=True))
    in_tree = np.array([(int(a), int(b)) in needed for a, b in edges], dtype=bool)
    if not len(edges):
        return np.zeros(0, dtype=bool)
    return np.asarray(in_tree | main | (rng.random(len(edges)) >= share))
