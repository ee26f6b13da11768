"""Small random networks, and the plain-networkx reference for what is asked of them."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import networkx as nx
import numpy as np
import shapely
from hypothesis import strategies as st

from routing.build import Street, from_streets
from routing.closures import Closures
from routing.network import RoadNetwork
from routing.positions import Position, position_on
from routing.profiles import BLOCKED, PROFILES, edge_weights_ms
from routing.resources import Resource
from routing.router import ON_FOOT_KPH

STEP = 0.002
CLASSES = ("primary", "residential", "track", "path")


@st.composite
def networks(draw: st.DrawFn, *, step: float = STEP) -> RoadNetwork:
    """2 to 9 junctions; parallel streets, loops, one-ways, limits and islands included."""
    spots = draw(
        st.lists(
            st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=9, unique=True
        )
    )
    street = st.tuples(
        st.integers(0, len(spots) - 1),
        st.integers(0, len(spots) - 1),
        st.sampled_from([0, 0, 0, 1, -1]),
        st.sampled_from([20.0, 40.0, 65.0, 100.0]),
        st.sampled_from([math.nan, math.nan, math.nan, 10.0, 40.0]),
        st.sampled_from(CLASSES),
        st.booleans(),
    )
    streets = []
    for a, b, direction, speed, weight, highway, bent in draw(
        st.lists(street, min_size=1, max_size=18)
    ):
        line = [(i * step, j * step) for i, j in (spots[a], spots[b])]
        if bent or a == b:
            line.insert(1, ((spots[a][0] + 0.35) * step, (spots[b][1] + 0.2) * step))
        streets.append(
            Street(
                line,
                highway=highway,
                name=f"{highway} {a}",
                direction=direction,
                speed_kph=speed,
                maxweight=weight,
            )
        )
    return from_streets(streets)


def positions_on(network: RoadNetwork) -> st.SearchStrategy[Position]:
    """Places on the network, junctions among them."""
    # In thousandths, so that a place is one number seen from either end.
    fraction = st.sampled_from([0, 1000, 500]) | st.integers(10, 990)
    return st.builds(
        lambda street, at: position_on(network, street, at / 1000),
        st.integers(0, network.street_count - 1),
        fraction,
    )


@st.composite
def closures_on(draw: st.DrawFn, network: RoadNetwork, *, step: float = STEP) -> Closures:
    """Up to three closures, boxes or edges."""
    closures = Closures.none(network)
    for i in range(draw(st.integers(0, 3))):
        if draw(st.booleans()):
            x, y = (draw(st.floats(-0.3, 4.0)) * step for _ in range(2))
            width, height = (draw(st.floats(0.1, 2.0)) * step for _ in range(2))
            area = shapely.box(x, y, x + width, y + height)
            closures = closures.add(f"area {i}", polygon=area)
        else:
            edges = draw(st.lists(st.integers(0, network.edge_count - 1), max_size=3))
            closures = closures.add(f"edges {i}", edge_ids=edges)
    return closures


@dataclass(frozen=True)
class Case:
    network: RoadNetwork
    incident: Position
    resources: list[Resource]
    profile: str
    closures: Closures


@st.composite
def cases(draw: st.DrawFn, *, closed: bool = True) -> Case:
    network = draw(networks())
    place = positions_on(network)
    resources = [
        Resource(f"team {i}", draw(place), draw(st.sampled_from([0.0, 60.0, 90.5])))
        for i in range(draw(st.integers(0, 6)))
    ]
    closures = draw(closures_on(network)) if closed else Closures.none(network)
    return Case(network, draw(place), resources, draw(st.sampled_from(sorted(PROFILES))), closures)


class Reference:
    """Positions and closed stretches put in as nodes; then nothing but networkx."""

    def __init__(self, case: Case) -> None:
        self.case = case
        network = case.network
        weights = edge_weights_ms(network, PROFILES[case.profile])
        places = [case.incident, *(one.position for one in case.resources)]
        self.drive = nx.MultiDiGraph()
        self.walk = nx.MultiDiGraph()
        self.drive.add_nodes_from(("node", i) for i in range(network.node_count))
        self.drive.add_nodes_from(self.label(place) for place in places)
        for edge in range(network.edge_count):
            if weights[edge] == BLOCKED:
                continue
            street = int(network.edge_street[edge])
            against = bool(network.edge_reversed[edge])
            stretches = case.closures.on_edge(edge)
            cuts = {0.0: ("node", int(network.u[edge])), 1.0: ("node", int(network.v[edge]))}
            for at in (bound for stretch in stretches for bound in stretch):
                cuts.setdefault(at, ("cut", edge, at))
            for place in places:
                if place.street == street and place.fraction not in {0.0, 1.0}:
                    at = 1.0 - place.fraction if against else place.fraction
                    cuts[at] = self.label(place)
            marks = sorted(cuts)
            for low, high in itertools.pairwise(marks):
                closed = any(start <= (low + high) / 2 <= end for start, end in stretches)
                if closed:
                    metres = (high - low) * network.street_length[street]
                    self.walk.add_edge(cuts[low], cuts[high], weight=metres)
                else:
                    ms = math.floor(weights[edge] * high + 0.5) - math.floor(
                        weights[edge] * low + 0.5
                    )
                    self.drive.add_edge(cuts[low], cuts[high], weight=ms)

    def label(self, place: Position) -> tuple[object, ...]:
        network = self.case.network
        if place.fraction not in {0.0, 1.0}:
            return ("place", place.street, place.fraction)
        edge = int(np.flatnonzero(network.edge_street == place.street)[0])
        tail_first = (place.fraction == 0.0) != bool(network.edge_reversed[edge])
        return ("node", int(network.u[edge] if tail_first else network.v[edge]))

    def answers(self) -> list[tuple[str, int, float, int]]:
        """(id, total ms, metres short, ms on foot) in the order of ``nearest``."""
        case = self.case
        there = self.label(case.incident)
        far = nx.single_source_dijkstra_path_length(self.drive.reverse(copy=False), there)
        stops = {}
        if there in self.walk and not self.drive.in_degree(there):
            back = nx.single_source_dijkstra_path_length(self.walk.reverse(copy=False), there)
            stops = {
                label: metres
                for label, metres in back.items()
                if label != there and label[0] != "place"
            }
        reached, short = [], []
        for one in case.resources:
            here = self.label(one.position)
            turnout_ms = round(one.turnout_s * 1000)
            if here in far:
                reached.append((far[here] + turnout_ms, one.id, 0.0, 0))
                continue
            best = None
            ahead = nx.single_source_dijkstra_path_length(self.drive, here)
            for label, metres in stops.items():
                if label in ahead:
                    on_foot = round(metres * 3600.0 / ON_FOOT_KPH)
                    key = (ahead[label] + turnout_ms + on_foot, metres, on_foot)
                    best = key if best is None else min(best, key)
            if best is not None:
                short.append((best[0], one.id, best[1], best[2]))
        return [
            (name, total - on_foot, metres, on_foot)
            for total, name, metres, on_foot in sorted(reached) + sorted(short)
        ]
