"""Roads from outside meet the streets of the settlements they lead to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np
import shapely

from .inputs import Float64, Inputs
from .lattice import Lattice
from .streets import Street, linestrings, points_at, rank, stations
from .terrain import Terrain

SHORTEST_OUTSIDE_M = 40.0
LEAD_IN_M = 70.0
ISLAND_ABOVE_M = 900.0
ONE_WAY_LINES = 8  # lanes this near to a city's centre run one way, by turns


def attach(
    streets: list[Street], lattices: list[Lattice]
) -> tuple[list[Street], list[tuple[int, int, Street]]]:
    """Clip roads at the hulls of settlements and lead each end to the nearest junction.

    Returns
    -------
    list of Street
        What lies outside, with its connectors.
    list of (lattice, node, street)
        Where each road enters.
    """
    hulls = np.array([lattice.hull for lattice in lattices], dtype=object)
    tree = shapely.STRtree(hulls)
    kept: list[Street] = []
    entries: list[tuple[int, int, Street]] = []
    meetings: dict[int, list[int]] = defaultdict(list)
    for k, hull in tree.query(linestrings(streets), predicate="intersects").T:
        meetings[int(k)].append(int(hull))
    for k, street in enumerate(streets):
        met = sorted(meetings[k])
        if not met:
            kept.append(street)
            continue
        outside = shapely.difference(street.line, shapely.union_all(hulls[met]))
        for part in shapely.get_parts(outside):
            xy = shapely.get_coordinates(part)
            if len(xy) < 2:
                continue
            joined = []
            for end in (0, -1):
                point = shapely.Point(xy[end])
                distances = [float(shapely.distance(hulls[k], point)) for k in met]
                nearest = int(np.argmin(distances))
                touches = distances[nearest] < 0.05
                joined.append(met[nearest] if touches else None)
            start, end_ = joined
            if start is not None and start == end_ and part.length < 400:
                continue
            if part.length < SHORTEST_OUTSIDE_M and start is None and end_ is None:
                continue
            ends = []
            if start is not None:
                xy, node = lead_in(xy[::-1], lattices[start], street)
                xy = xy[::-1]
                ends.append((start, node))
            if end_ is not None:
                xy, node = lead_in(xy, lattices[end_], street)
                ends.append((end_, node))
            attached = replace(street, xy=xy)
            kept.append(attached)
            entries.extend((home, node, attached) for home, node in ends)
    return kept, entries


def lead_in(xy: Float64, lattice: Lattice, street: Street) -> tuple[Float64, int]:
    """Lead the last end of a road into a settlement without a hook.

    The last stretch is taken off, and of the near junctions that one is met which lies most
    ahead; a main street is preferred where the road is one.
    """
    along = stations(xy)
    if along[-1] > 3 * LEAD_IN_M:
        cut_at = along[-1] - LEAD_IN_M
        xy = np.vstack([xy[along < cut_at - 5], points_at(xy, np.array([cut_at]))])
    heading = xy[-1] - points_at(xy, np.array([stations(xy)[-1] - 60.0]))[0]
    heading = heading / max(float(np.hypot(*heading)), 1e-9)
    offset = lattice.nodes - xy[-1]
    distance = np.hypot(*offset.T)
    cosine = (offset @ heading) / np.maximum(distance, 1.0)
    burden = distance * (1 + 0.9 * (1 - cosine)) + 5
    if rank(street.highway) >= rank("tertiary"):
        burden[~lattice.on_main] += 70.0
    node = int(np.argmin(burden))
    return np.vstack([xy, [lattice.nodes[node]]]), node


def raise_through_streets(lattices: list[Lattice], entries: list[tuple[int, int, Street]]) -> None:
    """Give the streets a through road uses inside a settlement that road's class."""
    by_lattice: dict[int, dict[int, Street]] = {}
    for k, node, street in entries:
        best = by_lattice.setdefault(k, {})
        if node not in best or rank(best[node].highway) < rank(street.highway):
            best[node] = street
    for k, entering in sorted(by_lattice.items()):
        lattice = lattices[k]
        town_streets = lattice.settlement.rank in ("city", "seat")
        highest = rank("primary") if town_streets else rank("trunk")
        for node, street in sorted(entering.items()):
            grade = min(rank(street.highway), highest)
            for edge in lattice.way(lattice.centre, node):
                if rank(lattice.highway[edge]) < grade:
                    lattice.highway[edge] = (
                        street.highway if rank(street.highway) == grade else "primary"
                    )
                    if not town_streets and street.highway != "unclassified":
                        lattice.road_name[edge] = street.name


