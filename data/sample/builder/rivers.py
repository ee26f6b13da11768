"""Rivers as drawn: surveyed lines stay, made-up courses are given bends."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely
from scipy import ndimage

from .inputs import Inputs, River
from .streets import chaikin, points_at, stations

STEP_M = 150.0
FARTHEST_MOUTH_M = 5000.0


def draw_rivers(inputs: Inputs) -> list[tuple[River, shapely.Geometry]]:
    """Each river with its line in projected metres."""
    rng = inputs.rng("rivers")
    drawn: list[tuple[River, shapely.Geometry]] = []
    for river in sorted(inputs.rivers, key=lambda r: r.synthetic):
        line = rounded(river.line)
        if river.synthetic:
            line = meander(to_mouth(river.line, [other for _, other in drawn]), rng)
        drawn.append((river, line))
    return drawn


def to_mouth(course: shapely.Geometry, others: list[shapely.Geometry]) -> shapely.Geometry:
    """A tributary's course led to the nearest point of the river it falls into."""
    xy = shapely.get_coordinates(course)
    line = shapely.LineString(xy)
    for other in others:
        if shapely.intersects(line, other):
            mouth = shapely.get_coordinates(shapely.intersection(line, other))[0]
            at_m = line.project(shapely.Point(mouth))
            along = stations(xy)
            return shapely.LineString(np.vstack([xy[along < at_m - 100], [mouth]]))
    mouths = [shapely.shortest_line(shapely.Point(xy[-1]), other) for other in others]
    nearest = min(mouths, key=lambda m: float(shapely.length(m)))
    if shapely.length(nearest) > FARTHEST_MOUTH_M:
        return line
    return shapely.LineString(np.vstack([xy[:-1], shapely.get_coordinates(nearest)[-1]]))


def rounded(line: shapely.Geometry) -> shapely.Geometry:
    """A surveyed course without the corners its coarse vertices leave."""
    parts = []
    for part in shapely.get_parts(line):
        xy = shapely.get_coordinates(part)
        for _ in range(2):
            xy = chaikin(xy)
        parts.append(shapely.simplify(shapely.LineString(xy), 8.0))
    return shapely.MultiLineString(parts) if len(parts) > 1 else parts[0]


def meander(line: shapely.Geometry, rng: np.random.Generator) -> shapely.Geometry:
    """The line with bends of one to six kilometres, its given points kept."""
    given = shapely.get_coordinates(line)
    parts = []
    for start, end in pairwise(given):
        length_m = float(np.hypot(*(end - start)))
        count = max(int(length_m / STEP_M), 8)
        t = np.linspace(0, 1, count + 1)
        sway = np.zeros(count + 1)
        for wavelength_m, height_m in ((6500.0, 330.0), (2600.0, 150.0), (1100.0, 60.0)):
            phase = t * length_m / (wavelength_m * rng.uniform(0.75, 1.3)) + rng.uniform()
            sway += height_m * rng.uniform(0.6, 1.2) * np.sin(2 * np.pi * phase)
        sway *= np.clip(np.minimum(t, 1 - t) * length_m / 1500.0, 0, 1)
        normal = np.array([start[1] - end[1], end[0] - start[0]]) / length_m
        parts.append(start + t[:, None] * (end - start) + sway[:, None] * normal)
    xy = np.vstack([parts[0], *(part[1:] for part in parts[1:])])
    smooth = ndimage.gaussian_filter1d(xy, 1.6, axis=0, mode="nearest")
    smooth[0], smooth[-1] = xy[0], xy[-1]
    even = points_at(smooth, np.linspace(0, float(stations(smooth)[-1]), len(smooth)))
    return shapely.simplify(shapely.LineString(even), 12.0)
