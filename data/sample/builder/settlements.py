"""Where people live: seats and townships from the inputs, villages invented between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from .inputs import Float64, Inputs, Place
from .terrain import CELL_M, PLAIN_M, Terrain, smooth_noise

HILL_SLOPE = 0.035
VILLAGE_SPACING_PLAIN_M = 1600.0
VILLAGE_SPACING_HILLS_M = 3200.0
BELT_THINNING = 2.0
VILLAGE_TRIES = 150_000


@dataclass(frozen=True)
class Settlement:
    """A place with streets.

    Attributes
    ----------
    rank : str
        ``city``, ``seat``, ``town`` or ``village``.
    east, north : float
        Centre, projected metres.
    half_long, half_short, spacing : float
        Half axes of the built-up area and distance between streets, metres.
    angle : float
        Heading of the long axis, radians from east.
    belt : bool
        True beyond the site's border.
    """

    rank: str
    name: str
    county_code: str
    east: float
    north: float
    half_long: float
    half_short: float
    spacing: float
    angle: float
    hilly: bool
    belt: bool
    place: Place | None


def named_settlements(inputs: Inputs, terrain: Terrain) -> list[Settlement]:
    """Seats first, then townships; a subdistrict inside its seat's area is part of that seat."""
    rng = inputs.rng("settlements")
    inside_codes = {county.code for county in inputs.counties}
    site_population = max(p.population for p in inputs.places if p.kind == "county")
    found: list[Settlement] = []
    for place in inputs.places:
        if place.kind != "county":
            continue
        belt = place.code not in inside_codes
        hilly = is_hilly(terrain, place.east, place.north)
        rank = "city" if place.population == site_population else "seat"
        people = place.population or 120_000
        if rank == "city":
            half_long, half_short, spacing = 4700.0, 2700.0, 165.0
        elif hilly:
            half_long, half_short, spacing = 900 + 2.6 * people**0.5, 480.0, 125.0
        else:
            half_long, half_short = 750 + 1.25 * people**0.5, 520 + 1.1 * people**0.5
            spacing = 150.0
        if belt:
            half_long, half_short, spacing = half_long * 0.8, half_short * 0.8, 190.0
        found.append(
            Settlement(
                rank=rank,
                name=place.short_name,
                county_code=place.code,
                east=place.east,
                north=place.north,
                half_long=half_long,
                half_short=half_short,
                spacing=spacing,
                angle=lie(terrain, place.east, place.north, rng, hilly=hilly),
                hilly=hilly,
                belt=belt,
                place=place,
            )
        )
    seats = list(found)
    for place in inputs.places:
        if place.kind != "town":
            continue
        seat = min(seats, key=lambda s: np.hypot(s.east - place.east, s.north - place.north))
        away_m = np.hypot(seat.east - place.east, seat.north - place.north)
        if away_m < seat.half_long * 0.9 + 500:
            continue
        east, north = place.east, place.north
        if place.synthetic:
            east, north = settle(terrain, east, north)
        hilly = is_hilly(terrain, east, north)
        size = rng.uniform(0.8, 1.25)
        found.append(
            Settlement(
                rank="town",
                name=place.short_name,
                county_code=place.county_code,
                east=east,
                north=north,
                half_long=(520.0 if hilly else 600.0) * size,
                half_short=(210.0 if hilly else 440.0) * size,
                spacing=110.0 if hilly else 120.0,
                angle=lie(terrain, east, north, rng, hilly=hilly),
                hilly=hilly,
                belt=False,
                place=place,
            )
        )
    return found


def axes(s: Settlement, x: Float64, y: Float64) -> tuple[Float64, Float64]:
    """Offsets of points along and across a settlement's long axis, metres."""
    cos, sin = np.cos(s.angle), np.sin(s.angle)
    return (x - s.east) * cos + (y - s.north) * sin, (y - s.north) * cos - (x - s.east) * sin


def is_hilly(terrain: Terrain, east: float, north: float) -> bool:
    """Whether a place lies on steep ground or well above the plain."""
    slope = terrain.sample(terrain.slope, np.array([east]), np.array([north]))[0]
    height = terrain.sample(terrain.elevation, np.array([east]), np.array([north]))[0]
    return bool(slope > HILL_SLOPE or height > PLAIN_M + 200)


def lie(
    terrain: Terrain, east: float, north: float, rng: np.random.Generator, *, hilly: bool
) -> float:
    """Heading of a town: along the contour in hills, north to south in the plain."""
    if not hilly:
        return float(np.pi / 2 + rng.normal(0, 0.09))
    step = 500.0
    xs = np.array([east - step, east + step, east, east])
    ys = np.array([north, north, north - step, north + step])
    west, east_, south, north_ = terrain.sample(terrain.elevation, xs, ys)
    return float(np.arctan2(north_ - south, east_ - west) + np.pi / 2 + rng.normal(0, 0.15))