def town_streets(inputs: Inputs, lattices: list[Lattice]) -> list[Street]:
    """The lattices as streets with names."""
    names = inputs.names
    rng = inputs.rng("street names")
    streets = []
    for lattice in lattices:
        s = lattice.settlement
        large = s.rank in ("city", "seat")
        upright = abs(np.sin(s.angle)) > 0.7
        long_key, cross_key = (
            ("north_south", "east_west") if upright else ("east_west", "north_south")
        )
        prefix = "" if large else "town_"
        pools = [list(names[prefix + long_key]), list(names[prefix + cross_key])]
        if s.rank != "city":
            pools = [list(rng.permutation(pool)) for pool in pools]
        for k, (a, b) in enumerate(lattice.edges):
            axis, line = int(lattice.axis[k]), int(lattice.line[k])
            paired = s.rank == "city" and line % 2 == 1 and abs(line) < ONE_WAY_LINES
            paired = paired and lattice.highway[k] == "residential"
            streets.append(
                Street(
                    xy=lattice.nodes[[a, b] if line % 4 == 1 else [b, a]],
                    oneway="yes" if paired else "no",
                    highway=lattice.highway[k],
                    name=lattice.road_name[k]
                    or street_name(s.rank, pools[axis], line, hilly=s.hilly),
                    hilly=s.hilly and s.rank == "village",
                )
            )
    return streets


def street_name(settlement_rank: str, pool: list[str], line: int, *, hilly: bool) -> str:
    """Main streets by the pool, lanes numbered after the main street before them."""
    if settlement_rank == "village":
        return ""
    step = {"city": 4, "seat": 3 if hilly else 5, "town": 3}[settlement_rank]
    main = round(line / step)
    order = 2 * main - 1 if main > 0 else -2 * main
    if order >= len(pool):
        return ""
    name = str(pool[order])
    if line == main * step:
        return name
    lane = line - main * step
    number = "一二三四五"[abs(lane) - 1]
    return f"{name}{'东' if lane > 0 else '西'}{number}巷"


def cut_off_hamlet(inputs: Inputs, terrain: Terrain, streets: list[Street]) -> list[Street]:
    """A hamlet whose road out is not in the data: the one island, so that islands are seen."""
    rng = inputs.rng("island")
    tree = shapely.STRtree(linestrings(streets))
    min_x, min_y, max_x, max_y = shapely.bounds(inputs.area)
    shapely.prepare(inputs.area)
    while True:
        centre = np.array([rng.uniform(min_x, max_x), rng.uniform(min_y, max_y)])
        if not shapely.contains_xy(inputs.area, *centre):
            continue
        height = terrain.sample(terrain.elevation, centre[:1], centre[1:])[0]
        away = tree.query(shapely.Point(centre), predicate="dwithin", distance=700.0)
        close = tree.query(shapely.Point(centre), predicate="dwithin", distance=1500.0)
        if height > ISLAND_ABOVE_M and not len(away) and len(close):
            break
    corners = np.round(centre + np.array([[0, 0], [140, 30], [150, 150], [10, 120], [-120, 60]]), 2)
    pairs = ((0, 1), (1, 2), (2, 3), (3, 0), (0, 4))
    return [
        Street(xy=corners[[a, b]], highway="residential", name="未接通村道", maxspeed=20)
        for a, b in pairs
    ]
