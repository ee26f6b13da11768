"""Import of an OpenStreetMap extract, side by side with a plain networkx build.

Usage: ``python benchmarks/bench_import.py [roads.osm.pbf]``; default is the Andorra extract
beside the checkout. Both sides read the same file with the same rules for access, direction
and speed and cut ways at junctions; the plain side keeps nodes in a dict and adds an edge at
a time, as a first version would. The printed ratios are the result, not the times.
"""

from __future__ import annotations

import pickle
import statistics
import sys
import tempfile
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import networkx as nx
import osmium

from routing import from_networkx, from_osm_pbf, load, save, to_networkx
from routing.access import direction, reason_closed
from routing.build import WGS84
from routing.speeds import LIMIT_SHARE, class_speed_kph, parse_maxspeed

ANDORRA = Path(__file__).parents[2] / "shared/data/andorra/andorra-2023.osm.pbf"
REPEATS = 5


def plain_networkx(path):
    """Read the same ways into a MultiDiGraph with dicts and loops."""
    ways, uses, places = [], Counter(), {}
    for way in (
        osmium.FileProcessor(path, osmium.osm.NODE | osmium.osm.WAY)
        .with_locations()
        .with_filter(osmium.filter.KeyFilter("highway"))
    ):
        tags = dict(way.tags)
        if not way.is_way() or reason_closed(tags) is not None:
            continue
        refs = []
        for node in way.nodes:
            if node.location.valid():
                refs.append(node.ref)
                places[node.ref] = (node.lon, node.lat)
        uses.update(refs)
        uses.update((refs[0], refs[-1]))
        ways.append((way.id, refs, tags))
    G = nx.MultiDiGraph(crs="epsg:4326")
    for way_id, refs, tags in ways:
        one_way, _ = direction(tags)
        limit = parse_maxspeed(tags.get("maxspeed", "signals"))
        speed = limit * LIMIT_SHARE if limit and limit > 0 else class_speed_kph(tags["highway"])
        piece = refs[:1]
        for ref in refs[1:]:
            piece.append(ref)
            if uses[ref] < 2:
                continue
            line = [places[one] for one in piece]
            length = sum(WGS84.inv(*a, *b)[2] for a, b in pairwise(line))
            data = {"osmid": way_id, "highway": tags["highway"], "length": length}
            data |= {"speed_kph": speed, "travel_time": length / speed * 3.6}
            if one_way >= 0:
                G.add_edge(piece[0], ref, **data, geometry=line)
            if one_way <= 0:
                G.add_edge(ref, piece[0], **data, geometry=line[::-1])
            piece = [ref]
    nx.set_node_attributes(G, {ref: {"x": places[ref][0], "y": places[ref][1]} for ref in G})
    list(nx.weakly_connected_components(G))
    return G


def median_s(action):
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def row(what, ours, theirs):
    print(f"{what:<34}{ours * 1000:10.1f}{theirs * 1000:12.1f}{theirs / ours:9.1f}")


def main():
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ANDORRA
    if not path.exists():
        print(f"skipped: there is no {path}")
        return
    network, G = from_osm_pbf(path, progress=False), plain_networkx(path)
    print(f"{path.name}: {network.node_count:,} nodes, {network.edge_count:,} edges")
    print(f"plain networkx: {len(G):,} nodes, {G.number_of_edges():,} edges")
    print(f"\nmedian of {REPEATS}, ms{'':<18}{'network':>10}{'networkx':>12}{'ratio':>9}")
    row(
        "read the extract",
        median_s(lambda: from_osm_pbf(path, progress=False)),
        median_s(lambda: plain_networkx(path)),
    )
    with tempfile.TemporaryDirectory() as folder:
        stored, pickled = Path(folder, "roads.npz"), Path(folder, "roads.pickle")
        ours = median_s(lambda: save(network, stored))
        row("save (npz, pickle)", ours, median_s(lambda: pickled.write_bytes(pickle.dumps(G))))
        ours = median_s(lambda: load(stored))
        row("load", ours, median_s(lambda: pickle.loads(pickled.read_bytes())))
        sizes = stored.stat().st_size / 1e6, pickled.stat().st_size / 1e6
        print(f"{'file, MB':<34}{sizes[0]:10.1f}{sizes[1]:12.1f}{sizes[1] / sizes[0]:9.1f}")
    graph = to_networkx(network)
    print(f"to_networkx {median_s(lambda: to_networkx(network)) * 1000:.0f} ms, ", end="")
    print(f"from_networkx {median_s(lambda: from_networkx(graph)) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
