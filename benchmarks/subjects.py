"""The networks the searches are measured on, and the same graphs as the peers hold them."""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import networkx as nx
import numpy as np
from scipy.sparse import csr_array

from routing import PROFILES, RoadNetwork, Router, from_osm_pbf, load, position_on, warm_up
from routing.build import assemble
from routing.profiles import edge_weights_ms

ANDORRA = Path(__file__).parents[2] / "shared/data/andorra/andorra-2023.osm.pbf"


@dataclass
class Subject:
    """One network with its router and the peers' graphs, turned against the traffic."""

    name: str
    network: RoadNetwork

    @cached_property
    def router(self) -> Router:
        """Ours."""
        return Router(self.network)

    @cached_property
    def weights(self):
        """Milliseconds per edge."""
        return edge_weights_ms(self.network, PROFILES["light"])

    @cached_property
    def reversed_networkx(self) -> nx.DiGraph:
        """Heads to tails; of parallel edges the quickest."""
        G = nx.DiGraph()
        G.add_nodes_from(range(self.network.node_count))
        order = np.argsort(-self.weights, kind="stable")
        columns = (self.network.v[order], self.network.u[order], self.weights[order])
        for head, tail, ms in zip(*(column.tolist() for column in columns), strict=True):
            G.add_edge(head, tail, weight=ms)
        return G

    @cached_property
    def quickest_edges(self):
        """Of parallel edges the quickest; a sparse matrix would add them up."""
        order = np.lexsort((self.weights, self.network.u, self.network.v))
        pairs = np.column_stack((self.network.v[order], self.network.u[order]))
        return order[np.unique(pairs, axis=0, return_index=True)[1]]

    def reversed_scipy(self, closed=None) -> csr_array:
        """Heads to tails, without the edges marked closed."""
        edges = self.quickest_edges
        if closed is not None:
            edges = edges[~closed[edges]]
        count = self.network.node_count
        ends = (self.network.v[edges], self.network.u[edges])
        return csr_array((self.weights[edges].astype(float), ends), shape=(count, count))

    def at_node(self, node: int):
        """The position that is this junction."""
        edge = int(np.searchsorted(self.network.u, node))
        if edge == self.network.edge_count or self.network.u[edge] != node:
            edge = int(np.flatnonzero(self.network.v == node)[0])
            end = 0.0 if self.network.edge_reversed[edge] else 1.0
        else:
            end = 1.0 if self.network.edge_reversed[edge] else 0.0
        return self.on_street(int(self.network.edge_street[edge]), end)

    def on_street(self, street: int, at: float):
        """The position at a fraction of a street."""
        return position_on(self.network, street, at)


def subjects():
    """The extract or stored network given (default Andorra, where present), and a grid."""
    for subject in _subjects():
        network = subject.network
        print(f"== {subject.name}: {network.node_count:,} nodes, {network.edge_count:,} edges")
        yield subject


def _subjects():
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ANDORRA
    warm_up()
    if path.exists():
        read = load if path.suffix == ".npz" else partial(from_osm_pbf, progress=False)
        yield Subject(path.name, read(path))
    else:
        print(f"{path} is absent: measured on the synthetic grid only")
    yield Subject("synthetic grid", grid(230))


def grid(side: int, seed: int = 7) -> RoadNetwork:
    """A synthetic town: `side` x `side` junctions about 150 m apart, a tenth of it one-way."""
    rng = np.random.default_rng(seed)
    node = np.arange(side * side).reshape(side, side)
    row, column = np.divmod(node.ravel(), side)
    xy = np.column_stack((110 + column * 0.0017, 36 + row * 0.00135))
    xy += rng.normal(0.0, 0.0002, xy.shape)
    pairs = np.vstack(
        (
            np.column_stack((node[:, :-1].ravel(), node[:, 1:].ravel())),
            np.column_stack((node[:-1].ravel(), node[1:].ravel())),
        )
    )
    major = np.where(pairs[:, 1] - pairs[:, 0] == 1, row[pairs[:, 0]], column[pairs[:, 0]]) % 12
    pairs, major = pairs[keep := (major == 0) | (rng.random(len(pairs)) > 0.25)], major[keep]
    tail, head = pairs.T
    return assemble(
        coordinates=xy[pairs].reshape(-1, 2),
        offset=np.arange(len(pairs) + 1) * 2,
        tail=tail,
        head=head,
        highway=np.where(major == 0, "primary", "residential"),
        direction=np.where((rng.random(len(pairs)) < 0.1) & (major > 0), 1, 0),
        source="synthetic grid",
    )


def median_ms(call, questions) -> float:
    """Median milliseconds of one call over the questions, after one that is not counted."""
    call(questions[0])
    times = []
    for question in questions:
        start = time.perf_counter()
        call(question)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def show(title: str, rows: dict[str, float]) -> None:
    """Print times and ratios to the first row."""
    print(title)
    first = next(iter(rows.values()))
    for name, ms in rows.items():
        print(f"  {name:<44}{ms:>10.2f} ms{ms / first:>10.1f} x")
