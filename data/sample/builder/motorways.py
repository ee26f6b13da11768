"""Motorways: one line per road first, then two carriageways and what ties them to the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely
from scipy import ndimage

from .inputs import Float64, Inputs
from .leastcost import CostSurface
from .settlements import Settlement
from .streets import Street, points_at, stations
from .terrain import CELL_M, Terrain, draw, smooth_noise

STEP_M = 100.0
SMOOTHING_M = 1100.0
HALF_GAP_M = 13.0
END_TAPER_M = 300.0
TUNNEL_COVER_M = 38.0
VIADUCT_HEIGHT_M = 34.0
SHORTEST_STRUCTURE_M = 250.0
GRADE_LINE_M = 1500.0


@dataclass
class Motorway:
    """One motorway; its two carriageways are offset from ``centre`` vertex by vertex.

    Attributes
    ----------
    centre : (N, 2) float64
        Projected metres, a vertex every ``STEP_M``.
    cuts : list of float
        Stations where ramps leave or join, per side (0 forward, 1 backward).
    structures : list of (from, to, kind)
        Stations in metres; kind ``bridge`` or ``tunnel``.
    """

    name: str
    name_en: str
    centre: Float64
    hilly: npt.NDArray[np.bool_]
    cuts: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))
    structures: list[tuple[float, float, str]] = field(default_factory=list)

    @property
    def line(self) -> shapely.LineString:
        """The centre line."""
        return shapely.LineString(self.centre)

    @property
    def length_m(self) -> float:
        """Length of the centre line."""
        return float(stations(self.centre)[-1])

    @cached_property
    def sides(self) -> tuple[Float64, Float64]:
        """Both carriageways, (N, 2), drawn along the centre line; they meet at its ends."""
        tangent = np.gradient(self.centre, axis=0)
        tangent /= np.hypot(*tangent.T)[:, None]
        right = np.column_stack([tangent[:, 1], -tangent[:, 0]])
        along = stations(self.centre)
        gap = HALF_GAP_M * np.clip(np.minimum(along, along[-1] - along) / END_TAPER_M, 0, 1)
        offset = right * gap[:, None]
        return self.centre + offset, self.centre - offset

    def point(self, station: float, side: int) -> tuple[float, float]:
        """Where a carriageway is at a station of the centre line, rounded to a centimetre."""
        along = stations(self.centre)
        xy = self.sides[side]
        x, y = np.interp(station, along, xy[:, 0]), np.interp(station, along, xy[:, 1])
        return round(float(x), 2), round(float(y), 2)

    def heading(self, station: float, side: int) -> Float64:
        """Unit vector of travel on a carriageway."""
        before, after = points_at(self.centre, np.array([station - 60, station + 60]))
        vector = (after - before) * (1 if side == 0 else -1)
        return np.asarray(vector / np.hypot(*vector))

    def structure_at(self, station: float, *, margin: float = 0.0) -> str:
        """``bridge``, ``tunnel`` or nothing at a station, or within a margin of it."""
        for start, end, kind in self.structures:
            if start - margin <= station <= end + margin:
                return kind
        return ""

    def carriageways(self) -> list[Street]:
        """Both carriageways cut at ramps and structures, drawn in the direction of travel."""
        along = stations(self.centre)
        streets = []
        for side in (0, 1):
            xy = self.sides[side]
            marks = {0.0, self.length_m, *self.cuts[side]}
            marks |= {m for start, end, _ in self.structures for m in (start, end)}
            ordered = sorted(marks)
            for start, end in pairwise(ordered):
                middle = (start + end) / 2
                inside = xy[(along > start + 0.5) & (along < end - 0.5)]
                piece = np.vstack([[self.point(start, side)], inside, [self.point(end, side)]])
                kind = self.structure_at(middle)
                speed = 80 if self.hilly[np.searchsorted(along, middle) - 1] else 120
                streets.append(
                    Street(
                        xy=np.round(piece if side == 0 else piece[::-1], 2),
                        highway="motorway",
                        name=self.name,
                        name_en=self.name_en,
                        oneway="yes",
                        maxspeed=speed,
                        bridge=kind == "bridge",
                        tunnel=kind == "tunnel",
                        layer={"bridge": 1, "tunnel": -1}.get(kind, 0),
                    )
                )
        return streets


def plan_motorways(inputs: Inputs, terrain: Terrain, named: list[Settlement]) -> list[Motorway]:
    """Centre lines past the towns, with the tunnels and viaducts their grade line asks for."""
    rng = inputs.rng("motorways")
    rough = 1 + 0.15 * smooth_noise(rng, terrain.shape, wavelength_m=7000.0)
    surface = CostSurface(terrain, np.clip(rough, 0.6, 1.8), grade=0.10)
    built_up = np.zeros(terrain.shape, dtype=bool)
    row, column = np.indices(terrain.shape)
    for s in named:
        i, j = terrain.cell(s.east, s.north)
        reach = (max(s.half_long, s.half_short) + 700) / CELL_M
        built_up |= (row - i) ** 2 + (column - j) ** 2 < reach**2
    surface.weigh(built_up, 5.0)
    motorways = []
    for road in inputs.highways:
        if road.highway != "motorway":
            continue
        stops = []
        for via in road.via:
            if isinstance(via, str):
                raise TypeError(f"{road.name}: a motorway passes points, not places: {via}")
            stops.append(terrain.cell(*inputs.to_metres.transform(*via)))
        cells = [stops[0]]
        for a, b in pairwise(stops):
            cells.extend(surface.path(a, b)[1:])
        centre = ease(np.array([terrain.centre(*cell) for cell in cells]))
        hills = terrain.sample(terrain.slope, centre[:, 0], centre[:, 1])
        motorway = Motorway(
            name=road.name,
            name_en=road.name_en,
            centre=centre,
            hilly=np.asarray(ndimage.uniform_filter1d(hills, 40) > 0.045),
        )
        motorway.structures = grade_structures(
            terrain, centre, grade_line_m=GRADE_LINE_M, cover_m=TUNNEL_COVER_M, viaducts=True
        )
        motorways.append(motorway)
    return motorways


def ease(xy: Float64) -> Float64:
    """A line with the wide bends of a motorway, ends kept."""
    xy = shapely.get_coordinates(shapely.simplify(shapely.LineString(xy), 320.0))
    length_m = float(stations(xy)[-1])
    dense = points_at(xy, np.arange(0, length_m, STEP_M))
    count = int(3 * SMOOTHING_M / STEP_M)
    before = 2 * dense[0] - dense[count:0:-1]
    after = 2 * dense[-1] - dense[-2 : -count - 2 : -1]
    padded = np.vstack([before, dense, after])
    smooth = ndimage.gaussian_filter1d(padded, SMOOTHING_M / STEP_M / 2, axis=0)
    smooth = smooth[len(before) : len(before) + len(dense)]
    smooth = points_at(smooth, np.arange(0, float(stations(smooth)[-1]), STEP_M))
    return np.round(smooth, 2)


def grade_structures(
    terrain: Terrain, xy: Float64, *, grade_line_m: float, cover_m: float, viaducts: bool
) -> list[tuple[float, float, str]]:
    """Stretches where the ground lies far above (tunnel) or below (bridge) an even grade."""
    length_m = float(stations(xy)[-1])
    at_m = np.arange(0.0, length_m, 50.0)
    if len(at_m) < 20:
        return []
    points = points_at(xy, at_m)
    ground = terrain.sample(terrain.elevation, points[:, 0], points[:, 1])
    grade = ndimage.gaussian_filter1d(ground, grade_line_m / 50.0, mode="nearest")
    found = []
    wanted = [("tunnel", ground - grade > cover_m)]
    if viaducts:
        wanted.append(("bridge", grade - ground > VIADUCT_HEIGHT_M))
    for kind, mask in wanted:
        numbered, count = ndimage.label(mask)
        for run in ndimage.find_objects(numbered)[:count]:
            start, end = float(at_m[run[0].start]), float(at_m[run[0].stop - 1])
            if end - start >= SHORTEST_STRUCTURE_M and start > 800 and end < length_m - 800:
                found.append((start, end, kind))
    return sorted(found)


def corridor(terrain: Terrain, motorways: list[Motorway]) -> npt.NDArray[np.bool_]:
    """(H, W) cells in and beside a motorway."""
    mask = draw([m.line for m in motorways], terrain.shape, terrain.origin)
    return np.asarray(ndimage.binary_dilation(mask, np.ones((3, 3), dtype=bool)))


def crossings(terrain: Terrain, motorways: list[Motorway]) -> npt.NDArray[np.bool_]:
    """(H, W) cells within a cloverleaf's reach of where two motorways cross."""
    mask = np.zeros(terrain.shape, dtype=bool)
    lines = [m.line for m in motorways]
    row, column = np.indices(terrain.shape)
    for i, line in enumerate(lines):
        for other in lines[i + 1 :]:
            for x, y in shapely.get_coordinates(shapely.intersection(line, other)):
                ci, cj = terrain.cell(float(x), float(y))
                mask |= (row - ci) ** 2 + (column - cj) ** 2 < (900.0 / CELL_M) ** 2
    return mask


def end_connectors(motorways: list[Motorway], streets: list[Street]) -> list[Street]:
    """At the edge of the data a motorway comes down to the nearest through road."""
    ends = np.array(
        [
            s.xy[e]
            for s in streets
            for e in (0, -1)
            if s.highway not in ("unclassified", "residential")
        ]
    )
    connectors = []
    for motorway in motorways:
        for station in (0.0, motorway.length_m):
            point = motorway.point(station, 0)
            nearest = ends[int(np.argmin(np.hypot(*(ends - point).T)))]
            if np.hypot(*(nearest - point)) > 1.0:
                connectors.append(
                    Street(
                        xy=np.array([point, nearest]),
                        highway="primary",
                        name=motorway.name[-4:] + "连接线",
                        name_en="Expressway connector",
                    )
                )
    return connectors
