"""Many points are put on the road as each alone is."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from gisapp.incidents.standing import road_near, stands_of
from routing import Router, from_streets
from routing.build import Street


def test_many_stand_where_each_alone_does() -> None:
    """Beside scraps that nothing connects, on them, beyond them, and far from every road."""
    ends = [(100 + x / 100, 30.0) for x in range(11)]
    long = [Street(list(pair), highway="primary") for pair in pairwise(ends)]
    scraps = [
        Street([(100.02, 30.001), (100.021, 30.001)], highway="primary"),
        Street([(100.05, 30.02), (100.051, 30.02)], highway="primary"),
        Street([(100.07, 30.001), (100.071, 30.001)], highway="primary", maxweight=2.0),
    ]
    rng = np.random.default_rng(5)
    spots = [
        *((float(x), float(y)) for x, y in rng.uniform((99.99, 29.99), (100.11, 30.03), (80, 2))),
        *((x, 30.0012) for x in (100.0205, 100.0705)),
        (100.0505, 30.0205),
        (105.0, 35.0),
    ]
    for profile in ("light", "heavy"):
        alone = Router(from_streets([*long, *scraps]))
        router = Router(alone.network)
        each = [road_near(alone, x, y, max_distance_m=2000.0, profile=profile) for x, y in spots]
        assert each[-1] is None
        together = stands_of(router, [*spots, spots[0]], max_distance_m=2000.0, profile=profile)
        assert together == [*each, each[0]]
        again = stands_of(router, spots[::-1], max_distance_m=2000.0, profile=profile)
        assert again == each[::-1]
        # What the answer rests on: the scrap near the road is passed over, the one apart is kept.
        assert each[80].y == 30.0
        assert each[82].y == 30.02
