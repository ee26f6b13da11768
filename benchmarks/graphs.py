"""The synthetic graphs of ``../shared/prototypes`` as networks, made once and kept for later."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from routing import RoadNetwork, load, save
from routing.build import assemble

SHARED = Path(__file__).parents[2] / "shared"
PROTOTYPES = SHARED / "prototypes"
HEIDELBERG = SHARED / "data/heidelberg/heidelberg.osm.pbf"
CACHE = Path(tempfile.gettempdir()) / "gisapp-bench-graphs"
NAMES = {
    "s300k": "synthetic_graphs.py",
    "s1m": "synthetic_graphs.py",
    "grid360k": "synthetic_grid.py",
}
_DEGREES_PER_KM = 1 / 111.32


def synthetic(name: str) -> RoadNetwork | None:
    """One of the graphs; None where ``../shared/prototypes`` is absent."""
    kept = CACHE / f"{name}.roads.npz"
    if kept.is_file():
        return load(kept)
    if not PROTOTYPES.is_dir():
        return None
    (CACHE / "data").mkdir(parents=True, exist_ok=True)
    arrays = CACHE / "data" / f"{name}.npz"
    if not arrays.is_file():
        (CACHE / "gen.py").write_text((PROTOTYPES / "synthetic_graphs.py").read_text())
        call = {
            "s300k": "from gen import synth; synth(330_000, 110, 1, 'data/s300k.npz')",
            "s1m": "from gen import synth; synth(1_080_000, 220, 2, 'data/s1m.npz')",
            "grid360k": (PROTOTYPES / "synthetic_grid.py").read_text(),
        }[name]
        subprocess.run([sys.executable, "-c", call], cwd=CACHE, check=True)
    network = _network(np.load(arrays), name)
    save(network, kept)
    return network


def _network(arrays, name: str) -> RoadNetwork:
    """Kilometres become degrees at the equator; of an arc its length and time are kept."""
    xy = arrays["X"] * _DEGREES_PER_KM
    tail, head, ms = arrays["src"], arrays["dst"], arrays["w"]
    nodes = len(xy)
    low, high = np.minimum(tail, head).astype(np.int64), np.maximum(tail, head)
    # Two arcs of one time between two nodes are a street of both ways.
    order = np.lexsort((tail, ms, high, low))
    low, high, tail, ms = low[order], high[order], tail[order], ms[order]
    same = np.zeros(len(ms), dtype=bool)
    same[1:] = (
        (low[1:] == low[:-1])
        & (high[1:] == high[:-1])
        & (ms[1:] == ms[:-1])
        & (tail[1:] != tail[:-1])
    )
    both = np.zeros(len(ms), dtype=bool)
    both[:-1] = same[1:]
    keep = ~same
    pairs = np.column_stack((low, high))[keep]
    direction = np.where(both, 0, np.where(tail == low, 1, -1))[keep]
    length = np.maximum(np.linalg.norm(np.diff(arrays["X"][pairs], axis=1)[:, 0], axis=1), 1e-3)
    return assemble(
        coordinates=xy[pairs].reshape(-1, 2),
        offset=np.arange(len(pairs) + 1) * 2,
        tail=pairs[:, 0],
        head=pairs[:, 1],
        highway=np.full(len(pairs), "residential"),
        direction=direction,
        length=length * 1000,
        speed_kph=length / (ms[keep] / 3.6e6),
        nodes=(np.arange(nodes), xy[:, 0], xy[:, 1]),
        source=name,
    )
