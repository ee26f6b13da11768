"""Bridges and tunnels whole: their pieces one after the other, and both carriageways."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from routing.geometry import degree_lengths
from routing.network import Int64, RoadNetwork

CARRIAGEWAYS_M: Final = 40.0
"""Farther apart two carriageways stand on structures of their own. A default of ours."""


def structures(network: RoadNetwork) -> list[list[int]]:
    """Group the streets that are bridges or tunnels by the structure they stand on.

    Pieces belong together that share a junction, and one-way pieces of one class and name that
    run within :data:`CARRIAGEWAYS_M` of each other: the carriageways of one road.

    Returns
    -------
    list of list of int
        Streets of each structure, rising, by the first.
    """
    groups = []
    for of_kind in (network.street_bridge, network.street_tunnel & ~network.street_bridge):
        streets = np.flatnonzero(of_kind)
        if len(streets):
            groups += _together(network, streets)
    return sorted(groups)


def _together(network: RoadNetwork, streets: Int64) -> list[list[int]]:
    one, other = np.concatenate(
        (_sharing_a_junction(network, streets), _side_by_side(network, streets)), axis=1
    )
    joined = coo_array((np.ones(len(one)), (one, other)), shape=(len(streets), len(streets)))
    count, group = connected_components(joined, directed=False)
    return [streets[group == number].tolist() for number in range(count)]


def _sharing_a_junction(network: RoadNetwork, streets: Int64) -> Int64:
    edge = network.street_edges[streets].max(axis=1)
    node = np.concatenate((network.u[edge], network.v[edge]))
    row = np.tile(np.arange(len(streets)), 2)
    order = np.argsort(node, kind="stable")
    same = node[order][1:] == node[order][:-1]
    return np.array([row[order][:-1][same], row[order][1:][same]])


def _side_by_side(network: RoadNetwork, streets: Int64) -> Int64:
    """Pairs of carriageways of one road."""
    lines = network.street_lines[streets]
    lat = float(np.mean(shapely.get_coordinates(lines)[:, 1]))
    lon_m, lat_m = degree_lengths(np.array([lat]))
    metric = shapely.transform(lines, lambda lonlat: lonlat * [lon_m[0], lat_m[0]])
    one, other = shapely.STRtree(metric).query(metric, "dwithin", CARRIAGEWAYS_M)
    alike = (one < other) & network.street_oneway[streets[one]]
    for column in (network.street_oneway, network.street_highway, network.street_name):
        alike &= column[streets[one]] == column[streets[other]]
    return np.array([one[alike], other[alike]])
