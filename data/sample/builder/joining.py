"""Roads from outside meet the streets of the settlements they lead to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from .inputs import Inputs
from .lattice import Lattice
from .streets import Street, rank

SHORTEST_OUTSIDE_M = 40.0
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
    for street in streets:
        met = sorted(map(int, tree.query(street.line, predicate="intersects")))
        if not met:
            kept.append(street)
            continue
        outside = shapely.difference(street.line, shapely.union_all(hulls[met]))
        for part in shapely.get_parts(outside):
            xy = shapely.get_coordinates(part)
            if len(xy) < 2:
                continue
            ends: list[tuple[int, int]] = []
            start_end = []
            for end in (0, -1):
                point = shapely.Point(xy[end])
                distances = [float(shapely.distance(hulls[k], point)) for k in met]
                nearest = int(np.argmin(distances))
                if distances[nearest] < 0.05:
                    lattice = lattices[met[nearest]]
                    ends.append((met[nearest], lattice.nearest_node(*xy[end])))
                    start_end.append(ends[-1])
                else:
                    start_end.append((-1, -1))
            if len(ends) == 2 and ends[0][0] == ends[1][0] and part.length < 400:
                continue
            if part.length < SHORTEST_OUTSIDE_M and not ends:
                continue
            if start_end[0][0] >= 0:
                node = lattices[start_end[0][0]].nodes[start_end[0][1]]
                xy = np.vstack([[node], xy])
            if start_end[1][0] >= 0:
                node = lattices[start_end[1][0]].nodes[start_end[1][1]]
                xy = np.vstack([xy, [node]])
            attached = replace(street, xy=xy)
            kept.append(attached)
            entries.extend((k, node_number, attached) for k, node_number in ends)
    return kept, entries


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


def street_name(rank_: str, pool: list[str], line: int, *, hilly: bool) -> str:
    """Main streets by the pool, lanes numbered after the main street before them."""
    if rank_ == "village":
        return ""
    step = {"city": 4, "seat": 3 if hilly else 5, "town": 3}[rank_]
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
