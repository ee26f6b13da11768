"""Service areas of 200 posts within 10 minutes, split by post, beside a Voronoi diagram.

Usage: ``python benchmarks/bench_service_areas.py [roads.osm.pbf | roads.npz]``. The peer is the
way of the textbook: points every 50 m along the roads, each with the post that reaches it first
(told to it untimed), the Voronoi cells of scipy united by post with shapely, and cut to 250 m from
the roads. What each gets wrong is measured by length of road.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely
from scipy.spatial import Voronoi
from subjects import median_ms, show, subjects

from routing import Crews, Resource, ResourceSet, check_areas
from routing.isochrones import BUFFER_M
from routing.stretches import drawn

POSTS, MINUTES, EVERY_M, TIMES = 200, 10, 50.0, 3


def posts_on(subject) -> ResourceSet:
    network = subject.network
    main = np.flatnonzero(network.node_component[network.u[network.street_edges.max(axis=1)]] == 0)
    asked = np.random.default_rng(1).choice(main, POSTS, replace=False)
    return ResourceSet(
        Resource(f"{row:03d}", subject.on_street(int(street), 0.5))
        for row, street in enumerate(asked)
    )


def points_of(subject, found):
    """Points along the roads in the plane, each with its post, -1 for nobody's."""
    parts, row = found.claims.roads(MINUTES * 60.0)
    post = np.where(row < 0, -1, found.claims.post[row])
    pieces = drawn(subject.network, parts, found.plane.forward)
    lines = shapely.segmentize(shapely.linestrings(pieces.lines.reshape(-1, 2, 2)), EVERY_M)
    xy, line = shapely.get_coordinates(lines, return_index=True)
    same = line[1:] == line[:-1]
    middle = (xy[1:][same] + xy[:-1][same]) / 2
    whose = post[pieces.part][line[1:][same]]
    middle, first = np.unique(middle.round(3), axis=0, return_index=True)
    return middle, whose[first], lines


def by_voronoi(points, whose, lines):
    """Unite the cells of each post, cut to what is near a road."""
    cells = Voronoi(points)
    reached = np.flatnonzero(whose >= 0)
    rings = [cells.regions[cells.point_region[row]] for row in reached.tolist()]
    whole = [row for row, ring in enumerate(rings) if ring and -1 not in ring]
    polygons = [shapely.Polygon(cells.vertices[rings[row]]) for row in whole]
    owner = whose[reached[whole]]
    order = np.argsort(owner, kind="stable")
    starts = np.searchsorted(owner[order], np.arange(POSTS + 1))
    polygons = np.array(polygons, dtype=object)[order]
    near = shapely.union_all(shapely.buffer(lines, BUFFER_M, quad_segs=4))
    shapely.prepare(near)
    return [
        shapely.intersection(shapely.union_all(polygons[low:high]), near)
        for low, high in pairwise(starts.tolist())
    ]


def measure(subject) -> None:
    crews = posts_on(subject)

    def ours(_asked):
        return subject.router.service_areas([Crews(resources=crews)], [MINUTES])

    found = ours(None)
    points, whose, lines = points_of(subject, found)
    rows = {
        "routing": median_ms(ours, range(TIMES)),
        "scipy Voronoi and shapely": median_ms(
            lambda _asked: by_voronoi(points, whose, lines), range(1)
        ),
    }
    show(f"{POSTS} posts, {MINUTES} minutes", rows)
    checks = check_areas(found)
    road_km = sum(one.road_km for one in checks)
    for name in ("outside_km", "inside_km", "outside_crossing_km", "inside_crossing_km"):
        share = sum(getattr(one, name) for one in checks) / road_km
        print(f"  {name:<24} {share:7.3%} of {road_km:,.0f} km")
    worst = max(checks, key=lambda one: (one.outside_km + one.inside_km) / max(one.road_km, 1e-9))
    astray = (worst.outside_km + worst.inside_km) / worst.road_km
    print(f"  worst post {worst.post}: {astray:.2%} of {worst.road_km:.2f} km")


if __name__ == "__main__":
    for one in subjects():
        measure(one)
