"""Ramps: diamonds where a motorway meets an ordinary road, cloverleaves where two meet."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

from .inputs import Float64
from .motorways import HALF_GAP_M, Motorway
from .streets import Street, cut, linestrings, points_at, rank

SPACING_M = 6500.0
CLEAR_OF_CLOVERLEAF_M = 2200.0
RAMP_M = 560.0
FOOT_M = 135.0
LOOP_M = 150.0
TURN_M = 650.0
SMALLEST_ANGLE = 0.62  # radians


def bezier(*points: Float64 | tuple[float, float]) -> Float64:
    """(24, 2) points of the Bézier curve over three or four control points."""
    control = [np.asarray(p, dtype=np.float64) for p in points]
    t = np.linspace(0, 1, 24)[:, None]
    while len(control) > 1:
        control = [(1 - t) * a + t * b for a, b in pairwise(control)]
    return control[0]


def ramp(xy: Float64, start: tuple[float, float], end: tuple[float, float], name: str) -> Street:
    """A one-way link with its ends put exactly where it leaves and joins."""
    xy = np.round(xy, 2)
    xy[0], xy[-1] = start, end
    return Street(xy=xy, highway="motorway_link", name=name, oneway="yes", maxspeed=40)


def cloverleaves(motorways: list[Motorway]) -> tuple[list[Street], list[tuple[int, float]]]:
    """All eight turns at each crossing of two motorways.

    Returns
    -------
    list of Street
        The ramps.
    list of (motorway, station)
        Where they are, so that nothing else is put there.
    """
    ramps: list[Street] = []
    taken: list[tuple[int, float]] = []
    for i, first in enumerate(motorways):
        for j in range(i + 1, len(motorways)):
            second = motorways[j]
            for point in shapely.get_parts(shapely.intersection(first.line, second.line)):
                if point.geom_type != "Point":
                    continue
                at_first = float(shapely.line_locate_point(first.line, point))
                at_second = float(shapely.line_locate_point(second.line, point))
                if min(at_first, first.length_m - at_first) < TURN_M + 400:
                    continue
                if min(at_second, second.length_m - at_second) < TURN_M + 400:
                    continue
                ramps.extend(eight_turns(first, at_first, second, at_second))
                taken += [(i, at_first), (j, at_second)]
                clear_structures(first, at_first)
                clear_structures(second, at_second)
                second.structures = sorted(
                    [*second.structures, (at_second - 60, at_second + 60, "bridge")]
                )
    return ramps, taken


def clear_structures(motorway: Motorway, station: float) -> None:
    """No tunnel or viaduct where ramps leave."""
    motorway.structures = [
        s
        for s in motorway.structures
        if s[1] < station - TURN_M - 100 or s[0] > station + TURN_M + 100
    ]


def eight_turns(
    first: Motorway, at_first: float, second: Motorway, at_second: float
) -> list[Street]:
    """The ramps of one cloverleaf: four right turns outside, four loops inside."""
    crossing = points_at(first.centre, np.array([at_first]))[0]
    ways = [
        (first, at_first, 0),
        (second, at_second, 0),
        (first, at_first, 1),
        (second, at_second, 1),
    ]

    def ahead(way: tuple[Motorway, float, int], by_m: float) -> float:
        return round(way[1] + (by_m if way[2] == 0 else -by_m), 1)

    found = []
    for way in ways:
        heading = way[0].heading(way[1], way[2])
        for other in ways:
            if other[0] is way[0]:
                continue
            other_heading = other[0].heading(other[1], other[2])
            turns_right = heading[0] * other_heading[1] - heading[1] * other_heading[0] < 0
            if turns_right:
                leave, join = ahead(way, -TURN_M), ahead(other, TURN_M)
                start, end = way[0].point(leave, way[2]), other[0].point(join, other[2])
                corner = crossing - heading * 0.62 * TURN_M + other_heading * 0.62 * TURN_M
                early = np.asarray(start) + heading * 0.2 * TURN_M
                late = np.asarray(end) - other_heading * 0.2 * TURN_M
                xy = bezier(start, early, corner, late, end)
            else:
                leave, join = ahead(way, LOOP_M), ahead(other, -LOOP_M)
                start, end = way[0].point(leave, way[2]), other[0].point(join, other[2])
                right = -other_heading
                radius = LOOP_M - HALF_GAP_M
                turn = np.linspace(0, 1.5 * np.pi, 28)[:, None]
                xy = (
                    crossing
                    + right * (LOOP_M - radius * np.cos(turn))
                    + heading * (LOOP_M + radius * np.sin(turn))
                )
            way[0].cuts[way[2]].append(leave)
            other[0].cuts[other[2]].append(join)
            found.append(ramp(xy, start, end, f"{other[0].name}匝道"))
    return found


def diamonds(
    motorways: list[Motorway], streets: list[Street], taken: list[tuple[int, float]]
) -> tuple[list[Street], list[Street], int]:
    """Ramps to the through roads a motorway crosses, the best road first.

    Returns
    -------
    ramps : list of Street
    streets : list of Street
        The ordinary streets, cut at the feet of the ramps.
    count : int
        Interchanges made.
    """
    lines = linestrings(streets)
    tree = shapely.STRtree(lines)
    cuts: dict[int, list[tuple[float, tuple[float, float]]]] = defaultdict(list)
    ramps: list[Street] = []
    made: list[tuple[int, float]] = []
    for _, m, station, k in sorted(meetings(motorways, streets, lines, tree)):
        motorway = motorways[m]
        if k in cuts or not has_room(motorway, station):
            continue
        if near(m, station, taken, CLEAR_OF_CLOVERLEAF_M) or near(m, station, made, SPACING_M):
            continue
        fitted = diamond(motorway, station, streets[k])
        if fitted is None:
            continue
        four, feet = fitted
        if set(map(int, tree.query(linestrings(four), predicate="intersects")[1])) - {k}:
            continue
        made.append((m, station))
        cuts[k].extend(feet)
        ramps.extend(four)
        for side in (0, 1):
            motorway.cuts[side].extend([round(station - RAMP_M, 1), round(station + RAMP_M, 1)])
    pieces: list[Street] = []
    for k, street in enumerate(streets):
        pieces.extend(cut(street, cuts[k]) if k in cuts else [street])
    return ramps, pieces, len(made)


def meetings(
    motorways: list[Motorway],
    streets: list[Street],
    lines: npt.NDArray[np.object_],
    tree: shapely.STRtree,
) -> list[tuple[int, int, float, int]]:
    """(minus the street's rank, motorway, station, street) of each crossing of a through road."""
    found = []
    for m, motorway in enumerate(motorways):
        for k in map(int, tree.query(motorway.line, predicate="intersects")):
            grade = rank(streets[k].highway)
            if grade < rank("tertiary"):
                continue
            for point in shapely.get_parts(shapely.intersection(motorway.line, lines[k])):
                if point.geom_type == "Point":
                    station = float(shapely.line_locate_point(motorway.line, point))
                    found.append((-grade, m, station, k))
    return found


def near(m: int, station: float, others: list[tuple[int, float]], reach_m: float) -> bool:
    """Whether one of the others lies on the same motorway within reach."""
    return any(other == m and abs(at - station) < reach_m for other, at in others)


def has_room(motorway: Motorway, station: float) -> bool:
    """Whether the ramps fit clear of the motorway's ends, tunnels and viaducts."""
    if min(station, motorway.length_m - station) < RAMP_M + 900:
        return False
    tried = (-RAMP_M, -250.0, 0.0, 250.0, RAMP_M)
    return not any(motorway.structure_at(station + offset) for offset in tried)


def diamond(
    motorway: Motorway, station: float, street: Street
) -> tuple[list[Street], list[tuple[float, tuple[float, float]]]] | None:
    """Four ramps and the two feet where they meet the street; None where it does not fit."""
    line = street.line
    crossing = points_at(motorway.centre, np.array([station]))[0]
    at_m = float(shapely.line_locate_point(line, shapely.Point(crossing)))
    before, after = points_at(street.xy, np.array([at_m - 40, at_m + 40]))
    heading = motorway.heading(station, 0)
    direction = (after - before) / max(float(np.hypot(*(after - before))), 1e-9)
    sine = float(heading[0] * direction[1] - heading[1] * direction[0])
    if abs(sine) < np.sin(SMALLEST_ANGLE):
        return None
    reach = FOOT_M / abs(sine)
    if at_m - reach < 20 or at_m + reach > line.length - 20:
        return None
    feet = []
    for sign in (-1, 1):
        x, y = np.round(points_at(street.xy, np.array([at_m + sign * reach]))[0], 2)
        feet.append((at_m + sign * reach, (float(x), float(y))))
    # sine < 0: the street, in drawing direction, runs from the left to the right of the motorway
    right_foot, left_foot = (feet[1], feet[0]) if sine < 0 else (feet[0], feet[1])
    name = f"{motorway.name}匝道"
    made = []
    for side, foot in ((0, right_foot[1]), (1, left_foot[1])):
        travel = motorway.heading(station, side)
        outward = np.array([travel[1], -travel[0]])
        sign = 1 if side == 0 else -1
        off = motorway.point(round(station - sign * RAMP_M, 1), side)
        on = motorway.point(round(station + sign * RAMP_M, 1), side)
        base = crossing + outward * (FOOT_M * 0.72)
        leaving = bezier(off, np.asarray(off) + travel * 200, base - travel * 170, foot)
        joining = bezier(foot, base + travel * 170, np.asarray(on) - travel * 200, on)
        made += [ramp(leaving, off, foot, name), ramp(joining, foot, on, name)]
    return made, feet