def settle(terrain: Terrain, east: float, north: float) -> tuple[float, float]:
    """The flattest ground within a kilometre of a made-up position, off the river."""
    offsets = np.arange(-1000.0, 1001.0, 250.0)
    xs, ys = np.meshgrid(east + offsets, north + offsets)
    burden = terrain.sample(terrain.slope, xs.ravel(), ys.ravel())
    burden += 0.05 * np.hypot(xs.ravel() - east, ys.ravel() - north) / 1000
    near_river = terrain.sample(terrain.river_distance, xs.ravel(), ys.ravel()) < 350
    burden += near_river
    best = int(np.argmin(burden))
    return float(xs.ravel()[best]), float(ys.ravel()[best])


def villages(
    inputs: Inputs,
    terrain: Terrain,
    named: list[Settlement],
    barriers: shapely.Geometry,
) -> list[Settlement]:
    """Villages thrown one after another, each at its own distance from the others.

    Parameters
    ----------
    barriers
        Rivers and motorways: no village within 450 m of them.
    """
    rng = inputs.rng("villages")
    rows, columns = terrain.shape
    hills = np.clip((terrain.elevation - PLAIN_M) / 350, 0, 1)
    hills = np.maximum(hills, np.clip(terrain.slope / 0.10, 0, 1))
    spacing = VILLAGE_SPACING_PLAIN_M + hills * (VILLAGE_SPACING_HILLS_M - VILLAGE_SPACING_PLAIN_M)
    spacing *= 1 + 0.18 * smooth_noise(rng, terrain.shape, wavelength_m=14000.0)
    min_x, min_y = terrain.origin
    span_x, span_y = columns * CELL_M, rows * CELL_M
    xs = min_x + rng.random(VILLAGE_TRIES) * span_x
    ys = min_y + rng.random(VILLAGE_TRIES) * span_y
    shapely.prepare(inputs.extent)
    shapely.prepare(inputs.area)
    points = shapely.points(xs, ys)
    usable = shapely.contains(inputs.extent, points)
    usable &= terrain.sample(terrain.slope, xs, ys) < rng.uniform(0.10, 0.22, VILLAGE_TRIES)
    belt = np.logical_not(shapely.contains(inputs.area, points))
    reach = terrain.sample(spacing, xs, ys) * np.where(belt, BELT_THINNING, 1.0)
    tree = shapely.STRtree(shapely.get_parts(barriers))
    blocked = np.unique(tree.query(points, predicate="dwithin", distance=450.0)[0])
    usable[blocked] = False

    for s in named:
        along, across = axes(s, xs, ys)
        room = 350.0
        usable &= (along / (s.half_long + room)) ** 2 + (across / (s.half_short + room)) ** 2 > 1
    order = np.flatnonzero(usable)
    kept: list[int] = []
    size = VILLAGE_SPACING_PLAIN_M
    bins: dict[tuple[int, int], list[int]] = {}
    for n in order.tolist():
        x, y, needed = float(xs[n]), float(ys[n]), float(reach[n])
        i, j, span = int(y // size), int(x // size), int(needed // size) + 1
        around = (
            other
            for row in range(i - span, i + span + 1)
            for column in range(j - span, j + span + 1)
            for other in bins.get((row, column), ())
        )
        if all((xs[o] - x) ** 2 + (ys[o] - y) ** 2 > needed**2 for o in around):
            kept.append(int(n))
            bins.setdefault((i, j), []).append(int(n))
    codes = inputs.county_of(xs[kept], ys[kept])
    towns = [s for s in named if s.rank != "city"]
    east_north = np.array([(s.east, s.north) for s in towns])
    found = []
    for n, code in zip(kept, codes, strict=True):
        x, y = float(xs[n]), float(ys[n])
        hilly = is_hilly(terrain, x, y)
        near = towns[int(np.argmin(np.hypot(*(east_north - (x, y)).T)))]
        size_factor = float(rng.uniform(0.6, 1.4))
        found.append(
            Settlement(
                rank="village",
                name=near.name,
                county_code=code,
                east=x,
                north=y,
                half_long=(120.0 if hilly else 225.0) * size_factor,
                half_short=(45.0 if hilly else 170.0) * size_factor,
                spacing=95.0,
                angle=lie(terrain, x, y, rng, hilly=hilly),
                hilly=hilly,
                belt=bool(belt[n]),
                place=None,
            )
        )
    return found
